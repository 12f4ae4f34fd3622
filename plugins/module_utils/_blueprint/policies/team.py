# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every role of the team may do, apps of shared spaces included, and what none of them ever does."""

from __future__ import annotations

from ..names import OWN_DOMAIN, Names
from .document import Document, Statement, document


def team_policy(names: Names, key_arn: str) -> Document:
    """Return the policy that every role of the team carries: the team's bucket, key and log streams."""
    bucket = f"arn:{names.partition}:s3:::{names.data_bucket}"
    jumpstart = f"arn:{names.partition}:s3:::jumpstart-cache-prod-{names.region}"
    logs = f"arn:{names.partition}:logs:{names.region}:{names.account_id}:log-group:/aws/sagemaker/"
    return document(
        [
            {
                "Sid": "ObjectsOfTheTeam",
                "Effect": "Allow",
                "Action": [
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:GetObject",
                    "s3:GetObjectAcl",
                    "s3:GetObjectTagging",
                    "s3:ListMultipartUploadParts",
                    "s3:PutObject",
                    "s3:PutObjectTagging",
                ],
                "Resource": f"{bucket}/*",
            },
            {
                "Sid": "BucketOfTheTeam",
                "Effect": "Allow",
                "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                "Resource": bucket,
            },
            {
                "Sid": "ReadJumpStart",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [jumpstart, f"{jumpstart}/*"],
            },
            {
                "Sid": "KeyOfTheTeam",
                "Effect": "Allow",
                "Action": [
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                    "kms:RetireGrant",
                ],
                "Resource": key_arn,
            },
            {
                "Sid": "KeyOfTheTeamForDisks",
                "Effect": "Allow",
                "Action": "kms:CreateGrant",
                "Resource": key_arn,
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
            {
                "Sid": "WriteLogs",
                "Effect": "Allow",
                "Action": [
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:DescribeMetricFilters",
                    "logs:DescribeSubscriptionFilters",
                    "logs:PutLogEvents",
                ],
                "Resource": f"{logs}*",
            },
            {
                "Sid": "ReadLogsOfTheTeam",
                "Effect": "Allow",
                "Action": "logs:GetLogEvents",
                "Resource": [
                    f"{logs}studio:log-stream:{OWN_DOMAIN}/*",
                    f"{logs}*:log-stream:{names.own_names}",
                    f"{logs}Endpoints/{names.own_names}:log-stream:*",
                ],
            },
            {
                "Sid": "WriteMetrics",
                "Effect": "Allow",
                "Action": "cloudwatch:PutMetricData",
                "Resource": "*",
                "Condition": {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*", "aws/sagemaker/*"]}},
            },
            {
                "Sid": "SeeTheTeamsStudio",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:DescribeApp",
                    "sagemaker:DescribeDomain",
                    "sagemaker:DescribeSpace",
                    "sagemaker:DescribeUserProfile",
                    "sagemaker:ListTags",
                ],
                "Resource": [
                    f"{names.sagemaker}:domain/{OWN_DOMAIN}",
                    f"{names.sagemaker}:user-profile/{OWN_DOMAIN}/*",
                    f"{names.sagemaker}:space/{OWN_DOMAIN}/*",
                    f"{names.sagemaker}:app/{OWN_DOMAIN}/*",
                ],
            },
            {
                "Sid": "AppsOfSharedSpaces",
                "Effect": "Allow",
                "Action": ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
                "Resource": f"{names.sagemaker}:app/{OWN_DOMAIN}/*",
                "Condition": {"StringEquals": {"sagemaker:SpaceSharingType": "Shared"}},
            },
            {
                "Sid": "TagWhatIsCreated",
                "Effect": "Allow",
                "Action": "sagemaker:AddTags",
                "Resource": f"{names.sagemaker}:*/*",
                "Condition": {
                    "Null": {"sagemaker:TaggingAction": "false"},
                    "StringEqualsIfExists": {
                        "aws:RequestTag/DomainName": names.team,
                        "aws:RequestTag/Platform": names.platform.name,
                    },
                },
            },
            *of_others(names),
            {
                "Sid": "NobodyChangesTheirOwnRights",
                "Effect": "Deny",
                "Action": [
                    "sagemaker:CreateDomain",
                    "sagemaker:CreateStudioLifecycleConfig",
                    "sagemaker:CreateUserProfile",
                    "sagemaker:DeleteDomain",
                    "sagemaker:DeleteStudioLifecycleConfig",
                    "sagemaker:DeleteTags",
                    "sagemaker:DeleteUserProfile",
                    "sagemaker:UpdateDomain",
                    "sagemaker:UpdateUserProfile",
                ],
                "Resource": "*",
            },
            {
                "Sid": "NoOtherRoleOfThisAccount",
                "Effect": "Deny",
                "Action": "sts:AssumeRole",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
            },
        ]
    )


def of_others(names: Names) -> list[Statement]:
    """Return the refusal of everything that carries another team's tag, or another platform's."""
    return [
        {
            "Sid": "NothingOfAnotherTeam",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {
                "Null": {"aws:ResourceTag/DomainName": "false"},
                "StringNotEquals": {"aws:ResourceTag/DomainName": names.team},
            },
        },
        {
            "Sid": "NothingOfAnotherPlatform",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {
                "Null": {"aws:ResourceTag/Platform": "false"},
                "StringNotEquals": {"aws:ResourceTag/Platform": names.platform.name},
            },
        },
    ]
