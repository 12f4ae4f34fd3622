# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a fact had made when the acceptance was killed goes with the sweeper."""

import contextlib
import os
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError

from acceptance import leftovers, sweep
from acceptance.account import TAG, Account, unique_name
from acceptance.things import THINGS
from tests.support.emulator_plugin import ACCOUNT, REGION, SECRET
from tests.support.http import get


@pytest.fixture
def account(emulator):
    with mock.patch.dict(os.environ, AWS_ENDPOINT_URL=emulator.url):
        yield Account(boto3.Session(ACCOUNT, SECRET, region_name=REGION))


@pytest.mark.parametrize("name", THINGS)
def test_thing_that_nobody_took_away_is_swept(emulator, account, name):
    left, told = contextlib.ExitStack(), []
    left.enter_context(THINGS[name](account, unique_name()))
    assert get(f"{emulator.url}/_emulator/resources") != [] or name == "lost_key"
    sweep.take_facts_away(account, told.append)
    assert (leftovers.of_ours(account), get(f"{emulator.url}/_emulator/resources")) == ([], []), told
    with contextlib.suppress(ClientError):  # what would be taken away now is gone
        left.close()


def test_gateway_of_a_vpc_is_swept_before_the_vpc(emulator, account):
    """A fact makes one for its routes, and EC2 keeps a VPC that a gateway is attached to."""
    client, name, left, told = account.client("ec2"), unique_name(), contextlib.ExitStack(), []
    vpc = left.enter_context(THINGS["vpc"](account, name))
    tags = [{"ResourceType": "internet-gateway", "Tags": [{"Key": TAG, "Value": name}]}]
    gateway = client.create_internet_gateway(TagSpecifications=tags)["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc["id"])
    sweep.take_facts_away(account, told.append)
    assert (leftovers.of_ours(account), get(f"{emulator.url}/_emulator/resources")) == ([], []), told
    with contextlib.suppress(ClientError):  # what would be taken away now is gone
        left.close()
