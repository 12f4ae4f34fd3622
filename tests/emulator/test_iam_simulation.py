# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy simulator of IAM (API reference SimulatePrincipalPolicy and SimulateCustomPolicy)."""

import json

import pytest

from tests.emulator.aws_answers import ACCOUNT, refused

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
MINE, YOURS = "arn:aws:s3:::mine/x", "arn:aws:s3:::yours/x"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def role(iam):
    """The ARN of a role with a path that may read the bucket "mine", but only encrypted from one address."""
    arn = iam.create_role(RoleName="reader", Path="/teams/red/", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    allowed = {"Action": "s3:*", "Resource": "arn:aws:s3:::mine/*"}
    denied = {
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    }
    iam.put_role_policy(RoleName="reader", PolicyName="own", PolicyDocument=document(allowed, denied))
    return arn


def decisions(answer):
    return {
        (entry["EvalActionName"], entry["EvalResourceName"]): entry["EvalDecision"]
        for entry in answer["EvaluationResults"]
    }


def test_every_action_on_every_resource(iam, role):
    """API reference: each combination is reported, for a role with a path, too."""
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["s3:GetObject", "s3:PutObject"], ResourceArns=[MINE, YOURS]
    )
    assert decisions(answer) == {
        ("s3:GetObject", MINE): "allowed",
        ("s3:GetObject", YOURS): "implicitDeny",
        ("s3:PutObject", MINE): "explicitDeny",
        ("s3:PutObject", YOURS): "explicitDeny",
    }
    first = answer["EvaluationResults"][0]
    assert [entry["SourcePolicyId"] for entry in first["MatchedStatements"]] == ["role_reader_own"]
    assert first["ResourceSpecificResults"][0]["EvalResourceDecision"] == "allowed"


def test_context_entries(iam, role):
    """API reference, ContextEntries: conditions see them; MissingContextValues name what they lack."""
    entry = {"ContextKeyName": "s3:x-amz-server-side-encryption", "ContextKeyType": "string"}
    asked = {"PolicySourceArn": role, "ActionNames": ["s3:PutObject"], "ResourceArns": [MINE]}
    without = iam.simulate_principal_policy(**asked)["EvaluationResults"][0]
    assert without["ResourceSpecificResults"][0]["MissingContextValues"] == ["s3:x-amz-server-side-encryption"]
    for value, decision in (("aws:kms", "allowed"), ("AES256", "explicitDeny")):
        found = iam.simulate_principal_policy(**asked, ContextEntries=[{**entry, "ContextKeyValues": [value]}])
        assert decisions(found) == {("s3:PutObject", MINE): decision}
        assert "MissingContextValues" not in found or not found["MissingContextValues"]


@pytest.mark.parametrize(
    "key, kind, values, condition",
    [
        ("aws:SourceIp", "ip", ["10.1.2.3"], {"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}),
        ("aws:RequestedRegion", "string", ["eu-central-1"], {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}),
        ("aws:SecureTransport", "boolean", ["true"], {"Bool": {"aws:SecureTransport": "true"}}),
        ("aws:TagKeys", "stringList", ["a", "b"], {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}),
        ("aws:SourceVpce", "string", ["vpce-1"], {"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
        ("aws:RequestTag/Team", "string", ["red"], {"StringEquals": {"aws:RequestTag/Team": "red"}}),
    ],
)
def test_the_simulator_knows_only_what_it_is_told(iam, key, kind, values, condition):
    """User guide, policy simulator: no condition key has a value of its own."""
    policy = document({"Action": "s3:GetObject", "Resource": "*", "Condition": condition})
    asked = {"PolicyInputList": [policy], "ActionNames": ["s3:GetObject"]}
    entry = {"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": values}
    assert decisions(iam.simulate_custom_policy(**asked, ContextEntries=[entry])) == {("s3:GetObject", "*"): "allowed"}
    without = iam.simulate_custom_policy(**asked)["EvaluationResults"][0]
    assert without["MissingContextValues"] == [key]
    if not key.startswith("aws:TagKeys"):  # ForAllValues holds for a key that is not there
        assert without["EvalDecision"] == "implicitDeny"


def test_boundaries_limit(iam, role):
    """API reference, PermissionsBoundaryDecisionDetail: of the role, or given instead."""
    boundary = iam.create_policy(
        PolicyName="boundary", PolicyDocument=document({"Action": "s3:List*", "Resource": "*"})
    )["Policy"]["Arn"]
    asked = {"PolicySourceArn": role, "ActionNames": ["s3:GetObject"], "ResourceArns": [MINE]}
    assert "PermissionsBoundaryDecisionDetail" not in iam.simulate_principal_policy(**asked)["EvaluationResults"][0]
    iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=boundary)
    found = iam.simulate_principal_policy(**asked)["EvaluationResults"][0]
    assert found["EvalDecision"] == "implicitDeny"
    assert found["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    wider = document({"Action": "s3:*", "Resource": "*"})
    given = iam.simulate_principal_policy(**asked, PermissionsBoundaryPolicyInputList=[wider])
    assert given["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_users_have_their_groups_policies(iam):
    """API reference: "If you specify a user, the simulation includes all policies of the groups"."""
    arn = iam.create_user(UserName="ada")["User"]["Arn"]
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="ada")
    iam.put_group_policy(
        GroupName="readers", PolicyName="own", PolicyDocument=document({"Action": "s3:GetObject", "Resource": MINE})
    )
    asked = {"ActionNames": ["s3:GetObject"], "ResourceArns": [MINE]}
    group = f"arn:aws:iam::{ACCOUNT}:group/readers"
    for source in (arn, group):
        found = iam.simulate_principal_policy(PolicySourceArn=source, **asked)
        assert decisions(found) == {("s3:GetObject", MINE): "allowed"}


def test_policies_of_the_resource(iam, role):
    """API reference, ResourcePolicy and CallerArn: a Deny there decides."""
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": MINE}
    found = iam.simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=["s3:GetObject"],
        ResourceArns=[MINE],
        ResourcePolicy=document(denied),
        CallerArn=role,
    )
    assert decisions(found) == {("s3:GetObject", MINE): "explicitDeny"}


def test_what_cannot_be_simulated(iam):
    """API reference, errors: NoSuchEntity, InvalidInput."""
    asked = {"ActionNames": ["s3:GetObject"]}
    with refused("NoSuchEntity", "nobody"):
        iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:role/nobody", **asked)
    with refused("InvalidInput", "entity type"):
        iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/x", **asked)
    with refused("InvalidInput", "Action"):
        iam.simulate_custom_policy(PolicyInputList=[document()], ActionNames=["GetObject"])
    with refused("InvalidInput", "not valid JSON"):
        iam.simulate_custom_policy(PolicyInputList=["{"], ActionNames=["s3:GetObject"])
