# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM policies decide under --auth beyond ministack: passed roles, boundaries, tags of EC2."""

import json

import pytest

from tests.emulator.aws_answers import ACCOUNT, REGION, refused
from tests.support.emulator_plugin import boto3_client

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.fixture(scope="module")
def role(strict):
    return boto3_client(strict.url, "iam").create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)["Role"][
        "Arn"
    ]


def create_domain(sagemaker, role):
    return sagemaker.create_domain(
        DomainName="team1",
        AuthMode="IAM",
        VpcId="vpc-00000001",
        SubnetIds=["subnet-00000001"],
        DefaultUserSettings={"ExecutionRole": role},
    )


def test_role_is_passed_only_with_permission(user, role):
    """IAM user guide, passing a role: iam:PassRole on the role, besides the call's own permission."""
    own = {"Action": ["sagemaker:*", "elasticfilesystem:CreateFileSystem", "iam:CreateServiceLinkedRole"]}
    own["Resource"] = "*"
    with refused("AccessDeniedException", f"iam:PassRole on resource: {role}"):
        create_domain(user("sagemaker", own), role)
    elsewhere = {"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/other"}
    with refused("AccessDeniedException", "iam:PassRole"):
        create_domain(user("sagemaker", own, elsewhere), role)
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    with refused("AccessDeniedException", "iam:PassRole"):
        create_domain(
            user("sagemaker", own, {"Action": "iam:PassRole", "Resource": role, "Condition": to_lambda}), role
        )
    to_sagemaker = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    allowed = {"Action": "iam:PassRole", "Resource": role, "Condition": to_sagemaker}
    assert create_domain(user("sagemaker", own, allowed), role)["DomainId"]


def test_call_without_a_role_needs_no_pass_role(user):
    """Service Authorization Reference: PassRole is checked when a role is passed."""
    assert user("sagemaker", {"Action": "sagemaker:*", "Resource": "*"}).list_domains()["Domains"] is not None


def test_condition_on_the_permissions_boundary(root, user):
    """Service Authorization Reference, iam:PermissionsBoundary: delegated role creation."""
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    boundary = root("iam").create_policy(PolicyName="boundary", PolicyDocument=document)["Policy"]["Arn"]
    iam = user(
        "iam",
        {
            "Action": ["iam:CreateRole", "iam:PutRolePolicy"],
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}},
        },
    )
    with refused("AccessDenied"):
        iam.create_role(RoleName="free", AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=boundary)
    iam.put_role_policy(RoleName="bounded", PolicyName="p", PolicyDocument=document)
    with refused("AccessDenied"):
        iam.put_role_policy(RoleName="execution", PolicyName="p", PolicyDocument=document)


def test_conditions_on_tags_of_ec2(root, user):
    """Service Authorization Reference, EC2: aws:RequestTag when it is made, aws:ResourceTag afterwards."""

    def tagged(value):
        return [{"ResourceType": "vpc", "Tags": [{"Key": "Platform", "Value": value}]}]

    ec2 = user(
        "ec2",
        {
            "Action": ["ec2:CreateVpc", "ec2:CreateTags"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestTag/Platform": "mine"}},
        },
        {
            "Action": "ec2:DeleteVpc",
            "Resource": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/*",
            "Condition": {"StringEquals": {"aws:ResourceTag/Platform": "mine"}},
        },
    )
    with refused("UnauthorizedOperation"):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    with refused("UnauthorizedOperation"):
        ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("yours"))
    mine = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("mine"))["Vpc"]["VpcId"]
    yours = root("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("yours"))["Vpc"]["VpcId"]
    with refused("UnauthorizedOperation"):
        ec2.delete_vpc(VpcId=yours)
    ec2.delete_vpc(VpcId=mine)


def test_dry_run_says_whether_the_call_is_allowed(user):
    """EC2 API reference, DryRun: UnauthorizedOperation without the permission, DryRunOperation with it."""
    with refused("UnauthorizedOperation"):
        user("ec2", {"Action": "s3:*", "Resource": "*"}).create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
    with refused("DryRunOperation"):
        user("ec2", {"Action": "ec2:*", "Resource": "*"}).create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
