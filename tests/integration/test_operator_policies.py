# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of docs/iam suffice for the whole life of a platform, and no statement of them is one too many."""

import dataclasses
import json

import pytest

from tests.support.account import Account
from tests.support.calls import written
from tests.support.emulator_plugin import ACCOUNT, NOWHERE
from tests.support.operator_roles import make_role, tell_what_is_lacking, without
from tests.support.platform_changes import ADDRESS, SENDER
from tests.support.playbook import run_playbook
from tests.unit.policies.operators import (
    BOUNDARY,
    DOMAIN,
    EXAMPLE,
    Names,
    platform_policies,
    team_boundary,
    team_policies,
)

pytestmark = pytest.mark.long
POLICIES = platform_policies(EXAMPLE)
WRITING = ("platform-network", "platform-sign-in")
CHANGED = {
    "network_log_retention_days": 30,
    "network_flow_logs": True,
    "network_extra_services": ["athena"],
    "login_mfa": "optional",
    "login_alarm_topic_arns": [f"arn:aws:sns:eu-central-1:{ACCOUNT}:operators"],
    "login_log_retention_days": 30,
    "login_session_seconds": 3600,
    "login_refused_alarm_threshold": 7,
    "login_email_configuration": SENDER,
    "login_tags": {"CostCenter": "42"},
    "network_tags": {"CostCenter": "42"},
}


class Operators:
    """An account where policies are enforced, and what the operators of docs/iam do in it."""

    def __init__(self, lacking=()):
        self.account = Account("--auth", "--assume-tls")
        self.account.client("ses").verify_email_identity(EmailAddress=ADDRESS)
        self.own = {ADDRESS}
        self.reader = self._role("reader", {"reader": POLICIES["reader"]})
        kept = without({name: POLICIES[name] for name in WRITING}, lacking)
        self.operator = self._role("operator", {"reader": POLICIES["reader"], **kept})

    def _role(self, name, policies):
        arns = make_role(self.account, name, policies)
        self.own |= set(arns)
        return arns[0]

    def run(self, playbook, *arguments, **variables):
        """Run a playbook as who makes platforms."""
        return self.account.run(playbook, *arguments, aws_role_arn=self.operator, **variables)

    def look(self, playbook, *arguments, **variables):
        """Run a playbook as who only looks."""
        return self.account.run(playbook, *arguments, aws_role_arn=self.reader, **variables)

    def left(self):
        """The ids of what is there, beside the roles and policies of the operators."""
        return {item["id"] for item in self.account.get("resources")} - self.own


def web_acl(operators):
    """The ARN of a web ACL that somebody else made."""
    made = operators.account.client("wafv2").create_web_acl(
        Name="acl",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"},
    )
    return made["Summary"]["ARN"]


def foreign_network(operators):
    """Options of a platform in a VPC that somebody else made."""
    ec2 = operators.account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    return {"network_vpc_id": vpc, "network_subnet_ids": subnets}


def life(operators, folder):
    """The runs of a platform's life, in order."""
    yield operators.run("platform")
    yield operators.run("platform", **CHANGED, login_web_acl_arn=web_acl(operators))
    yield operators.run("platform")
    secret = {"client_secret_file": str(folder / "secret")}
    yield operators.run("rotate_client_secret", step="begin", **secret)
    yield operators.run("rotate_client_secret", step="finish", **secret)
    yield operators.run("destroy_platform", confirm=EXAMPLE.name)


def life_in_a_foreign_vpc(operators):
    """The same where the VPC is taken over."""
    yield operators.run("platform", **foreign_network(operators))
    yield operators.run("destroy_platform", confirm=EXAMPLE.name)


@pytest.fixture
def operators():
    made = []

    def make(**options):
        made.append(Operators(**options))
        return made[-1]

    yield make
    for each in made:
        each.account.stop()


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1"])
def test_playbook_writes_the_policies_of_platforms_and_teams_and_calls_nothing(tmp_path, region):
    place = {"into": str(tmp_path), "aws_account_id": ACCOUNT, "aws_region": region}
    arguments = ("-e", json.dumps({**place, "studio_permissions_boundary_arn": BOUNDARY}))
    run = run_playbook("playbooks/operator_policies.yml", *arguments, url=NOWHERE)
    assert run.status == 0, run.output
    partition = "aws-us-gov" if region.startswith("us-gov") else "aws"
    platform = dataclasses.replace(EXAMPLE, region=region, partition=partition)
    assert read_policies(tmp_path / "main") == platform_policies(platform)
    teams = [path for path in (tmp_path / "main").iterdir() if path.is_dir()]
    assert {path.name for path in teams} >= {"team1", "team2"}
    for path in teams:
        names = Names(platform, path.name)
        wanted = {"team-boundary": team_boundary(names), **team_policies(names, BOUNDARY)}
        assert read_policies(path) == wanted
    again = run_playbook("playbooks/operator_policies.yml", *arguments, url=NOWHERE)
    assert (again.status, again.changed) == (0, 0)


def read_policies(folder):
    """The policies in a folder, by their names."""
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


@pytest.mark.parametrize(
    ("described", "sentence", "wanted"),
    [
        ({}, "Team team1 gets its boundary alone", {"team-boundary"}),
        ({"studio_permissions_boundary_arn": BOUNDARY}, "reach profiles and spaces of all domains", None),
        ({"studio_permissions_boundary_arn": BOUNDARY, "studio_domain_id": DOMAIN}, "", None),
        (
            {"studio_schedules": True, "studio_job_file_system_ids": ["fs-0123456789abcdef0"]},
            "its boundary alone",
            None,
        ),
    ],
)
def test_playbook_follows_the_teams_description_and_says_what_is_left(tmp_path, described, sentence, wanted):
    place = {"into": str(tmp_path), "aws_account_id": ACCOUNT, "domain_name": "team1", **described}
    run = run_playbook("playbooks/operator_policies.yml", "-e", json.dumps(place), url=NOWHERE)
    assert run.status == 0, run.output
    said = " ".join(run.output.split())
    assert sentence in said
    assert bool(sentence) is ("studio_domain_id in its description" in said or "boundary alone" in said)
    names, boundary = Names(EXAMPLE, "team1"), described.get("studio_permissions_boundary_arn")
    options = (described.get("studio_schedules", False), described.get("studio_job_file_system_ids", []))
    policies = team_policies(names, boundary, described.get("studio_domain_id", "")) if boundary else {}
    found = read_policies(tmp_path / "main/team1")
    assert found == {"team-boundary": team_boundary(names, *options), **policies}
    assert wanted in (None, set(found))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"into": "", "aws_account_id": ACCOUNT}, "Say where to write the policies and for which account"),
        ({"into": "{folder}", "aws_account_id": "12"}, "aws_account_id"),
        ({"into": "{folder}", "aws_account_id": ACCOUNT, "aws_region": "eu-nowhere-1"}, "eu-nowhere-1"),
    ],
)
def test_playbook_says_what_is_missing(tmp_path, given, sentence):
    extra = json.dumps(given).replace("{folder}", str(tmp_path))
    run = run_playbook("playbooks/operator_policies.yml", "-e", extra, url=NOWHERE)
    assert run.status != 0
    assert sentence in " ".join(run.output.split())


def test_whole_life_of_a_platform(operators, tmp_path):
    whole = operators()
    acl = set()
    for run in life(whole, tmp_path):
        assert run.status == 0, run.output[-6000:]
        acl |= {one for one in whole.left() if "webacl" in one}
    assert whole.left() == acl
    for run in life_in_a_foreign_vpc(whole):
        assert run.status == 0, run.output[-6000:]


def test_who_only_looks_sees_all_and_changes_nothing(operators, tmp_path):
    whole = operators()
    assert whole.run("platform").status == 0
    whole.account.writes()
    for run in (
        whole.look("platform", "--check", "--diff"),
        whole.look("platform", "--check", "--diff", **CHANGED),
        whole.look("drift", drift_report_dir=str(tmp_path), drift_ask_cost_explorer=True),
    ):
        assert run.status == 0, run.output[-6000:]
    assert set(whole.account.writes()) <= {"sts:AssumeRole"}
    refused = whole.look("platform", **CHANGED)
    assert refused.status != 0
    assert "not authorized" in " ".join(refused.output.split())
    done = {f"{call['service']}:{call['operation']}" for call in written(whole.account) if not call["error"]}
    assert done <= {"sts:AssumeRole"}


STATEMENTS = [(name, statement) for name in WRITING for statement in POLICIES[name]["Statement"]]
OF_A_FOREIGN_VPC = {"TakeOver", "RouteInTakenOverVpc"}


@pytest.mark.parametrize(
    ("name", "statement"), STATEMENTS, ids=[f"{name}-{statement['Sid']}" for name, statement in STATEMENTS]
)
def test_run_without_a_statement_says_which_right_it_lacks_and_on_what(operators, tmp_path, name, statement):
    lacking = operators(lacking={(name, statement["Sid"])})
    runs = life_in_a_foreign_vpc(lacking) if statement["Sid"] in OF_A_FOREIGN_VPC else life(lacking, tmp_path)
    tell_what_is_lacking(next((run for run in runs if run.status != 0), None), statement)
