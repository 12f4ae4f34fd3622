# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the acceptance asks of AWS where no source tells: it finds each value of each switch, and nothing is left."""

import os
from functools import partial
from unittest import mock

import boto3
import pytest

from acceptance.account import Account
from acceptance.assumptions import ASSUMPTIONS, NOT_ASKED, Probe, ask_all
from emulator.settings import SWITCHES
from tests.emulator.studio import Studio
from tests.support.emulator_plugin import ACCOUNT, REGION, SECRET, boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.roles import make_role

ASSUMED = {one.switch: one.assumed for one in ASSUMPTIONS}
OTHERS = {name: next(value for value in SWITCHES[name].values if value != assumed) for name, assumed in ASSUMED.items()}


def test_every_switch_is_asked_or_it_is_said_why_not():
    assert ASSUMED.keys() | NOT_ASKED.keys() == SWITCHES.keys()
    assert not ASSUMED.keys() & NOT_ASKED.keys()
    assert {name: SWITCHES[name].default for name in ASSUMED} == ASSUMED


@pytest.mark.parametrize("values", [ASSUMED, OTHERS], ids=["as assumed", "otherwise"])
def test_what_holds_is_found(values):
    process = EmulatorProcess(*(part for item in values.items() for part in ("--set", "=".join(item))))
    try:
        client = partial(boto3_client, process.url)
        make_role(client("iam"), "studio", "sagemaker.amazonaws.com")
        studio = Studio(client)
        domain_id = studio.domain()
        with mock.patch.dict(os.environ, AWS_ENDPOINT_URL=process.url):
            account = Account(boto3.Session(ACCOUNT, SECRET, region_name=REGION))
            domain = studio.sagemaker.describe_domain(DomainId=domain_id)
            answers = ask_all(Probe(account, domain, [{"Key": "Platform", "Value": "accept"}]))
        assert {one["switch"]: one["found"] for one in answers} == values
        assert studio.sagemaker.list_user_profiles(DomainIdEquals=domain_id)["UserProfiles"] == []
        apps = studio.sagemaker.list_apps(DomainIdEquals=domain_id)["Apps"]
        assert {app["Status"] for app in apps} <= {"Deleted"}
    finally:
        process.stop()
