# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening Studio, what its pages list, and one's own spaces."""

from __future__ import annotations

from ..names import OWN_DOMAIN, OWN_PROFILE, Names
from .document import Document, document
from .owned_by_aws import READ_HUB, public_hub


def studio_policy(names: Names, private_vpc_id: str | None) -> Document:
    """Return the policy of people in Studio. SageMaker fills in domain and profile of the person's own session.

    private_vpc_id: the VPC through which alone one's own URLs open, where the sign-in is private; else None.
    """
    own_profile = f"{names.sagemaker}:user-profile/{OWN_DOMAIN}/{OWN_PROFILE}"
    through_the_vpc = {"Condition": {"StringEquals": {"aws:SourceVpc": private_vpc_id}}} if private_vpc_id else {}
    return document(
        [
            {
                "Sid": "OpenStudioAsOneself",
                "Effect": "Allow",
                "Action": "sagemaker:CreatePresignedDomainUrl",
                "Resource": own_profile,
                **through_the_vpc,
            },
            {
                "Sid": "ListNamesOnly",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:ListApps",
                    "sagemaker:ListAssociations",
                    "sagemaker:ListDataQualityJobDefinitions",
                    "sagemaker:ListDomains",
                    "sagemaker:ListEndpointConfigs",
                    "sagemaker:ListEndpoints",
                    "sagemaker:ListExperiments",
                    "sagemaker:ListHubs",
                    "sagemaker:ListMlflowApps",
                    "sagemaker:ListMlflowTrackingServers",
                    "sagemaker:ListModelBiasJobDefinitions",
                    "sagemaker:ListModelCards",
                    "sagemaker:ListModelExplainabilityJobDefinitions",
                    "sagemaker:ListModelMetadata",
                    "sagemaker:ListModelPackageGroups",
                    "sagemaker:ListModelPackages",
                    "sagemaker:ListModelQualityJobDefinitions",
                    "sagemaker:ListModels",
                    "sagemaker:ListMonitoringSchedules",
                    "sagemaker:ListPipelines",
                    "sagemaker:ListProcessingJobs",
                    "sagemaker:ListSpaces",
                    "sagemaker:ListStudioLifecycleConfigs",
                    "sagemaker:ListTrainingJobs",
                    "sagemaker:ListTrialComponents",
                    "sagemaker:ListTrials",
                    "sagemaker:ListUserProfiles",
                ],
                "Resource": "*",
            },
            {
                "Sid": "SearchWhatIsNotAnotherTeams",
                "Effect": "Allow",
                "Action": "sagemaker:Search",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"sagemaker:SearchVisibilityCondition/Tags.DomainName/EqualsIfExists": names.team}
                },
            },
            {
                "Sid": "ReadTheModelCatalogueOfAws",
                "Effect": "Allow",
                "Action": READ_HUB,
                "Resource": public_hub(names.partition, names.region),
            },
            {
                "Sid": "OwnSpaces",
                "Effect": "Allow",
                "Action": ["sagemaker:CreateSpace", "sagemaker:UpdateSpace", "sagemaker:DeleteSpace"],
                "Resource": f"{names.sagemaker}:space/{OWN_DOMAIN}/*",
                "Condition": {"ArnLike": {"sagemaker:OwnerUserProfileArn": own_profile}},
            },
            {
                "Sid": "AppsOfOwnSpaces",
                "Effect": "Allow",
                "Action": ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
                "Resource": f"{names.sagemaker}:app/{OWN_DOMAIN}/*",
                "Condition": {"ArnLike": {"sagemaker:OwnerUserProfileArn": own_profile}},
            },
            {
                "Sid": "AppsOfOwnProfile",
                "Effect": "Allow",
                "Action": ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
                "Resource": f"{names.sagemaker}:app/{OWN_DOMAIN}/{OWN_PROFILE}/*",
                "Condition": {"Null": {"sagemaker:OwnerUserProfileArn": "true"}},
            },
        ]
    )
