# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every right that AWS's CDK sample gave is here for the own team and not for another, or is refused for a reason."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from tests.unit.policies.evaluation import decide
from tests.unit.policies.rendering import role_policies
from tests.unit.policies.sample_statements import ACTIONS, SAMPLE, access_level, resource_types
from tests.unit.policies.studio_requests import request_on

DOCUMENT = Path(__file__).parents[3] / "docs/roles-and-policies.md"

# Rights that are not taken over; docs/roles-and-policies.md says why.
REFUSED = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "ec2:CreateVpcEndpoint",
    "sagemaker:CreateDomain",
    "sagemaker:UpdateDomain",
    "sagemaker:CreateUserProfile",
    "sagemaker:UpdateUserProfile",
    "ecr:SetRepositoryPolicy",
    "s3:PutObjectAcl",
}
# Of logs:Describe* in statement 1, these act on a log group; the others never worked on one.
LOG_NAMES = {"logs:DescribeLogStreams", "logs:DescribeMetricFilters", "logs:DescribeSubscriptionFilters"}
REFUSED |= {action for _, action in ACTIONS if action.startswith("logs:Describe")} - LOG_NAMES

# Lists and reads that AWS cannot narrow to a resource, or that show names of shared things only.
NAMES_ONLY = {
    *LOG_NAMES,
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "ecr:GetAuthorizationToken",
    "kms:ListAliases",
    "sagemaker:ListAssociations",
    "sagemaker:ListDataQualityJobDefinitions",
    "sagemaker:ListModelBiasJobDefinitions",
    "sagemaker:ListModelCards",
    "sagemaker:ListModelExplainabilityJobDefinitions",
    "sagemaker:ListModelMetadata",
    "sagemaker:ListModelPackageGroups",
    "sagemaker:ListModelPackages",
    "sagemaker:ListModelQualityJobDefinitions",
    "sagemaker:ListModels",
    "sagemaker:ListMonitoringSchedules",
    "sagemaker:ListProcessingJobs",
    "sagemaker:ListStudioLifecycleConfigs",
    "sagemaker:ListTrainingJobs",
    "sagemaker:ListTrialComponents",
    "sagemaker:ListTrials",
}
# Log streams of jobs are written under names that SageMaker chooses, by every team's jobs into the same groups.
SHARED_WRITES = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}

# What a call makes, where it is checked on existing things too.
PARTS = {
    "sagemaker:CreateEndpoint": "endpoint",
    "sagemaker:CreateModelPackage": "model-package",
    "sagemaker:CreateTrial": "experiment-trial",
}
# Where the Service Authorization Reference names types that the call need not be on.
TYPES = {
    "ec2:CreateNetworkInterface": ["network-interface", "subnet", "security-group"],
    "ecr:GetAuthorizationToken": [],
    "sagemaker:AddTags": ["training-job"],
    "sagemaker:CreateModelPackage": ["model-package"],
    "sagemaker:ListTags": ["user-profile", "space", "training-job", "pipeline"],
}
TYPES |= {action: ["rule-on-default-event-bus"] for _, action in ACTIONS if action.startswith("events:")}
TYPES |= {action: ["bucket" if "Bucket" in action else "object"] for _, action in ACTIONS if action.startswith("s3:")}
REFUSALS = ("Deny", "ImplicitDeny")
RULE_TAG = {"aws:ResourceTag/sagemaker:is-scheduling-notebook-job": "true"}


def sample_request(action, owner):
    types = TYPES.get(action) or resource_types(action)
    makes = action.split(":")[1].startswith(("Create", "AddTags", "PutRule"))
    new = [PARTS[action]] if action in PARTS else types if makes and not action.startswith("ec2:") else []
    changes = {}
    if action.startswith("events:") and action != "events:PutRule":
        changes |= RULE_TAG
    if action == "sts:AssumeRole":
        changes |= {"aws:ResourceAccount": "222222222222", "aws:ResourceTag/DomainName": owner}
    if "NetworkInterface" in action and owner != "team1":
        changes["ec2:Vpc"] = "arn:aws:ec2:eu-central-1:111111111111:vpc/vpc-of-another-platform"
    return request_on(action, owner, types=types, new=new, **changes)


KEPT = [(statement, action) for statement, action in ACTIONS if action not in REFUSED and statement != 14]
NARROWED = [row for row in KEPT if row[1] not in NAMES_ONLY | SHARED_WRITES]
MAKING = ("sagemaker:Create", "sagemaker:AddTags", "sagemaker:Search", "events:PutRule")
WITH_THE_TEAMS_TAG = [row for row in NARROWED if row[0] in (3, 4, 16, 22)]
ON_EXISTING_THINGS = [row for row in NARROWED if not row[1].startswith(MAKING)]


def test_the_table_has_all_statements():
    assert sorted(SAMPLE) == list(range(1, 24)) == sorted({statement for statement, _ in ACTIONS})


@pytest.mark.parametrize(("statement", "action"), KEPT)
def test_the_own_team_keeps_the_right(statement, action):
    assert decide(role_policies("data-scientist"), sample_request(action, "team1")) == "Allow"


@pytest.mark.parametrize("fenced", [True, False])
@pytest.mark.parametrize(("statement", "action"), NARROWED)
def test_another_team_is_out_of_reach(statement, action, fenced):
    assert decide(role_policies("data-scientist", fenced), sample_request(action, "team2")) in REFUSALS


@pytest.mark.parametrize("fenced", [True, False])
@pytest.mark.parametrize(("statement", "action"), ON_EXISTING_THINGS)
def test_saying_the_own_name_does_not_open_what_is_anothers(statement, action, fenced):
    """The call says team1 everywhere it can, on a thing of team2."""
    foreign, own = sample_request(action, "team2"), sample_request(action, "team1")
    assert "*" not in foreign.resources
    claims = {key: value for key, value in own.context.items() if not key.startswith(("aws:Resource", "ec2:Vpc"))}
    request = dataclasses.replace(foreign, context={**foreign.context, **claims})
    assert decide(role_policies("data-scientist", fenced), request) in REFUSALS


@pytest.mark.parametrize(("statement", "action"), WITH_THE_TEAMS_TAG)
@pytest.mark.parametrize("tag", [None, "team2"])
def test_what_is_made_carries_the_teams_tag(statement, action, tag):
    own = sample_request(action, "team1")
    request = dataclasses.replace(own, context={**own.context, "aws:RequestTag/DomainName": tag})
    assert decide(role_policies("data-scientist"), request) in REFUSALS


@pytest.mark.parametrize("action", sorted(REFUSED))
def test_what_is_refused_is_refused_even_on_ones_own(action):
    types = TYPES.get(action) or resource_types(action)
    assert decide(role_policies("data-scientist"), request_on(action, "team1", types=types)) in REFUSALS


def test_only_reads_are_allowed_on_everything():
    levels = {action: access_level(action) for action in NAMES_ONLY}
    assert {action for action, level in levels.items() if level not in ("List", "Read")} == set()


def test_statement_14_no_other_role_of_the_account():
    own = request_on("sts:AssumeRole", "team1", types=["role"])
    assert decide(role_policies("data-scientist"), own) == "Deny"


def test_statement_13_only_the_organization():
    foreign = sample_request("sts:AssumeRole", "team1")
    stranger = dataclasses.replace(foreign, context={**foreign.context, "aws:ResourceOrgID": "o-theirs"})
    assert decide(role_policies("data-scientist"), stranger) == "ImplicitDeny"


@pytest.mark.parametrize("action", sorted(SHARED_WRITES))
def test_logs_are_written_only_to_groups_of_sagemaker(action):
    request = request_on(action, "team1", types=["log-stream"])
    elsewhere = "arn:aws:logs:eu-central-1:111111111111:log-group:/aws/lambda/x:log-stream:y"
    assert decide(role_policies("data-scientist"), request) == "Allow"
    assert (
        decide(role_policies("data-scientist"), dataclasses.replace(request, resources={elsewhere: {}}))
        == "ImplicitDeny"
    )


def test_the_document_maps_every_statement():
    rows = re.findall(r"^\| (\d+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 24))
    text = DOCUMENT.read_text(encoding="utf-8")
    named = {action for action in REFUSED if not action.startswith("logs:Describe")}
    assert {action for action in named if action.split(":")[1] not in text} == set()
