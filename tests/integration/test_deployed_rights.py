# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person's deployed role may do, as IAM's simulator tells where policies are enforced.

tests/unit/policies judges the rendered policies. Here the roles stand as the playbooks made them, with whatever is
attached to them, and every statement of AWS's sample is asked for once more: within the team, and across teams.
"""

import dataclasses
import json

import pytest

from tests.unit.policies.evaluation import Request
from tests.unit.policies.rendering import ACCOUNT, KEY_IDS, PLATFORM, REGION
from tests.unit.policies.sample_statements import resource_types
from tests.unit.policies.studio_requests import DOMAINS, request_on
from tests.unit.policies.test_sample_statements import KEPT, NARROWED, REFUSALS, REFUSED, TYPES, sample_request

DECISIONS = {"allowed": "Allow", "explicitDeny": "Deny", "implicitDeny": "ImplicitDeny"}


class DeployedRole:
    """The execution role of team1's demo-user. Requests name made-up things; `real` says what they are called here."""

    def __init__(self, account):
        self.iam = account.client("iam")
        name = f"{PLATFORM}--team1--{REGION}-person-demo-user"
        self.arn = self.iam.get_role(RoleName=name)["Role"]["Arn"]
        aliases = {item["AliasName"]: item["TargetKeyId"] for item in account.client("kms").list_aliases()["Aliases"]}
        (vpc,) = account.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Platform", "Values": [PLATFORM]}])["Vpcs"]
        subnets = account.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])[
            "Subnets"
        ]
        private = [subnet for subnet in subnets if "Platform" in str(subnet.get("Tags"))]
        domain = account.client("sagemaker").describe_domain(DomainId=account.domain_id("team1"))
        (team_group,) = domain["DomainSettings"]["SecurityGroupIds"]
        (client_group,) = set(domain["DefaultUserSettings"]["SecurityGroups"]) - {team_group}
        self.real = {
            **{KEY_IDS[team]: aliases[f"alias/{PLATFORM}/{team}"] for team in KEY_IDS},
            **{DOMAINS[team]: account.domain_id(team) for team in DOMAINS},
            "vpc/vpc-1": f"vpc/{vpc['VpcId']}",
            **dict(zip(("subnet-000a", "subnet-000b"), (subnet["SubnetId"] for subnet in private), strict=False)),
            "sg-clients": client_group,
            "sg-team": team_group,
        }

    def decide(self, request):
        """ "Allow", "Deny" or "ImplicitDeny"; of several resources the least favourable, as AWS decides."""
        found = [self._simulate(request.action, arn, context) for arn, context in request.contexts()]
        return min(found, key=["Deny", "ImplicitDeny", "Allow"].index)

    def _simulate(self, action, arn, context):
        entries = [
            {
                "ContextKeyName": name,
                "ContextKeyValues": value if isinstance(value, list) else [value],
                "ContextKeyType": "stringList" if isinstance(value, list) else "string",
            }
            for name, value in self._renamed(context).items()
        ]
        answer = self.iam.simulate_principal_policy(
            PolicySourceArn=self.arn,
            ActionNames=[action],
            ResourceArns=[self._renamed(arn)],
            ContextEntries=entries,
        )
        (result,) = answer["EvaluationResults"]
        return DECISIONS[result["EvalDecision"]]

    def _renamed(self, value):
        text = json.dumps(value)
        for made_up, real in self.real.items():
            text = text.replace(made_up, real)
        return json.loads(text)


@pytest.fixture(scope="module")
def role(deployed):
    return DeployedRole(deployed("--auth"))


# The simulator takes the account of a resource from its ARN, so a role of another account is asked for below.
IN_THE_ACCOUNT = [row for row in KEPT if row[1] != "sts:AssumeRole" and not row[1].startswith("events:")]
# Schedules are by choice, and this team did not choose them.
BY_CHOICE = [row for row in KEPT if row[1].startswith("events:")]


@pytest.mark.parametrize(("statement", "action"), IN_THE_ACCOUNT)
def test_the_own_team_has_the_right(role, statement, action):
    assert role.decide(sample_request(action, "team1")) == "Allow"


@pytest.mark.parametrize(("statement", "action"), BY_CHOICE)
def test_what_was_not_chosen_is_no_right(role, statement, action):
    assert role.decide(sample_request(action, "team1")) == "ImplicitDeny"


@pytest.mark.parametrize(("statement", "action"), NARROWED)
def test_another_team_is_out_of_reach(role, statement, action):
    assert role.decide(sample_request(action, "team2")) in REFUSALS


def test_a_role_of_another_account_of_the_organization_is_assumed(role):
    request = sample_request("sts:AssumeRole", "team1")
    elsewhere = {arn.replace(ACCOUNT, "222222222222"): tags for arn, tags in request.resources.items()}
    assert role.decide(dataclasses.replace(request, resources=elsewhere)) == "Allow"
    assert role.decide(request) == "Deny", "statement 14: no other role of the own account"


@pytest.mark.parametrize("action", sorted(REFUSED))
def test_what_is_refused_is_refused_even_on_ones_own(role, action):
    types = TYPES.get(action) or resource_types(action)
    assert role.decide(request_on(action, "team1", types=types)) in REFUSALS


@pytest.mark.parametrize(("person", "decision"), [("demo-user", "Allow"), ("lead-user", "ImplicitDeny")])
def test_jobs_get_the_own_role_as_get_execution_role_names_it(role, person, decision):
    arn = role.arn.replace("person-demo-user", f"person-{person}")
    context = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    assert role.decide(Request("iam:PassRole", {arn: {}}, context)) == decision


def test_every_statement_that_works_is_asked_for(role):
    """Statement 12 is called a denial and allows, and is not taken over; statement 14 is one."""
    asked = {statement for statement, _action in KEPT}
    assert asked == set(range(1, 24)) - {12, 14}
    assert role.arn.startswith(f"arn:aws:iam::{ACCOUNT}:role/{PLATFORM}/team1/")
