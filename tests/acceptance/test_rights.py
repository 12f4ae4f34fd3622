# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy of who runs the acceptance: what it is for, without each of its statements, and what it refuses."""

import json

import pytest

from acceptance import rights
from acceptance.__main__ import main
from acceptance.names import PLATFORM, TEAMS
from tests.support.account import Account
from tests.support.emulator_plugin import ACCOUNT, REGION
from tests.support.operator_roles import make_role

POLICY = rights.policy("aws", REGION, ACCOUNT)
ALLOWING = [one["Sid"] for one in POLICY["Statement"] if one["Effect"] == "Allow"]
TEAM = next(iter(TEAMS))


@pytest.fixture(scope="module")
def account():
    running = Account("--auth", "--assume-tls")
    yield running
    running.stop()


def preflight(account, folder, statements):
    """What the preflight says of the acceptance's platform to who has a policy of these statements."""
    name = f"tester{len(account.client('iam').list_roles(PathPrefix='/')['Roles'])}"
    arn = make_role(account, name, {"acceptance": {**POLICY, "Statement": statements}})[0]
    place = {"platform_name": PLATFORM, "aws_account_id": ACCOUNT, "preflight_report_dir": str(folder)}
    run = account.run("preflight", domain_name=TEAM, new_team=True, aws_role_arn=arn, **place)
    (report,) = folder.glob("*.json")
    lines = json.loads(report.read_text())["lines"]
    return run, [line for line in lines if line["about"].startswith("policy ") and line["verdict"] != "fine"]


def test_policy_suffices_for_platform_and_teams(account, tmp_path):
    run, lacking = preflight(account, tmp_path, POLICY["Statement"])
    assert lacking == [], run.output


@pytest.mark.long
@pytest.mark.parametrize("sid", ALLOWING)
def test_no_statement_is_one_too_many(account, tmp_path, sid):
    run, lacking = preflight(account, tmp_path, [one for one in POLICY["Statement"] if one["Sid"] != sid])
    assert lacking or "not authorized" in run.output, run.output


@pytest.mark.parametrize(("kind", "allowed"), [("ml.t3.medium", "allowed"), ("ml.p5.48xlarge", "explicitDeny")])
def test_machines_are_bounded(account, kind, allowed):
    entry = {"ContextKeyName": "sagemaker:InstanceTypes", "ContextKeyType": "stringList", "ContextKeyValues": [kind]}
    region = {"ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string", "ContextKeyValues": [REGION]}
    answer = account.client("iam").simulate_custom_policy(
        PolicyInputList=[json.dumps(POLICY)],
        ActionNames=["sagemaker:CreateApp"],
        ResourceArns=[f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:app/d-1/ada/JupyterLab/default"],
        ContextEntries=[entry, region],
    )
    assert [one["EvalDecision"] for one in answer["EvaluationResults"]] == [allowed]


def test_command_prints_it(capsys):
    assert main(["--policy", ACCOUNT, "--region", "us-gov-west-1"]) == 0
    assert json.loads(capsys.readouterr().out) == rights.policy("aws-us-gov", "us-gov-west-1", ACCOUNT)


@pytest.mark.parametrize(("service", "allowed"), [("sagemaker", "allowed"), ("ec2", "implicitDeny")])
def test_roles_are_passed_to_the_services_that_take_them_alone(account, service, allowed):
    passed = {"ContextKeyName": "iam:PassedToService", "ContextKeyType": "string"}
    answer = account.client("iam").simulate_custom_policy(
        PolicyInputList=[json.dumps(POLICY)],
        ActionNames=["iam:PassRole"],
        ResourceArns=[f"arn:aws:iam::{ACCOUNT}:role/accept/one"],
        ContextEntries=[{**passed, "ContextKeyValues": [f"{service}.amazonaws.com"]}],
    )
    assert [one["EvalDecision"] for one in answer["EvaluationResults"]] == [allowed]
