# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""preflight.yml says of an account what will fail in it, a line for each thing, and writes nothing there."""

import json
import os
import re

import pytest

from tests.support.account import Account
from tests.support.calls import forget_calls
from tests.support.emulator_plugin import ACCOUNT, NOWHERE, boto3_client
from tests.support.http import request
from tests.support.operator_roles import make_role, without
from tests.support.parents import Parents
from tests.support.platform_changes import SENDER
from tests.support.playbook import run_playbook
from tests.unit.policies.operators import BOUNDARY, EXAMPLE, Names, platform_policies, team_policies

LINE = re.compile(r"^(fine|will fail|cannot be known): main: (.*)$", re.MULTILINE)
SIGN_IN_PREFIX = "taken-by-somebody"
DATA_BUCKET = f"sagemaker-studio--team1--eu-central-1-{ACCOUNT}"
INVITED = {"studio_users": [{"name": "ada", "email": "ada@example.com"}]}
APPS = "Studio {} Apps running on ml.t3.medium instances"
ROOMY = {
    "sagemaker": {
        "Maximum number of Studio user profiles allowed per account": 100,
        "Maximum number of Studio spaces allowed per account": 100,
        **{APPS.format(kind): 20 for kind in ("JupyterLab", "CodeEditor")},
    }
}
FULL = {
    "vpc": {
        "VPCs per Region": 1,
        "Interface VPC endpoints per VPC": 5,
        "VPC security groups per Region": 4,
        "Inbound or outbound rules per security group": 0,
    },
    "sagemaker": {
        "Total domains": 1,
        "Maximum number of Studio user profiles allowed per account": 1,
        "Maximum number of Studio spaces allowed per account": 0,
        APPS.format("JupyterLab"): 0,
        APPS.format("CodeEditor"): 5,
    },
    "cognito-idp": {"User pools per account": 1},
    "apigateway": {"Regional APIs": 0},
    "iam": {"Roles per account": 3, "Customer managed policies per account": 4},
    "lambda": {"Concurrent executions": 10},
}
# What is planted in one account, and what is said of it: (about, part of the text).
PLANTED = {
    "the right to make a VPC": ("policy platform-network", "Not allowed: ec2:CreateVpc. Attach the policy"),
    "the right to make a domain": ("policy team-studio of team1", "sagemaker:CreateDomain"),
    "a full quota of VPCs": (
        "quota VPCs per Region",
        "It is 1 in eu-central-1 of account 111111111111: 1 in use, 1 more",
    ),
    "a low quota of endpoints": ("quota Interface VPC endpoints per VPC", "Ask AWS for 14 at least"),
    "a low quota of groups": ("quota VPC security groups per Region", "(Service Quotas, Amazon VPC"),
    "a low quota of rules": ("quota Inbound or outbound rules per security group", "1 needed"),
    "a low quota of domains": ("quota Total domains", "0 in use, 2 more wanted"),
    "a low quota of profiles": ("quota Maximum number of Studio user profiles allowed per account", "Ask AWS for 2"),
    "a low quota of spaces": ("quota Maximum number of Studio spaces allowed per account", "Ask AWS for 1"),
    "a full quota of user pools": ("quota User pools per account", "1 in use"),
    "a full quota of REST APIs": ("quota Regional APIs", "Ask AWS for 1"),
    "a full quota of roles": ("quota Roles per account", "It is 3 in account 111111111111"),
    "a full quota of policies": ("quota Customer managed policies per account", "(Service Quotas, IAM"),
    "no instances": ("quota of JupyterLab apps on ml.t3.medium", "It is 0. Ask AWS for 2"),
    "an endpoint service that the region lacks": ("network", "eu-central-1 has no endpoint service com.amazonaws"),
    "a prefix that is taken": ("sign-in's domain prefix", f"{SIGN_IN_PREFIX} belongs to another user pool"),
    "a bucket of another account": (f"bucket {DATA_BUCKET}", "The name is another account's"),
    "few functions at once": ("Lambda: concurrent executions", "10 functions may run at once, and API Gateway lets"),
    "no role for API Gateway's logs": ("API Gateway's account role", "login_manage_api_gateway_log_role is false"),
    "a clock that is wrong": ("clock", "clock is 900 seconds ahead of AWS's"),
    "no right to SageMaker's own role": (
        "service-linked role of sagemaker.amazonaws.com",
        "allow iam:CreateServiceLinkedRole",
    ),
}


def all_policies():
    """Those of who makes the platform and the demo's two teams, as docs/iam shows them."""
    policies = dict(platform_policies(EXAMPLE))
    for team in ("team1", "team2"):
        found = team_policies(Names(EXAMPLE, team), BOUNDARY)
        policies |= {f"{team}-{name}": document for name, document in found.items() if name != "team-removal"}
    return policies


class Place:
    """An account where policies are enforced, and the preflight of the demo's inventory in it."""

    def __init__(self, folder, policies):
        self.account, self.folder = Account("--auth", "--assume-tls"), folder
        self.role = make_role(self.account, "operator", policies)[0]

    def decide(self, **facts):
        """Decide what AWS decides of the account."""
        status, _headers, body = request(f"{self.account.url}/_emulator/account", "POST", facts)
        assert status == 200, body

    def preflight(self, **variables):
        """Run it; (the run, what the report says, the writing calls, those of turns among them)."""
        forget_calls(self.account)
        given = {
            "preflight_report_dir": str(self.folder),
            "aws_role_arn": self.role,
            "studio_permissions_boundary_arn": BOUNDARY,
            **variables,
        }
        run = self.account.run("preflight", **given)
        calls = [call for call in self.account.get("calls") if call["operation"] != "AssumeRole"]
        wrote = [f"{call['service']}:{call['operation']}" for call in calls if call["write"]]
        report = json.loads((self.folder / "main.json").read_text())
        lines = LINE.findall(run.output)
        assert "Traceback" not in run.output
        assert lines == [(line["verdict"], f"{line['about']}: {line['text']}") for line in report["lines"]]
        return run, report, wrote


@pytest.fixture
def place(tmp_path):
    made = []

    def make(policies=None):
        made.append(Place(tmp_path, policies or all_policies()))
        return made[-1]

    yield make
    for each in made:
        each.account.stop()


def found(report, about):
    """The verdict and text of the one line about something."""
    (line,) = [line for line in report["lines"] if line["about"] == about]
    return line["verdict"], line["text"]


def test_account_that_will_do_is_fine_in_every_line(place):
    at = place()
    at.decide(quotas=ROOMY)
    run, report, wrote = at.preflight()
    assert [line for line in report["lines"] if line["verdict"] != "fine"] == []
    assert run.status == 0, run.output
    assert wrote == []
    assert len(report["lines"]) > 40
    assert found(report, "policy team-data of team2")[0] == "fine"


def test_every_planted_trouble_is_named_in_a_line_of_its_own(place):
    policies = without(
        all_policies(),
        {("platform-network", "MakeVpc")}
        | {("team1-team-studio", "MakeDomain"), ("team1-team-studio", "MakeRoleOfSageMaker")}
        | {("team2-team-studio", "MakeRoleOfSageMaker")},
    )
    at = place(policies)
    at.decide(quotas=FULL, clock_seconds=-900)
    plant(at.account)
    variables = {
        "login_domain_prefix": SIGN_IN_PREFIX,
        "login_manage_api_gateway_log_role": False,
        **INVITED,
    }
    run, report, wrote = at.preflight(**variables)
    for about, text in PLANTED.values():
        verdict, said = found(report, about)
        assert (verdict, text in said) == ("will fail", True), (about, verdict, said)
    assert run.status != 0
    assert wrote == []
    # Of what was not planted, only what is about the same.
    others = {line["about"] for line in report["lines"] if line["verdict"] == "will fail"}
    assert others - {about for about, _text in PLANTED.values()} == {"policy team-studio of team2"}


def plant(account):
    """Plant what others have made, and what the region lacks."""
    other = boto3_client(account.url, "s3", account="222222222222")
    other.create_bucket(Bucket=DATA_BUCKET, CreateBucketConfiguration={"LocationConstraint": EXAMPLE.region})
    cognito = account.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="somebody")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain=SIGN_IN_PREFIX)
    lacked = {"endpoint_service": f"com.amazonaws.{EXAMPLE.region}.sagemaker.runtime", "zones": []}
    account.faults({"service": "ec2", "operation": "DescribeVpcEndpointServices", "offers": lacked})


@pytest.mark.long
def test_a_platform_that_is_there_needs_nothing_more(place):
    """Quotas that are full of what the inventory itself has are fine."""
    at = place()
    at.decide(quotas=ROOMY)
    run = at.account.run("platform")
    assert run.status == 0, run.output
    at.decide(quotas={**ROOMY, "vpc": {"VPCs per Region": 2}, "cognito-idp": {"User pools per account": 1}})
    _run, report, _wrote = at.preflight()
    assert [line for line in report["lines"] if line["verdict"] == "will fail"] == []
    assert "2 in use, 0 more wanted" in found(report, "quota VPCs per Region")[1]
    assert "this platform's already" in found(report, "sign-in's domain prefix")[1]


@pytest.mark.long
def test_what_may_not_be_asked_cannot_be_known_and_the_rest_is_asked(place):
    reader = json.loads(json.dumps(all_policies()["reader"]))
    lacked = (
        "iam:SimulatePrincipalPolicy",
        "lambda:GetAccountSettings",
        "servicequotas:GetServiceQuota",
        "ec2:Describe*",
    )
    for statement in reader["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action not in lacked]
    at = place({"reader": reader})
    run, report, wrote = at.preflight()
    for about, action in {
        "Lambda: concurrent executions": "lambda:GetAccountSettings",
        "rights": "iam:SimulatePrincipalPolicy",
        "quota Total domains": "servicequotas:GetServiceQuota",
        "network": "ec2:Describe",
    }.items():
        verdict, text = found(report, about)
        assert (verdict, "These credentials may not ask" in text, action in text) == ("cannot be known", True, True), (
            text
        )
    assert found(report, "quota Roles per account")[0] == "fine"
    # A dry run takes the simulator's place.
    verdict, text = found(report, "right to make the VPC")
    assert (verdict, "platform-network" in text) == ("will fail", True), text
    assert run.status != 0
    assert wrote == []


@pytest.mark.long
def test_questions_that_aws_fails_to_answer_keep_no_other_from_being_asked(place):
    at = place()
    at.decide(quotas=ROOMY)
    at.account.faults(
        *(
            {"service": service, "operation": operation, "error": "InternalFailure"}
            for service, operation in (("sagemaker", "ListDomains"), ("s3", "HeadBucket"), ("apigateway", "GetAccount"))
        )
    )
    run, report, _wrote = at.preflight()
    unknown = {line["about"] for line in report["lines"] if line["verdict"] == "cannot be known"}
    assert unknown >= {"quota Total domains", f"bucket {DATA_BUCKET}", "API Gateway's account role"}
    assert found(report, "policy platform-sign-in")[0] == "fine"
    assert run.status == 0, run.output


def sentences(report, verdict):
    return [f"{line['about']}: {line['text']}" for line in report["lines"] if line["verdict"] == verdict]


@pytest.fixture
def root(tmp_path):
    account = Account()

    def run(facts=None, faults=(), **variables):
        status, _headers, body = request(f"{account.url}/_emulator/account", "POST", facts or {})
        assert status == 200, body
        account.faults(*faults)
        told = told_of(account, tmp_path, **variables)
        assert sentences(told, "will fail")
        return told

    yield run
    account.stop()


@pytest.mark.long
def test_bad_connections_are_said_in_one_sentence_each(root):
    """A wrong account, a region that is off, and credentials that have expired; one emulator serves them all."""
    wrong = root(aws_account_id="222222222222")
    (said,) = sentences(wrong, "will fail")
    assert said.startswith("identity: ")
    assert "222222222222" in said
    assert ACCOUNT in said
    off = root({"regions": {"eu-south-2": "not-opted-in"}}, aws_region="eu-south-2")
    (said,) = sentences(off, "will fail")
    assert said == "region: eu-south-2 is off in this account. Enable it (Account, AWS Regions), which may take hours."
    assert [text for text in sentences(off, "fine") if text.startswith("identity")]
    expired = {"service": "sts", "operation": "*", "error": "ExpiredToken", "message": "The security token has expired"}
    (said,) = sentences(root(faults=[expired]), "will fail")
    assert said.startswith("identity: Platform main cannot reach AWS")
    assert said.endswith("The credentials have expired: get new ones, and start again.")
    nobody = {"aws_access_key_id": "", "aws_secret_access_key": "", "aws_profile": "no-such-profile"}
    (said,) = sentences(root(**nobody), "will fail")
    assert said.startswith("identity: Platform main cannot reach AWS")
    for report in (wrong, off):
        assert [line["verdict"] for line in report["lines"] if line["about"] == "everything else"] == [
            "cannot be known"
        ]


@pytest.fixture
def account():
    made = Account()
    yield made
    made.stop()


def told_of(account, folder, **variables):
    """What preflight says of an account that is root's."""
    run = account.run("preflight", preflight_report_dir=str(folder), **variables)
    assert "Traceback" not in run.output
    told = json.loads((folder / "main.json").read_text())
    assert (run.status != 0) == bool(sentences(told, "will fail"))
    return told


@pytest.mark.long
def test_mail_service_in_its_sandbox_is_a_line(account, tmp_path):
    ses = account.client("sesv2")
    ses.put_account_details(ProductionAccessEnabled=False, MailType="TRANSACTIONAL", WebsiteURL="https://example.com")
    sender = {"login_email_configuration": SENDER, **INVITED}
    verdict, text = found(told_of(account, tmp_path, **sender), "invitations")
    assert (verdict, "SES is in its sandbox" in text) == ("will fail", True)
    ses.put_account_details(ProductionAccessEnabled=True, MailType="TRANSACTIONAL", WebsiteURL="https://example.com")
    assert found(told_of(account, tmp_path, **sender), "invitations")[0] == "fine"


@pytest.mark.long
def test_vpc_that_has_no_zone_of_a_service_is_a_line(account, tmp_path):
    """The subnets of a VPC that was there are where they are; STS is in none of their zones."""
    network = Parents(account.client).network
    options = {"network_vpc_id": network["vpc_id"], "network_subnet_ids": network["subnet_ids"][:2]}
    assert found(told_of(account, tmp_path, **options), "network")[0] == "fine"
    lacked = {"endpoint_service": f"com.amazonaws.{EXAMPLE.region}.sts", "zones": [f"{EXAMPLE.region}c"]}
    account.faults({"service": "ec2", "operation": "DescribeVpcEndpointServices", "offers": lacked})
    verdict, text = found(told_of(account, tmp_path, **options), "network")
    assert (verdict, "sts" in text, "network_optional_endpoint_services" in text) == ("will fail", True, True), text


def test_wrong_description_is_a_line(root):
    report = root(network_subnet_count=0)
    (said,) = sentences(report, "will fail")
    assert said.startswith("description of the platform: ")
    assert "network_subnet_count is 0" in said
    report = root(studio_session_minutes=10)
    assert [said.split(":")[0] for said in sentences(report, "will fail")] == [
        "description of team1",
        "description of team2",
    ]


@pytest.mark.long
def test_aws_that_does_not_answer_is_a_line_and_the_versions_are_told(tmp_path):
    run = run_playbook("playbooks/preflight.yml", "-e", f"preflight_report_dir={tmp_path}", url=NOWHERE)
    report = json.loads((tmp_path / "main.json").read_text())
    assert run.status != 0
    assert "Traceback" not in run.output
    (said,) = sentences(report, "will fail")
    assert said.startswith("identity: Platform main cannot reach AWS")
    assert (found(report, "clock")[0], found(report, "boto3")[0]) == ("cannot be known", "fine")


def test_report_that_cannot_be_written_is_one_sentence(tmp_path):
    account, blocked = Account(), tmp_path / "file"
    blocked.write_text("")
    try:
        run = account.run("preflight", preflight_report_dir=str(blocked / os.pardir / "file" / "x"))
    finally:
        account.stop()
    assert "Check preflight_report_dir" in run.output
    assert "Traceback" not in run.output
