# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rights, and limits of rights, that follow from options of the team; every role of the team carries them."""

from __future__ import annotations

import re

from ..found import Network
from ..team import CODEARTIFACT, Team
from .document import Document, Statement, document
from .limits import limits
from .owned_by_aws import PULL_IMAGES

REPOSITORY = re.compile(r"([0-9]{12})[.]dkr[.]ecr[.][^/]+/([^:@]+).*")


def options_policy(team: Team, network: Network, group_id: str) -> Document:
    """Return the policy. group_id: the team's security group."""
    return document([*limits(team, network, group_id), *_instance_types(team), *_packages(team), *_images(team)])


def _instance_types(team: Team) -> list[Statement]:
    """AWS fills in sagemaker:InstanceTypes where a call names one; otherwise the default of the space counts, which was
    named in such a call. "system" is what the pages of Classic run on."""
    if not team.allowed_instance_types:
        return []
    return [
        {
            "Sid": "OnlyTheseInstanceTypes",
            "Effect": "Deny",
            "Action": [
                "sagemaker:CreateApp",
                "sagemaker:CreateDataQualityJobDefinition",
                "sagemaker:CreateEndpointConfig",
                "sagemaker:CreateHyperParameterTuningJob",
                "sagemaker:CreateModelBiasJobDefinition",
                "sagemaker:CreateModelExplainabilityJobDefinition",
                "sagemaker:CreateModelQualityJobDefinition",
                "sagemaker:CreateMonitoringSchedule",
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateSpace",
                "sagemaker:CreateTrainingJob",
                "sagemaker:CreateTransformJob",
                "sagemaker:UpdateMonitoringSchedule",
                "sagemaker:UpdateSpace",
                "sagemaker:UpdateTrainingJob",
            ],
            "Resource": "*",
            "Condition": {
                "ForAnyValue:StringNotLike": {"sagemaker:InstanceTypes": [*team.allowed_instance_types, "system"]}
            },
        }
    ]


def _packages(team: Team) -> list[Statement]:
    index = team.package_index
    if index.type != CODEARTIFACT:
        return []
    owner = index.domain_owner or team.platform.account_id
    codeartifact = f"arn:{team.platform.partition}:codeartifact:{team.platform.region}:{owner}"
    return [
        {
            "Sid": "SignInToPackages",
            "Effect": "Allow",
            "Action": "codeartifact:GetAuthorizationToken",
            "Resource": f"{codeartifact}:domain/{index.domain}",
        },
        {
            "Sid": "ReadPackages",
            "Effect": "Allow",
            "Action": ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
            "Resource": f"{codeartifact}:repository/{index.domain}/{index.repository}",
        },
        {
            "Sid": "TokenForPackages",
            "Effect": "Allow",
            "Action": "sts:GetServiceBearerToken",
            "Resource": "*",
            "Condition": {"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
        },
    ]


def _images(team: Team) -> list[Statement]:
    """SageMaker fetches an image with the role of whoever starts the app, and of the image itself."""
    if not team.custom_images:
        return []
    ecr = f"arn:{team.platform.partition}:ecr:{team.platform.region}"
    repositories = {REPOSITORY.sub(rf"{ecr}:\1:repository/\2", image.image_uri) for image in team.custom_images}
    return [
        {
            "Sid": "FetchCustomImages",
            "Effect": "Allow",
            "Action": PULL_IMAGES,
            "Resource": sorted(repositories),
        },
        {
            "Sid": "SignInToRegistries",
            "Effect": "Allow",
            "Action": "ecr:GetAuthorizationToken",
            "Resource": "*",
        },
    ]
