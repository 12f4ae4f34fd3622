# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift check fails for nothing: what is wrong stands in the team's report."""

import json

import pytest

from scripts.emulator_process import free_port
from tests.support.account import Account
from tests.support.playbook import run_playbook

TEAM = "team1"


@pytest.fixture(scope="module")
def account():
    account = Account()
    yield account
    account.stop()


def report_of(run, folder):
    """The team's report, after a run that failed for nothing."""
    assert run.status == 0, run.output[-6000:]
    assert "Traceback" not in run.output
    assert f"Studio of team {TEAM}" in (folder / f"{TEAM}.html").read_text()
    return json.loads((folder / f"{TEAM}.json").read_text())


def test_mistake_in_the_description_stands_in_the_report(account, tmp_path):
    run = account.run("drift", domain_name=TEAM, drift_report_dir=str(tmp_path), studio_ebs_default_gb=500)
    assert "studio_ebs_default_gb" in report_of(run, tmp_path)["error"]


def test_call_that_aws_refuses_stands_in_the_report(account, tmp_path):
    account.faults({"service": "ec2", "operation": "DescribeSubnets", "error": "UnauthorizedOperation"})
    run = account.run("drift", domain_name=TEAM, drift_report_dir=str(tmp_path))
    account.faults()
    assert "UnauthorizedOperation" in report_of(run, tmp_path)["error"]
    assert account.writes() == []


def test_account_out_of_reach_stands_in_the_report(tmp_path):
    variables = json.dumps({"domain_name": TEAM, "drift_report_dir": str(tmp_path)})
    run = run_playbook("playbooks/drift.yml", "-e", variables, url=f"http://127.0.0.1:{free_port()}")
    error = report_of(run, tmp_path)["error"]
    assert "cannot reach AWS" in error and "make emulator-start" in error
