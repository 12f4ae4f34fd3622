# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What those need who only look: --check, drift.yml, preflight.yml, and the reads of every other run.

They read names, settings and policies; no data and no objects. Cognito tells the secret of an app client with its
settings.
"""

from __future__ import annotations

from ..names import Names
from ..platform import Platform
from ..sign_in import PRESIGNED_URL, TOKEN_GROUPS, SignIn
from .document import Document, Statement, allow, document

# AWS asks for most of them on all resources. Global services have no region, so a condition on it would refuse them.
READ_GLOBAL = [
    "budgets:ListTagsForResource",
    "budgets:ViewBudget",
    "iam:GetAccountSummary",
    "iam:GetPolicy*",
    "iam:GetRole*",
    "iam:List*",
    # What somebody may do, by the policies that List and Get show anyway.
    "iam:SimulatePrincipalPolicy",
    "s3:ListAllMyBuckets",
]
READ_IN_REGION = [
    "apigateway:GET",
    "backup:Get*",
    "backup:List*",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListTagsForResource",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:Describe*",
    "cognito-idp:Get*",
    "cognito-idp:List*",
    "dynamodb:DescribeTable",
    "dynamodb:ListTagsOfResource",
    "ec2:Describe*",
    "elasticfilesystem:Describe*",
    "elasticfilesystem:ListTagsForResource",
    "kms:DescribeKey",
    "kms:GetKey*",
    "kms:List*",
    "lambda:GetAccountSettings",
    "logs:Describe*",
    "logs:ListTagsForResource",
    "sagemaker:Describe*",
    "sagemaker:List*",
    "servicequotas:GetServiceQuota",
    "servicequotas:ListServiceQuotas",
    "ses:GetAccount",
    "tag:GetResources",
    "wafv2:GetWebACLForResource",
]
# It tells the costs of the whole account, so whoever looks at one team alone does not have it.
READ_COSTS = ["ce:GetCostAndUsage"]
BUCKET_SETTINGS = ["s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration"]
# HeadBucket is authorized as s3:ListBucket; destroy asks whether versions are left.
BUCKET_CONTENT = ["s3:ListBucket*"]


def reader_policy(platform: Platform) -> Document:
    """Return what somebody needs who looks at a platform and all its teams, in the platform's region."""
    buckets = f"arn:{platform.partition}:s3:::{platform.name}--*"
    return document(
        [
            *_settings(platform),
            allow("ReadCosts", READ_COSTS, "*"),
            allow("ReadBuckets", [*BUCKET_SETTINGS, *BUCKET_CONTENT], buckets),
        ]
    )


def team_reader_policy(names: Names) -> Document:
    """Return what somebody needs who looks at one team and its platform, in the platform's region.

    Settings that AWS tells of everything or of nothing are told of other teams too; what their buckets hold is not.
    """
    platform = names.platform
    buckets = f"arn:{platform.partition}:s3:::{platform.name}--*"
    return document(
        [
            *_settings(platform),
            # Which buckets are a team's is told by their tags.
            allow("ReadBuckets", BUCKET_SETTINGS, buckets),
            allow("ReadOwnBuckets", BUCKET_CONTENT, names.bucket_arns),
        ]
    )


def _settings(platform: Platform) -> list[Statement]:
    functions = platform.arn("lambda", "function")
    names = [SignIn(platform).function(purpose) for purpose in (PRESIGNED_URL, TOKEN_GROUPS)]
    here = {"aws:RequestedRegion": platform.region}
    return [
        allow("Read", READ_IN_REGION, "*", StringEquals=here),
        allow("ReadGlobal", READ_GLOBAL, "*"),
        allow(
            "ReadFunctions",
            ["lambda:GetFunction*", "lambda:GetPolicy", "lambda:ListTags"],
            [f"{functions}:{name}" for name in names],
        ),
    ]
