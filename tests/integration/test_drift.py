# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift check fails for nothing: what is wrong stands in the team's report."""

import json

import pytest

from scripts.emulator_process import free_port
from tests.support.account import Account
from tests.support.emulator_plugin import ACCOUNT, SECRET
from tests.support.playbook import run_playbook

TEAM = "team1"
ROLE = "arn:aws:iam::222222222222:role/ml-deployer"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN" * 8
# What STS says of a wrong signature, below its first line the request as it came.
REFUSAL = f"Check your key and {'s' * 40}.\n\nThe Canonical String should have been\nx-amz-security-token:{TOKEN}"
REASON = "SignatureDoesNotMatch) when calling the AssumeRole operation: Check your key and ***."


@pytest.fixture(scope="module")
def account():
    account = Account()
    yield account
    account.stop()


def report_of(run, folder, team=TEAM):
    """The team's report, after a run that failed for nothing."""
    assert run.status == 0, run.output[-6000:]
    assert "Traceback" not in run.output
    assert f"Studio of team {team}" in (folder / f"{team}.html").read_text()
    return json.loads((folder / f"{team}.json").read_text())


@pytest.fixture
def refused(account):
    """AWS lets nobody assume a role, nor look at subnets."""
    account.writes()
    account.faults(
        {"service": "sts", "operation": "AssumeRole", "error": "SignatureDoesNotMatch", "message": REFUSAL},
        {"service": "ec2", "operation": "DescribeSubnets", "error": "UnauthorizedOperation"},
    )
    yield
    account.faults()


@pytest.fixture
def inventory(account, tmp_path):
    """Three platforms, one behind ROLE, one nowhere; a team on each, and one on a platform that there is not."""
    here = {"aws_region": "eu-central-1"}
    platforms = {"main": here, "abroad": {"aws_role_arn": ROLE, "aws_region": "eu-west-1"}, "nowhere": {}}
    teams = {"churn": "main", "pricing": "abroad", "fraud": "nowhere", "lost": "mian"}
    described = {team: {"studio_platform": name, **(here if team == "lost" else {})} for team, name in teams.items()}
    groups = {"platforms": platforms, "teams": described}
    everywhere = {
        "platform_name": "ml",
        "aws_access_key_id": ACCOUNT,
        "aws_secret_access_key": SECRET,
        "studio_users": [{"name": "ada", "email": "ada@example.com"}],
    }
    children = {name: {"hosts": hosts} for name, hosts in groups.items()}
    file = tmp_path / "hosts.json"
    file.write_text(json.dumps({"all": {"vars": everywhere, "children": children}}))
    return str(file)


def test_folder_that_takes_no_reports_is_told_before_anything_is_compared(account, tmp_path):
    (tmp_path / "drift").write_text("a file")
    before = len(account.get("calls"))
    run = account.run("drift", domain_name=TEAM, drift_report_dir=str(tmp_path / "drift"))
    assert run.status != 0 and "Check drift_report_dir." in " ".join(run.output.split())
    compared = {call["service"] for call in account.get("calls")[before:]} - {"iam", "sts"}
    assert compared == set() and (tmp_path / "drift").read_text() == "a file"


def test_mistake_in_the_description_stands_in_the_report(account, tmp_path):
    run = account.run("drift", domain_name=TEAM, drift_report_dir=str(tmp_path), studio_ebs_default_gb=500)
    assert "studio_ebs_default_gb" in report_of(run, tmp_path)["error"]


def test_what_stops_one_team_stands_in_its_report_and_in_no_other(account, refused, inventory, tmp_path):
    run = account.run("drift", "-i", inventory, aws_endpoint_url=account.url, drift_report_dir=str(tmp_path))
    churn, pricing, fraud, lost = (report_of(run, tmp_path, team) for team in ("churn", "pricing", "fraud", "lost"))
    assert "UnauthorizedOperation" in churn["error"] and churn["not_read"] == []
    assert ROLE not in churn["error"] and "mian" not in churn["error"]
    assert fraud["error"].startswith('aws_region is "", and AWS has no such region')
    assert lost["error"].startswith('Team lost names the platform "mian" (studio_platform), and the inventory')
    assert pricing["error"].startswith(f"Platform abroad cannot assume the role {ROLE} (aws_role_arn): ")
    assert f"{REASON} Check aws_role_arn, the trust policy of the role, and" in pricing["error"]
    assert pricing["summary"]["running_apps"] is lost["summary"]["running_apps"] is None
    assert "--limit" not in run.output and TOKEN not in run.output
    assert account.writes() == ["sts:AssumeRole"]


@pytest.mark.long
def test_role_of_the_only_platform_stands_in_the_report(account, refused, inventory, tmp_path):
    variables = {"domain_name": "pricing", "drift_report_dir": str(tmp_path), "aws_endpoint_url": account.url}
    run = account.run("drift", "-i", inventory, **variables)
    assert ROLE in report_of(run, tmp_path, "pricing")["error"]


def test_role_that_cannot_be_assumed_is_refused_in_a_sentence(account, refused):
    run = account.run("site", aws_role_arn=ROLE)
    said = " ".join(run.output.split())
    assert run.status != 0 and "Traceback" not in run.output
    assert f"Platform main cannot assume the role {ROLE} (aws_role_arn): " in said and REASON in said
    assert TOKEN not in run.output
    assert [call["operation"] for call in account.get("calls")] == ["AssumeRole"]


@pytest.mark.long
def test_account_out_of_reach_stands_in_the_report(tmp_path):
    variables = json.dumps({"domain_name": TEAM, "drift_report_dir": str(tmp_path)})
    run = run_playbook("playbooks/drift.yml", "-e", variables, url=f"http://127.0.0.1:{free_port()}")
    error = report_of(run, tmp_path)["error"]
    assert "cannot reach AWS" in error and "make emulator-start" in error
