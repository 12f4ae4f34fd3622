# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The boundary of a team's roles: whatever policies somebody gives them, teams stay apart."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.boundary import team_boundary
from tests.unit.policies.evaluation import Request, decide
from tests.unit.policies.rendering import ACCOUNT, REGION, team
from tests.unit.policies.studio_requests import DOMAINS, SAGEMAKER, studio_session, tags_of
from tests.unit.policies.test_sample_statements import KEPT, NARROWED, REFUSALS, RULE_TAG, sample_request

OURS, THEIRS = team("team1").names, team("team2").names
BOUNDARY, WITH_SCHEDULES = team_boundary(OURS), team_boundary(OURS, schedules=True)
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
SPACE = OURS.role_arn("space")
BUCKET = f"arn:aws:s3:::{THEIRS.data_bucket}"


def decision(action, resources, boundary=BOUNDARY, principal=SPACE, **context):
    """What a role of team1 with all rights gets: the boundary decides."""
    listed = resources if isinstance(resources, dict) else {resources: {}}
    return decide([boundary], Request(action, listed, {**studio_session(), **context}, principal))


@pytest.mark.parametrize(("statement", "action"), KEPT)
def test_the_own_team_keeps_what_its_policies_allow(statement, action):
    request = sample_request(action, "team1")
    if action.startswith(("kms:", "ec2:")):
        request = dataclasses.replace(request, resources=dict.fromkeys(request.resources, tags_of("team1")))
    assert decide([WITH_SCHEDULES], request) == "Allow"


@pytest.mark.parametrize(("statement", "action"), NARROWED)
def test_another_team_is_out_of_reach_of_a_role_with_all_rights(statement, action):
    request = sample_request(action, "team2")
    mine = dataclasses.replace(request, context={**request.context, **studio_session("team1")})
    assert decide([WITH_SCHEDULES], mine) in REFUSALS


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        *((f"s3:{one}", BUCKET) for one in ("ListBucket", "PutBucketPolicy", "DeleteBucket")),
        *((f"s3:{one}", f"{BUCKET}/secret") for one in ("GetObject", "PutObject", "DeleteObject")),
        ("s3:PutBucketPolicy", f"arn:aws:s3:::{OURS.data_bucket}"),
        ("s3:ListAllMyBuckets", "*"),
        *((f"iam:{one}", f"{ROLE}/x") for one in ("CreateRole", "PutRolePolicy", "DeleteRolePermissionsBoundary")),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x"),
        ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/team1-boundary"),
        ("sts:AssumeRole", OURS.role_arn("lead")),
        ("sts:AssumeRole", THEIRS.role_arn("lead")),
        *((f"cognito-idp:{one}", f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/p") for one in ("AdminGetUser",)),
        ("lambda:CreateFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:x"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:x"),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/*"),
        ("ec2:AuthorizeSecurityGroupIngress", f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-1"),
        ("ec2:DescribeInstanceAttribute", "*"),
        ("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/untagged"),
        ("sagemaker:CreateNotebookInstance", f"{SAGEMAKER}:notebook-instance/x"),
        ("sagemaker:CreatePresignedDomainUrl", f"{SAGEMAKER}:user-profile/{DOMAINS['team1']}/bob"),
        ("sagemaker:CreatePresignedDomainUrl", f"{SAGEMAKER}:user-profile/{DOMAINS['team2']}/ada"),
        ("events:PutRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/x"),
        ("events:DeleteRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/AwsBackupManagedRule-1"),
    ],
)
def test_a_role_with_all_rights_does_not_reach(action, resource):
    assert decision(action, resource, **{"aws:RequestTag/DomainName": "team1"}) in REFUSALS


@pytest.mark.parametrize("kind", ["Domain", "StudioLifecycleConfig", "UserProfile"])
@pytest.mark.parametrize("verb", ["Create", "Delete", "Update"])
def test_rights_in_studio_stay_the_operators(kind, verb):
    own = {f"{SAGEMAKER}:x/{DOMAINS['team1']}/x": tags_of("team1")}
    assert decision(f"sagemaker:{verb}{kind}", own, **{"aws:RequestTag/DomainName": "team1"}) == "Deny"
    described = decision(f"sagemaker:Describe{kind}", own)
    assert described == "Allow"


def test_tags_by_which_things_are_known_stay():
    assert decision("sagemaker:DeleteTags", {f"{SAGEMAKER}:model/x": tags_of("team1")}) == "Deny"
    assert decision("sagemaker:AddTags", {f"{SAGEMAKER}:model/x": tags_of("team1")}) in REFUSALS


@pytest.mark.parametrize(
    ("listed", "mounted", "wanted"),
    [
        ((), None, "Allow"),
        ((), ["fs-1"], "ImplicitDeny"),
        (("fs-1",), None, "Allow"),
        (("fs-1",), ["fs-1"], "Allow"),
        (("fs-1",), ["fs-1", "fs-2"], "ImplicitDeny"),
    ],
)
def test_jobs_mount_no_file_systems_but_those_listed(listed, mounted, wanted):
    boundary = team_boundary(OURS, job_file_system_ids=listed)
    keys = {"aws:RequestTag/DomainName": "team1", "sagemaker:FileSystemId": mounted}
    assert decision("sagemaker:CreateTrainingJob", f"{SAGEMAKER}:training-job/x", boundary, **keys) == wanted


@pytest.mark.parametrize(("role", "wanted"), [("backup", "Allow"), ("data-scientist", "ImplicitDeny")])
def test_backups_are_the_backup_roles(role, wanted):
    homes = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system"
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/AwsBackupManagedRule-1"
    for action, resource in (
        ("elasticfilesystem:Backup", {f"{homes}/fs-1": tags_of("team1")}),
        ("events:PutTargets", rule),
    ):
        assert decision(action, resource, principal=OURS.role_arn(role)) == wanted
    assert decision("elasticfilesystem:Backup", {f"{homes}/fs-2": tags_of("team2")}) in REFUSALS
    assert decision("s3:GetObject", f"arn:aws:s3:::{OURS.data_bucket}/x", principal=OURS.role_arn(role)) == "Allow"


def test_schedules_are_the_teams():
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/x"
    for owner, wanted in (("team1", True), ("team2", False)):
        found = decision("events:DeleteRule", {rule: tags_of(owner)}, WITH_SCHEDULES, **RULE_TAG)
        assert (found == "Allow") is wanted
