# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs of a team never do, whatever else their roles are given: leave the network, or mount people's files.

Which call has which condition key: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
SageMaker".
"""

from __future__ import annotations

from ..found import Network
from ..team import Team
from .document import Statement, deny

# Where these name no subnet, SageMaker runs them in a network of its own, from which the internet can be reached.
RUN_SOMEWHERE = [
    "sagemaker:CreateAutoMLJob",
    "sagemaker:CreateAutoMLJobV2",
    "sagemaker:CreateCluster",
    "sagemaker:CreateDataQualityJobDefinition",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateModel",
    "sagemaker:CreateModelBiasJobDefinition",
    "sagemaker:CreateModelExplainabilityJobDefinition",
    "sagemaker:CreateModelQualityJobDefinition",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
]
# A schedule has its network from the definition that it names, or names one itself beside its instances.
SCHEDULES = ["sagemaker:CreateMonitoringSchedule", "sagemaker:UpdateMonitoringSchedule"]
# An endpoint has its network from its models, or, where inference components bring them later, from its configuration.
ENDPOINTS = ["sagemaker:CreateEndpointConfig"]
FILE_USERS = ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateTrainingJob"]


def limits(team: Team, network: Network, group_id: str) -> list[Statement]:
    """Return the statements. group_id: the team's security group."""
    inside = _in_the_network(network, group_id) if team.jobs_in_the_network else []
    return [*inside, _file_systems(team), *_data(team, network)]


def _in_the_network(network: Network, group_id: str) -> list[Statement]:
    everything = [*RUN_SOMEWHERE, *SCHEDULES, *ENDPOINTS]
    return [
        deny("JobsRunInTheNetworkOrNotAtAll", RUN_SOMEWHERE, "*", Null={"sagemaker:VpcSubnets": "true"}),
        deny(
            "SchedulesRunInTheNetworkOrNotAtAll",
            SCHEDULES,
            "*",
            Null={"sagemaker:InstanceTypes": "false", "sagemaker:VpcSubnets": "true"},
        ),
        deny(
            "EndpointsRunInTheNetworkOrNotAtAll",
            ENDPOINTS,
            "*",
            Null={"sagemaker:ModelArn": "true", "sagemaker:VpcSubnets": "true"},
        ),
        deny(
            "NoSubnetsButThePlatforms",
            everything,
            "*",
            **{"ForAnyValue:StringNotEquals": {"sagemaker:VpcSubnets": list(network.subnet_ids)}},
        ),
        deny(
            "NoGroupsButThePlatformsAndTheTeams",
            everything,
            "*",
            **{"ForAnyValue:StringNotEquals": {"sagemaker:VpcSecurityGroupIds": [network.client_group_id, group_id]}},
        ),
    ]


def _file_systems(team: Team) -> Statement:
    """A job is not held to anybody's directory, so the team's home file system would give it everybody's."""
    listed = list(team.job_file_system_ids)
    others = {"ForAnyValue:StringNotEquals": {"sagemaker:FileSystemId": listed}}
    condition = others if listed else {"Null": {"sagemaker:FileSystemId": "false"}}
    return deny("JobsMountNoHomes", FILE_USERS, "*", **condition)


def _data(team: Team, network: Network) -> list[Statement]:
    """Copied credentials then read no data anywhere else. Studio's pages call SageMaker from outside."""
    if not team.data_in_the_network_only:
        return []
    return [deny("DataInTheNetworkOnly", ["s3:*"], "*", **outside(network))]


def outside(network: Network) -> Statement:
    """Return the condition that holds for calls from elsewhere, but not for those that AWS passes on for the caller."""
    return {
        "StringNotEqualsIfExists": {"aws:SourceVpc": network.vpc_id},
        "BoolIfExists": {"aws:ViaAWSService": "false"},
    }
