# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs need around them: images, network interfaces, schedules."""

from __future__ import annotations

from ..found import Network
from ..team import Team
from .document import Document, Statement, document
from .owned_by_aws import PULL_IMAGES

# Reads, which AWS cannot narrow to a resource.
LOOK_AROUND = [
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "ecr:GetAuthorizationToken",
    "kms:ListAliases",
    "sagemaker-mlflow:AccessUI",
]


def operations_policy(team: Team, network: Network) -> Document:
    """Return the policy for what surrounds jobs."""
    names = team.names
    ec2 = f"arn:{names.partition}:ec2:{names.region}:{names.account_id}"
    ecr = f"arn:{names.partition}:ecr:{names.region}"
    return document(
        [
            {
                "Sid": "ImagesOfTheTeam",
                "Effect": "Allow",
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchDeleteImage",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                "Resource": f"{ecr}:{names.account_id}:repository/*",
                "Condition": {"StringEquals": {"aws:ResourceTag/DomainName": names.team}},
            },
            {
                "Sid": "PullImagesOfAws",
                "Effect": "Allow",
                "Action": PULL_IMAGES,
                "Resource": f"{ecr}:*:repository/*",
                "Condition": {"StringNotEquals": {"aws:ResourceAccount": names.account_id}},
            },
            {
                "Sid": "JobsJoinTheNetwork",
                "Effect": "Allow",
                "Action": "ec2:CreateNetworkInterface",
                "Resource": [
                    f"{ec2}:network-interface/*",
                    f"{ec2}:security-group/{network.client_group_id}",
                    *(f"{ec2}:subnet/{one}" for one in network.subnet_ids),
                ],
                "Condition": {"StringNotEqualsIfExists": {"aws:SourceVpc": network.vpc_id}},
            },
            {
                "Sid": "JobsJoinTheTeamsGroup",
                "Effect": "Allow",
                "Action": "ec2:CreateNetworkInterface",
                "Resource": f"{ec2}:security-group/*",
                "Condition": {"StringEquals": {"aws:ResourceTag/DomainName": names.team}},
            },
            *_interface_users(team),
            {
                "Sid": "JobsLeaveTheNetwork",
                "Effect": "Allow",
                "Action": [
                    "ec2:CreateNetworkInterfacePermission",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DeleteNetworkInterfacePermission",
                ],
                "Resource": f"{ec2}:network-interface/*",
                "Condition": {
                    "ArnEquals": {"ec2:Vpc": f"{ec2}:vpc/{network.vpc_id}"},
                    "StringNotEqualsIfExists": {"aws:SourceVpc": network.vpc_id},
                },
            },
            {
                # The job would run, be paid, and then not be let write: without a key it writes with S3's own.
                # Processing jobs are left out: one without outputs names no key, and no condition tells it from others.
                "Sid": "NoResultsWithoutAKey",
                "Effect": "Deny",
                "Action": [
                    "sagemaker:CreateHyperParameterTuningJob",
                    "sagemaker:CreateTrainingJob",
                    "sagemaker:CreateTransformJob",
                ],
                "Resource": "*",
                "Condition": {"Null": {"sagemaker:OutputKmsKey": "true"}},
            },
            {
                "Sid": "LookAround",
                "Effect": "Allow",
                "Action": LOOK_AROUND,
                "Resource": "*",
            },
            {
                "Sid": "HomeOfTheTeam",
                "Effect": "Allow",
                "Action": ["elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeMountTargets"],
                "Resource": f"arn:{names.partition}:elasticfilesystem:{names.region}:{names.account_id}:file-system/*",
                "Condition": {"StringEquals": {"aws:ResourceTag/DomainName": names.team}},
            },
            *_schedules(team),
            {
                "Sid": "TrackingServersOfTheTeam",
                "Effect": "Allow",
                "Action": ["sagemaker:CreatePresignedMlflowTrackingServerUrl", "sagemaker-mlflow:*"],
                "Resource": f"{names.sagemaker}:mlflow-tracking-server/*",
                "Condition": {"StringEquals": {"aws:ResourceTag/DomainName": names.team}},
            },
            {
                "Sid": "MlflowAppsOfTheTeam",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:CallMlflowAppApi",
                    "sagemaker:CreatePresignedMlflowAppUrl",
                    "sagemaker:DescribeMlflowApp",
                ],
                "Resource": f"{names.sagemaker}:mlflow-app/*",
                "Condition": {"StringEquals": {"aws:ResourceTag/DomainName": names.team}},
            },
            {
                "Sid": "TheTeamsRolesInTheOrganization",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": f"arn:{names.partition}:iam::*:role/*",
                "Condition": {
                    "StringEquals": {
                        "aws:ResourceOrgID": "${aws:PrincipalOrgID}",
                        "aws:ResourceTag/DomainName": names.team,
                    }
                },
            },
        ]
    )


def _interface_users(team: Team) -> list[Statement]:
    """Whom a job's network interface may be handed to: the account of AWS in which SageMaker runs the job."""
    if not team.job_interface_users:
        return []
    return [
        {
            "Sid": "InterfacesForNobodyElse",
            "Effect": "Deny",
            "Action": "ec2:CreateNetworkInterfacePermission",
            "Resource": "*",
            "Condition": {"ArnNotLikeIfExists": {"ec2:AuthorizedUser": list(team.job_interface_users)}},
        }
    ]


def _schedules(team: Team) -> list[Statement]:
    """Rules that run notebooks.

    EventBridge does not tell making a rule from changing one that has no tag, so the account's own rules and all other
    buses are out of reach by their names.
    """
    if not team.schedules:
        return []
    names = team.names
    events = f"arn:{names.partition}:events:{names.region}:{names.account_id}"
    return [
        {
            "Sid": "ScheduleNotebooksWithTheTeamsTag",
            "Effect": "Allow",
            "Action": "events:PutRule",
            "Resource": f"{events}:rule/*",
            "Condition": {"StringEquals": {"aws:RequestTag/DomainName": names.team}},
        },
        {
            "Sid": "SchedulesOfTheTeam",
            "Effect": "Allow",
            "Action": [
                "events:DeleteRule",
                "events:DescribeRule",
                "events:DisableRule",
                "events:EnableRule",
                "events:RemoveTargets",
                "events:TagResource",
            ],
            "Resource": f"{events}:rule/*",
            "Condition": {
                "StringEquals": {
                    "aws:ResourceTag/DomainName": names.team,
                    "aws:ResourceTag/sagemaker:is-scheduling-notebook-job": "true",
                },
                "StringEqualsIfExists": {"aws:RequestTag/DomainName": names.team},
            },
        },
        {
            "Sid": "SchedulesStartPipelinesOnly",
            "Effect": "Allow",
            "Action": "events:PutTargets",
            "Resource": f"{events}:rule/*",
            "Condition": {
                "StringEquals": {
                    "aws:ResourceTag/DomainName": names.team,
                    "aws:ResourceTag/sagemaker:is-scheduling-notebook-job": "true",
                },
                "ForAllValues:ArnLike": {"events:TargetArn": f"{names.sagemaker}:pipeline/*"},
                "Null": {"events:TargetArn": "false"},
            },
        },
        {
            "Sid": "NoRulesOfTheAccountOrOfOtherBuses",
            "Effect": "Deny",
            "Action": "events:*",
            "Resource": [f"{events}:rule/*/*", *(f"{events}:rule/{name}" for name in team.protected_rules)],
        },
    ]
