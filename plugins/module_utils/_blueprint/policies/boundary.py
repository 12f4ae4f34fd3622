# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The most that roles of a team can do, whatever policies somebody gives them: IAM's permissions boundary.

Who builds a team writes and detaches the policies of its roles, and can do neither with the boundary. So it says once
more whose things a role reaches; what each persona does with them, the team's own policies say.
"""

from __future__ import annotations

import typing as t

from ..names import OWN_DOMAIN, OWN_PROFILE, Names
from .document import Document, Statement, allow, deny, document
from .operations import LOOK_AROUND
from .owned_by_aws import PULL_IMAGES
from .team import of_others


def team_boundary(names: Names, schedules: bool = False, job_file_system_ids: t.Sequence[str] = ()) -> Document:
    """Return the boundary of a team's roles.

    schedules: whether they make rules of EventBridge. job_file_system_ids: the file systems that jobs may mount.
    """
    return document(
        [
            *_studio(names),
            *_work(names, schedules, job_file_system_ids),
            *_data(names),
            *_surroundings(names),
            _backups(names),
            *of_others(names),
            deny(
                "ChangeNoRights",
                # To create, delete and update; to describe is none of them.
                [
                    "sagemaker:DeleteTags",
                    "sagemaker:*teDomain",
                    "sagemaker:*teStudioLifecycleConfig",
                    "sagemaker:*teUserProfile",
                ],
                "*",
            ),
        ]
    )


def _studio(names: Names) -> list[Statement]:
    """SageMaker fills in the domain of a role's session, and its profile."""
    studio = names.sagemaker
    return [
        allow(
            "OwnStudio",
            ["sagemaker:*App", "sagemaker:*Space", "sagemaker:Describe*", "sagemaker:ListTags"],
            f"{studio}:*/{OWN_DOMAIN}*",
        ),
        allow(
            "OpenStudio",
            ["sagemaker:CreatePresignedDomainUrl"],
            f"{studio}:user-profile/{OWN_DOMAIN}/{OWN_PROFILE}",
        ),
    ]


def _work(names: Names, schedules: bool, job_file_system_ids: t.Sequence[str]) -> list[Statement]:
    """Jobs and what comes of them, made and used with the team's tag; the key; the roles that jobs get."""
    own = names.team
    mounts = {"ForAllValues:StringEquals": {"sagemaker:FileSystemId": list(job_file_system_ids)}}
    return [
        allow(
            "MakeTagged",
            [
                *(["events:PutRule"] if schedules else []),
                "sagemaker:Create*Job",
                "sagemaker:Create*JobDefinition",
                "sagemaker:CreateE*",
                "sagemaker:CreateMo*",
                "sagemaker:CreatePipeline",
                "sagemaker:CreateTrial*",
            ],
            "*",
            StringEquals={"aws:RequestTag/DomainName": own},
            # A job is not held to anybody's directory, so a file system would give it everybody's.
            **(mounts if job_file_system_ids else {"Null": {"sagemaker:FileSystemId": "true"}}),
        ),
        allow("AddVersions", ["sagemaker:CreateModelPackage"], f"{names.sagemaker}:model-package/*/*"),
        allow(
            "TagWhatIsCreated",
            ["sagemaker:AddTags"],
            "*",
            Null={"sagemaker:TaggingAction": "false"},
            StringEqualsIfExists={"aws:RequestTag/DomainName": own},
        ),
        allow(
            "WorkOnTagged",
            [
                "ecr:*Image*",
                "ecr:*Layer*",
                "elasticfilesystem:Describe*",
                *(["events:*"] if schedules else []),
                "kms:*crypt*",
                "kms:CreateGrant",
                "kms:DescribeKey",
                "kms:GenerateDataKey*",
                "kms:RetireGrant",
                "sagemaker:*ssociate*",
                "sagemaker:B*",
                "sagemaker:Ca*",
                "sagemaker:CreateEndpoint",
                "sagemaker:CreateModelPackage",
                "sagemaker:CreatePresignedM*",
                "sagemaker:CreateTrial",
                "sagemaker:Delete*",
                "sagemaker:Describe*",
                "sagemaker:Get*",
                "sagemaker:Invoke*",
                "sagemaker:St*",
                "sagemaker:Update*",
                "sagemaker-mlflow:*",
            ],
            "*",
            StringEquals={"aws:ResourceTag/DomainName": own},
        ),
        allow(
            "Roles",
            ["iam:PassRole"],
            [names.role_arn("data-scientist"), names.own_people_role_arns],
            StringEquals={"iam:PassedToService": ["events.amazonaws.com", "sagemaker.amazonaws.com"]},
        ),
    ]


def _data(names: Names) -> list[Statement]:
    """The team's bucket and logs."""
    bucket, _log = names.bucket_arns
    logs = names.arn("logs", "log-group:/aws/sagemaker/")
    jumpstart = f"arn:{names.partition}:s3:::jumpstart-cache-prod-{names.region}"
    return [
        # Some of it is AWS Backup's alone.
        allow(
            "Data",
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:Get*",
                "s3:List*",
                "s3:PutBucketNotification",
                "s3:PutInventoryConfiguration",
                "s3:PutObject",
                "s3:PutObjectTagging",
            ],
            [bucket, f"{bucket}/*"],
        ),
        allow("ReadJumpStart", ["s3:GetObject", "s3:ListBucket"], f"{jumpstart}*"),
        allow("WriteLogs", ["logs:CreateLog*", "logs:Describe*", "logs:PutLogEvents"], f"{logs}*"),
        allow(
            "ReadLogs",
            ["logs:GetLogEvents"],
            [
                f"{logs}studio:log-stream:{OWN_DOMAIN}/*",
                f"{logs}*:log-stream:{names.own_names}",
                f"{logs}Endpoints/{names.own_names}:log-stream:*",
            ],
        ),
        allow(
            "WriteMetrics",
            ["cloudwatch:PutMetricData"],
            "*",
            StringLike={"cloudwatch:namespace": ["/aws/sagemaker/*", "aws/sagemaker/*"]},
        ),
    ]


def _surroundings(names: Names) -> list[Statement]:
    """What is looked up, the platform's network, packages and images, and the organization's roles of the team."""
    ec2 = names.arn("ec2")
    return [
        allow(
            "LookAround",
            [
                *LOOK_AROUND,
                *PULL_IMAGES,
                "codeartifact:Get*",
                "codeartifact:Read*",
                "sagemaker:DescribeHub*",
                "sagemaker:List*",
                "sts:GetServiceBearerToken",
            ],
            "*",
        ),
        allow(
            "Search",
            ["sagemaker:Search"],
            "*",
            StringEquals={"sagemaker:SearchVisibilityCondition/Tags.DomainName/EqualsIfExists": names.team},
        ),
        allow("Interfaces", ["ec2:*teNetworkInterface*"], f"{ec2}:network-interface/*"),
        allow(
            "JoinTheNetwork",
            ["ec2:CreateNetworkInterface"],
            [f"{ec2}:security-group/*", f"{ec2}:subnet/*"],
            StringEquals={"aws:ResourceTag/Platform": names.platform.name},
        ),
        allow(
            "OtherAccounts",
            ["sts:AssumeRole"],
            "*",
            StringEquals={
                "aws:ResourceOrgID": "${aws:PrincipalOrgID}",
                "aws:ResourceTag/DomainName": names.team,
            },
            StringNotEquals={"aws:ResourceAccount": names.account_id},
        ),
    ]


def _backups(names: Names) -> Statement:
    """Return what AWS Backup does beside reading the team's bucket.

    Sources: AWSBackupServiceRolePolicyForBackup and AWSBackupServiceRolePolicyForS3Backup in the AWS Managed Policy
    Reference, as far as they speak of buckets and file systems.
    """
    return allow(
        "Backups",
        [
            "backup:Copy*BackupVault",
            "backup:DescribeBackupVault",
            "backup:TagResource",
            "cloudwatch:GetMetricData",
            "elasticfilesystem:Backup",
            "elasticfilesystem:DescribeTags",
            "events:*Rule*",
            "events:*Targets",
            "tag:GetResources",
        ],
        "*",
        ArnEquals={"aws:PrincipalArn": names.backup_role_arn},
    )
