# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs run in the VPC or not at all, models carry their team's name, schedules are made by choice.

Every attack is tried with the switch off, too, where it succeeds: so a refusal comes from what the switch adds.
"""

from __future__ import annotations

import pytest

from tests.unit.policies.evaluation import Request, decide, decide_resource_policy
from tests.unit.policies.rendering import ACCOUNT, REGION, team_with
from tests.unit.policies.sample_statements import resource_types
from tests.unit.policies.studio_requests import SAGEMAKER, arn_of, request_keys, studio_session, tags_of

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
OUTSIDE = {"sagemaker:VpcSubnets": None, "sagemaker:VpcSecurityGroupIds": None}
RUN_SOMEWHERE = [
    "CreateAutoMLJob",
    "CreateAutoMLJobV2",
    "CreateCluster",
    "CreateDataQualityJobDefinition",
    "CreateHyperParameterTuningJob",
    "CreateModel",
    "CreateModelBiasJobDefinition",
    "CreateModelExplainabilityJobDefinition",
    "CreateModelQualityJobDefinition",
    "CreateMonitoringSchedule",
    "CreateNotebookInstance",
    "CreateProcessingJob",
    "CreateTrainingJob",
    "UpdateMonitoringSchedule",
]
EVENTS = f"arn:aws:events:{REGION}:{ACCOUNT}:rule"


def decision(action, resources, switches, *more, persona="data-scientist", **context):
    """What a role of team1 gets, whose description has these switches; `more` are policies that it carries beside."""
    described = team_with(**switches)
    documents = [described.documents[name] for name in described.carried[persona]]
    keys = {**studio_session(), **request_keys("team1"), **context}
    return decide([*documents, *more], Request(action, resources, keys))


def job(action, **context):
    """The resources of a call that makes a job."""
    types = [
        each for each in resource_types(f"sagemaker:{action}") if each not in ("training-plan", "reserved-capacity")
    ]
    return {arn_of(f"sagemaker:{action}", types[0], "team1"): tags_of("team1")}


@pytest.mark.parametrize("persona", ["data-scientist", "lead"])
@pytest.mark.parametrize("action", RUN_SOMEWHERE)
@pytest.mark.parametrize(
    "network",
    [
        OUTSIDE,
        {"sagemaker:VpcSubnets": ["subnet-elsewhere"]},
        {"sagemaker:VpcSubnets": ["subnet-000a", "subnet-elsewhere"]},
        {"sagemaker:VpcSecurityGroupIds": ["sg-elsewhere"]},
        {"sagemaker:VpcSecurityGroupIds": ["sg-team", "sg-elsewhere"]},
    ],
)
def test_jobs_run_in_the_network_or_not_at_all(persona, action, network):
    asked = (f"sagemaker:{action}", job(action))
    inside = decision(*asked, {}, EVERYTHING, persona=persona)
    assert inside == "Allow"
    assert decision(*asked, {}, EVERYTHING, persona=persona, **network) == "Deny"
    assert decision(*asked, {"studio_jobs_in_the_network": False}, EVERYTHING, persona=persona, **network) == "Allow"


@pytest.mark.parametrize("action", ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"])
def test_a_schedule_of_a_defined_job_has_the_network_of_the_definition(action):
    of_a_definition = {**OUTSIDE, "sagemaker:InstanceTypes": None, "sagemaker:VolumeKmsKey": None}
    assert decision(f"sagemaker:{action}", job(action), {}, **of_a_definition) == "Allow"


def test_an_endpoint_has_the_network_of_its_models_or_one_of_its_own():
    asked = ("sagemaker:CreateEndpointConfig", {f"{SAGEMAKER}:endpoint-config/x": {}})
    assert decision(*asked, {}, **OUTSIDE) == "Allow"
    assert decision(*asked, {}, **{"sagemaker:ModelArn": None}) == "Allow"
    assert decision(*asked, {}, **OUTSIDE, **{"sagemaker:ModelArn": None}) == "Deny"
    assert decision(*asked, {}, **{"sagemaker:VpcSubnets": ["subnet-elsewhere"]}) == "Deny"


@pytest.mark.parametrize("action", ["CreateTrainingJob", "CreateHyperParameterTuningJob"])
def test_jobs_mount_no_file_system_that_is_not_listed(action):
    asked = (f"sagemaker:{action}", job(action))
    listed = {"studio_job_file_system_ids": ["fs-0123456789abcdef0"]}
    assert decision(*asked, {}, **{"sagemaker:FileSystemId": ["fs-00000000"]}) == "Deny"
    assert decision(*asked, listed, **{"sagemaker:FileSystemId": ["fs-00000000", "fs-0123456789abcdef0"]}) == "Deny"
    assert decision(*asked, listed, **{"sagemaker:FileSystemId": ["fs-0123456789abcdef0"]}) == "Allow"
    assert decision(*asked, listed) == "Allow"


@pytest.mark.parametrize(
    ("name", "wanted", "by_choice"),
    [
        ("team1--fraud", "Allow", "Allow"),
        ("fraud", "ImplicitDeny", "Allow"),
        ("team2--fraud", "ImplicitDeny", "Allow"),
        ("team1-b--fraud", "ImplicitDeny", "Allow"),
    ],
)
def test_models_are_named_for_their_team(name, wanted, by_choice):
    asked = ("sagemaker:CreateModel", {f"{SAGEMAKER}:model/{name}": {}})
    assert decision(*asked, {}) == wanted
    assert decision(*asked, {"studio_models_by_name": False}) == by_choice


@pytest.mark.parametrize("action", ["CreateTransformJob", "CreateEndpointConfig", "CreateInferenceComponent"])
@pytest.mark.parametrize(
    ("models", "wanted", "by_choice"),
    [
        (["team1--fraud"], "Allow", "Allow"),
        (["fraud"], "Deny", "Allow"),
        (["team1--fraud", "fraud"], "Deny", "Deny"),
        (["team2--fraud"], "Deny", "Deny"),
        (["team1--fraud", "team2--fraud"], "Deny", "Deny"),
    ],
)
def test_no_team_runs_what_may_be_another_teams_model(action, models, wanted, by_choice):
    types = {"CreateInferenceComponent": "inference-component/x", "CreateEndpointConfig": "endpoint-config/x"}
    asked = (f"sagemaker:{action}", {f"{SAGEMAKER}:{types.get(action, 'transform-job/x')}": {}})
    keys = {"sagemaker:ModelArn": [f"{SAGEMAKER}:model/{name}" for name in models]}
    assert decision(*asked, {}, EVERYTHING, **keys) == wanted
    assert decision(*asked, {"studio_models_by_name": False}, EVERYTHING, **keys) == by_choice


@pytest.mark.parametrize(
    ("rule", "by_choice"),
    [
        ("notebook", "Allow"),
        ("GuardDutyFindings", "Deny"),
        ("AWSControlTowerManagedRule", "Deny"),
        ("bus/notebook", "Deny"),
        ("aws.partner/example.com/1/notebook", "Deny"),
    ],
)
def test_rules_are_written_by_choice_and_none_of_the_accounts(rule, by_choice):
    for action in ("PutRule", "DeleteRule", "PutTargets"):
        tags = {} if action == "PutRule" else {**tags_of("team1"), "sagemaker:is-scheduling-notebook-job": "true"}
        asked = (f"events:{action}", {f"{EVENTS}/{rule}": tags})
        assert decision(*asked, {}) == "ImplicitDeny"
        assert decision(*asked, {"studio_schedules": True}) == by_choice


def test_eventbridge_takes_no_role_unless_schedules_were_chosen():
    def services(**switches):
        described = team_with(**switches)
        passed = next(s for s in described.documents["jobs"]["Statement"] if s["Sid"] == "GiveJobsTheTeamsRole")
        trusts = [role["assume_role_policy_document"]["Statement"] for role in described.plan["roles"]["roles"]]
        trusted = {statement["Principal"]["Service"] for statements in trusts for statement in statements}
        return {*passed["Condition"]["StringEquals"]["iam:PassedToService"], *trusted}

    assert services() == {"sagemaker.amazonaws.com"}
    assert services(studio_schedules=True) == {"sagemaker.amazonaws.com", "events.amazonaws.com"}


@pytest.mark.parametrize(
    ("context", "wanted"),
    [
        ({}, "Deny"),
        ({"aws:SourceVpc": "vpc-elsewhere"}, "Deny"),
        ({"aws:SourceVpc": "vpc-1"}, "Allow"),
        ({"aws:ViaAWSService": "true"}, "Allow"),
    ],
)
def test_copied_credentials_read_no_data_elsewhere_where_that_was_chosen(context, wanted):
    chosen = {"studio_data_in_the_network_only": True}
    described = team_with(**chosen)
    thing = f"arn:aws:s3:::{described.names.data_bucket}/data.csv"
    assert decision("s3:GetObject", {thing: {}}, {}, **context) == "Allow"
    assert decision("s3:GetObject", {thing: {}}, chosen, **context) == wanted
    policy = described.plan["data_bucket"]["policy"]
    for role, by_bucket in ((described.role_arns["space"], wanted), (f"arn:aws:iam::{ACCOUNT}:role/admin", "Allow")):
        request = Request("s3:GetObject", {thing: {}}, context, principal=role)
        assert (decide_resource_policy(policy, request) == "Deny") is (by_bucket == "Deny")


def test_a_network_interface_is_handed_to_no_account_that_is_not_listed():
    """Outside the VPC the guard by aws:SourceVpc lets the credentials of the team do what SageMaker does with them."""
    asked = ("ec2:CreateNetworkInterfacePermission", {f"arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/eni-1": {}})
    listed = {"studio_job_interface_users": ["arn:aws:iam::999999999999:root"]}
    for account, wanted in (("999999999999", "Allow"), ("222222222222", "Deny")):
        user = {"ec2:AuthorizedUser": f"arn:aws:iam::{account}:root"}
        assert decision(*asked, {}, **user) == "Allow"
        assert decision(*asked, listed, **user) == wanted


@pytest.mark.parametrize("action", ["StartPipelineExecution", "UpdatePipeline", "RetryPipelineExecution"])
def test_a_persons_role_neither_changes_nor_starts_a_colleagues_pipeline(action):
    described = team_with(studio_users=[{"name": "Ada", "email": "ada@example.com"}])
    (role,) = [one for one in described.plan["roles"]["roles"] if one["name"].endswith("person-ada")]
    own = role["inline_policies"][-1]["document"]
    pipeline = f"{SAGEMAKER}:pipeline/train"

    def with_maker(name, *documents):
        arn = f"{SAGEMAKER}:user-profile/d-aaaaaaaaaaaa/{name}"
        tags = {**tags_of("team1"), **({"sagemaker:user-profile-arn": arn} if name else {})}
        return decide([EVERYTHING, *documents], Request(f"sagemaker:{action}", {pipeline: tags}))

    assert with_maker("grace") == "Allow"
    assert with_maker("grace", own) == with_maker("ada-two", own) == "Deny"
    assert with_maker("ada", own) == with_maker(None, own) == "Allow"
