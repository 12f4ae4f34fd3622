# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training, processing, models and endpoints: made with the team's tag and key, touched only with the tag."""

from __future__ import annotations

from ..team import Team
from .document import Document, Statement, document

KINDS_WITH_A_KEY = (
    "data-quality-job-definition",
    "hyper-parameter-tuning-job",
    "model-bias-job-definition",
    "model-quality-job-definition",
    "monitoring-schedule",
    "processing-job",
    "training-job",
    "transform-job",
)
# Instance types whose disks are their own and which take no key of ours (SageMaker API reference, VolumeKmsKeyId).
LOCAL_DISKS = ["ml.*d.*", "ml.*dn.*", "ml.g5.*", "ml.g6*", "ml.p4*", "ml.p5*", "ml.trn1*"]


def _no_models_of_others(team: Team) -> Statement:
    """These calls are not checked on the model, which runs with the role of whoever made it; so its name must tell."""
    names = team.names
    named = {"ForAnyValue:ArnLike": {"sagemaker:ModelArn": f"{names.sagemaker}:model/*--*"}}
    return {
        "Sid": "NoModelsNamedForAnotherTeam",
        "Effect": "Deny",
        "Action": [
            "sagemaker:CreateEndpointConfig",
            "sagemaker:CreateInferenceComponent",
            "sagemaker:CreateTransformJob",
        ],
        "Resource": "*",
        "Condition": {
            **({} if team.models_by_name else named),
            "ForAnyValue:ArnNotLike": {"sagemaker:ModelArn": f"{names.sagemaker}:model/{names.own_names}"},
        },
    }


def jobs_policy(team: Team, key_arn: str) -> Document:
    """Return the policy for jobs and what comes of them.

    AWS checks the request's tag on every resource of a call, also on those that exist already. So a call that makes one
    thing out of another names the new thing's type where it asks for the request's tag.
    """
    names = team.names
    services = ["sagemaker.amazonaws.com", *(["events.amazonaws.com"] if team.schedules else [])]
    return document(
        [
            {
                "Sid": "StartJobsWithTheTeamsTagAndKey",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:CreateDataQualityJobDefinition",
                    "sagemaker:CreateHyperParameterTuningJob",
                    "sagemaker:CreateModelBiasJobDefinition",
                    "sagemaker:CreateModelQualityJobDefinition",
                    "sagemaker:CreateMonitoringSchedule",
                    "sagemaker:CreateProcessingJob",
                    "sagemaker:CreateTrainingJob",
                    "sagemaker:CreateTransformJob",
                ],
                "Resource": [f"{names.sagemaker}:{kind}/*" for kind in KINDS_WITH_A_KEY],
                "Condition": {
                    "StringEquals": {"aws:RequestTag/DomainName": names.team},
                    "ArnEquals": {"sagemaker:VolumeKmsKey": key_arn},
                },
            },
            {
                "Sid": "StartJobsOnLocalDisks",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:CreateHyperParameterTuningJob",
                    "sagemaker:CreateProcessingJob",
                    "sagemaker:CreateTrainingJob",
                    "sagemaker:CreateTransformJob",
                ],
                "Resource": [f"{names.sagemaker}:{kind}/*" for kind in KINDS_WITH_A_KEY if kind.endswith("-job")],
                "Condition": {
                    "StringEquals": {"aws:RequestTag/DomainName": names.team},
                    "ForAllValues:StringLike": {"sagemaker:InstanceTypes": LOCAL_DISKS},
                    "Null": {"sagemaker:InstanceTypes": "false", "sagemaker:VolumeKmsKey": "true"},
                },
            },
            {
                "Sid": "ScheduleJobsThatAreDefined",
                "Effect": "Allow",
                "Action": "sagemaker:CreateMonitoringSchedule",
                "Resource": f"{names.sagemaker}:monitoring-schedule/*",
                "Condition": {
                    "StringEquals": {"aws:RequestTag/DomainName": names.team},
                    "Null": {"sagemaker:InstanceTypes": "true", "sagemaker:VolumeKmsKey": "true"},
                },
            },
            {
                "Sid": "MakeThingsWithTheTeamsTag",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:CreateExperiment",
                    "sagemaker:CreateModelCard",
                    "sagemaker:CreateModelPackageGroup",
                    "sagemaker:CreatePipeline",
                    "sagemaker:CreateTrialComponent",
                ],
                "Resource": f"{names.sagemaker}:*",
                "Condition": {"StringEquals": {"aws:RequestTag/DomainName": names.team}},
            },
            {
                "Sid": "MakeModelsOfTheTeam",
                "Effect": "Allow",
                "Action": "sagemaker:CreateModel",
                "Resource": f"{names.sagemaker}:model/{names.own_names if team.models_by_name else '*'}",
                "Condition": {"StringEquals": {"aws:RequestTag/DomainName": names.team}},
            },
            {
                "Sid": "MakeThingsOutOfOthersWithTheTeamsTag",
                "Effect": "Allow",
                "Action": ["sagemaker:CreateEndpoint", "sagemaker:CreateModelPackage", "sagemaker:CreateTrial"],
                "Resource": [
                    f"{names.sagemaker}:endpoint/*",
                    f"{names.sagemaker}:experiment-trial/*",
                    f"{names.sagemaker}:model-package/*",
                ],
                "Condition": {"StringEquals": {"aws:RequestTag/DomainName": names.team}},
            },
            {
                "Sid": "ConfigureEndpointsWithTheTeamsTag",
                "Effect": "Allow",
                "Action": "sagemaker:CreateEndpointConfig",
                "Resource": f"{names.sagemaker}:endpoint-config/*",
                "Condition": {
                    "StringEquals": {"aws:RequestTag/DomainName": names.team},
                    "ArnEqualsIfExists": {"sagemaker:VolumeKmsKey": key_arn},
                },
            },
            {
                "Sid": "AddVersionsToTheTeamsGroups",
                "Effect": "Allow",
                "Action": "sagemaker:CreateModelPackage",
                "Resource": f"{names.sagemaker}:model-package/*/*",
            },
            {
                "Sid": "WorkOnWhatCarriesTheTeamsTag",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:AssociateTrialComponent",
                    "sagemaker:BatchDescribeModelPackage",
                    "sagemaker:CreateEndpoint",
                    "sagemaker:CreateModelPackage",
                    "sagemaker:CreateTrial",
                    "sagemaker:DeleteDataQualityJobDefinition",
                    "sagemaker:DeleteEndpoint*",
                    "sagemaker:DeleteExperiment",
                    "sagemaker:DeleteInferenceExperiment",
                    "sagemaker:DeleteModel*",
                    "sagemaker:DeleteMonitoringSchedule",
                    "sagemaker:DeletePipeline",
                    "sagemaker:DeleteRecord",
                    "sagemaker:DeleteTrial*",
                    "sagemaker:Describe*",
                    "sagemaker:DisassociateTrialComponent",
                    "sagemaker:GetModelPackageGroupPolicy",
                    "sagemaker:InvokeEndpoint*",
                    "sagemaker:ListModelCardExportJobs",
                    "sagemaker:ListModelCardVersions",
                    "sagemaker:ListPipelineExecution*",
                    "sagemaker:ListTags",
                    "sagemaker:StartMonitoringSchedule",
                    "sagemaker:StartPipelineExecution",
                    "sagemaker:StopHyperParameterTuningJob",
                    "sagemaker:StopPipelineExecution",
                    "sagemaker:StopProcessingJob",
                    "sagemaker:StopTrainingJob",
                    "sagemaker:StopTransformJob",
                    "sagemaker:UpdateEndpoint",
                    "sagemaker:UpdateExperiment",
                    "sagemaker:UpdateInferenceExperiment",
                    "sagemaker:UpdateModelCard",
                    "sagemaker:UpdateModelPackage",
                    "sagemaker:UpdateMonitoringSchedule",
                    "sagemaker:UpdatePipeline",
                    "sagemaker:UpdatePipelineExecution",
                    "sagemaker:UpdateTrainingJob",
                    "sagemaker:UpdateTrial*",
                ],
                "Resource": f"{names.sagemaker}:*",
                "Condition": {"StringEquals": {"aws:ResourceTag/DomainName": names.team}},
            },
            _no_models_of_others(team),
            {
                "Sid": "GiveJobsTheTeamsRole",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": names.role_arn("data-scientist"),
                "Condition": {"StringEquals": {"iam:PassedToService": services}},
            },
        ]
    )
