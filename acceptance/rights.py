# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IAM policy of who runs the acceptance, in an account that has nothing else.

One region, names that the acceptance gives, and one kind of machine. Who has it makes roles, and so decides on rights:
it is for no account in which others work.
"""

from __future__ import annotations

import typing as t

from acceptance.names import PREFIXES

Statement = dict[str, t.Any]
# What starts a machine: the app and the training job of the main job (docs/acceptance.md names their costs).
INSTANCE_TYPES = ["ml.t3.medium", "ml.m5.large", "system"]
TAKEN_BY = ["apigateway", "backup", "lambda", "sagemaker", "vpc-flow-logs"]
# Actions by service that work in one region, on whatever is there: AWS knows most of them by ids that it gives itself.
REGIONAL = {
    "apigateway": ["DELETE", "GET", "PATCH", "POST", "PUT", "SetWebACL", "UpdateRestApiPolicy"],
    "backup": ["Create*", "Delete*", "Get*", "List*", "PutBackupVaultAccessPolicy", "*agResource", "Update*"],
    "backup-storage": ["MountCapsule"],
    "cloudwatch": ["DeleteAlarms", "DescribeAlarms", "ListTagsForResource", "PutMetricAlarm", "*agResource"],
    "cognito-idp": ["Add*", "Admin*", "Create*", "Delete*", "Describe*", "Get*", "List*", "Set*", "*agResource", "Up*"],
    "dynamodb": ["DescribeTable", "List*"],
    "ec2": [
        "AssociateRouteTable",
        "*SecurityGroup*",
        "*FlowLogs",
        "*InternetGateway",
        "*Route*",
        "*Subnet*",
        "*Tags",
        "*Vpc*",
        "DeleteNetworkInterface",
        "Describe*",
    ],
    "elasticfilesystem": ["CreateFileSystem", "Delete*", "Describe*", "ListTagsForResource", "TagResource"],
    "kms": ["*Alias*", "*Key*", "CreateGrant", "Decrypt", "List*", "RetireGrant", "*agResource"],
    "lambda": ["*"],
    "logs": ["*"],
    "sagemaker": [
        "*App*",
        "*Domain*",
        "*Image*",
        "*Space*",
        "*StudioLifecycleConfig*",
        "*Tags",
        "*TrainingJob*",
        "*UserProfile*",
        "Describe*",
        "List*",
    ],
    "servicequotas": ["GetServiceQuota", "ListServiceQuotas"],
    "ses": ["GetAccount"],
    "tag": ["GetResources"],
    "wafv2": ["*WebACL", "GetWebACLForResource"],
}


def policy(partition: str, region: str, number: str) -> dict[str, t.Any]:
    """Return the policy document for an account (its number, 12 digits) and a region."""
    return {"Version": "2012-10-17", "Statement": list(_statements(f"arn:{partition}", region, number))}


def _statements(arn: str, region: str, number: str) -> t.Iterator[Statement]:
    here = {"StringEquals": {"aws:RequestedRegion": region}}
    every = [f"{service}:{action}" for service, actions in REGIONAL.items() for action in actions]
    yield _allow("OneRegion", every, "*", here)
    yield _allow("Tables", ["dynamodb:*"], [f"{arn}:dynamodb:{region}:{number}:table/{prefix}*" for prefix in PREFIXES])
    of_buckets = ["s3:*Bucket*", "s3:*Configuration", "s3:*Object*"]
    yield _allow("Buckets", of_buckets, [f"{arn}:s3:::{prefix}*" for prefix in PREFIXES])
    read = ["ce:GetCostAndUsage", "iam:Get*", "iam:List*", "iam:Simulate*", "s3:ListAllMyBuckets"]
    yield _allow("Account", ["budgets:*", *read, "sts:AssumeRole", "sts:GetCallerIdentity", "sts:TagSession"], "*")
    yield from _rights(f"{arn}:iam::{number}")
    yield _deny(
        "OtherMachines",
        ["sagemaker:CreateApp", "sagemaker:CreateTrainingJob"],
        {"ForAnyValue:StringNotEquals": {"sagemaker:InstanceTypes": INSTANCE_TYPES}},
    )


def _rights(iam: str) -> t.Iterator[Statement]:
    kinds = ("group", "policy", "role", "user")
    named = [f"{iam}:{kind}/{prefix.rstrip('-')}*" for kind in kinds for prefix in PREFIXES]
    # Patterns that PassRole does not fit: that is for the services of RolesAtWork alone.
    of_roles = ["iam:CreateRole", "iam:DeleteRole*", "iam:PutRole*", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole*"]
    yield _allow("Roles", ["iam:*Group*", "iam:*Polic*", "iam:*User*", *of_roles], named)
    yield _allow(
        "RolesAtWork",
        ["iam:PassRole"],
        [one for one in named if ":role/" in one],
        {"StringEquals": {"iam:PassedToService": [f"{service}.amazonaws.com" for service in TAKEN_BY]}},
    )
    yield _allow("RolesOfServices", ["iam:CreateServiceLinkedRole"], f"{iam}:role/aws-service-role/*")


def _allow(sid: str, actions: list[str], resources: str | list[str], condition: Statement | None = None) -> Statement:
    given = {"Condition": condition} if condition else {}
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, **given}


def _deny(sid: str, actions: list[str], condition: Statement) -> Statement:
    return {"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition}
