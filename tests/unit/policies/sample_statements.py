# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the execution role of AWS's CDK sample may do: its 23 statements, action by action."""

from __future__ import annotations

import fnmatch

from policy_sentry.shared.iam_data import get_service_prefix_data

# Statement 12 is called denySageMakerPolicy and allows; statement 14 is a Deny; all others allow.
SAMPLE = {
    1: """
        logs:CreateLogDelivery logs:CreateLogGroup logs:CreateLogStream logs:DeleteLogDelivery logs:Describe*
        logs:GetLogDelivery logs:GetLogEvents logs:ListLogDeliveries logs:PutLogEvents logs:PutResourcePolicy
        logs:UpdateLogDelivery
    """,
    2: """
        sagemaker:DescribeApp sagemaker:DescribeDomain sagemaker:DeleteApp sagemaker:CreateApp
        sagemaker:DescribeUserProfile sagemaker:DescribeSpace sagemaker:DescribeStudioLifecycleConfig
        sagemaker:ListStudioLifecycleConfigs sagemaker:Search
    """,
    3: """
        sagemaker:CreateDataQualityJobDefinition sagemaker:CreateHyperParameterTuningJob
        sagemaker:CreateModelBiasJobDefinition sagemaker:CreateModelQualityJobDefinition
        sagemaker:CreateMonitoringSchedule sagemaker:CreateProcessingJob sagemaker:CreateTrainingJob
        sagemaker:CreateTransformJob
    """,
    4: """
        sagemaker:CreateExperiment sagemaker:CreateModelCard sagemaker:CreateModelPackage
        sagemaker:CreateModelPackageGroup sagemaker:CreatePipeline sagemaker:CreateTrial
        sagemaker:CreateTrialComponent sagemaker:CreateModel
    """,
    5: """
        sagemaker:BatchDescribeModelPackage sagemaker:DescribeDataQualityJobDefinition
        sagemaker:DescribeExperiment sagemaker:DescribeHyperParameterTuningJob
        sagemaker:DescribeInferenceExperiment sagemaker:DescribeImageVersion sagemaker:DescribeModel
        sagemaker:GetModelPackageGroupPolicy sagemaker:DescribeAppImageConfig sagemaker:DescribeModelPackage
        sagemaker:DescribeModelPackageGroup sagemaker:DescribeModelCardExportJob
        sagemaker:DescribeModelQualityJobDefinition sagemaker:DescribeMonitoringSchedule
        sagemaker:DescribePipeline sagemaker:DescribeProcessingJob sagemaker:DescribeTrainingJob
        sagemaker:DescribeTransformJob sagemaker:DescribeTrial sagemaker:DescribeTrialComponent
        sagemaker:DescribeArtifact sagemaker:DescribeEndpoint sagemaker:DescribeEndpointConfig
        sagemaker:ListModelCardExportJobs sagemaker:ListModelCardVersions sagemaker:ListModelPackages
        sagemaker:DeleteDataQualityJobDefinition sagemaker:DeleteEndpoint sagemaker:DeleteEndpointConfig
        sagemaker:DeleteExperiment sagemaker:DeleteInferenceExperiment sagemaker:DeleteModel
        sagemaker:DeleteModelBiasJobDefinition sagemaker:DeleteModelCard
        sagemaker:DeleteModelExplainabilityJobDefinition sagemaker:DeleteModelPackage
        sagemaker:DeleteModelPackageGroup sagemaker:DeleteModelPackageGroupPolicy
        sagemaker:DeleteModelQualityJobDefinition sagemaker:DeleteMonitoringSchedule sagemaker:DeletePipeline
        sagemaker:DeleteRecord sagemaker:DeleteTrial sagemaker:DeleteTrialComponent
    """,
    6: """
        sagemaker:DescribePipelineDefinitionForExecution sagemaker:ListDataQualityJobDefinitions
        sagemaker:ListModelBiasJobDefinitions sagemaker:ListModelCards
        sagemaker:ListModelExplainabilityJobDefinitions sagemaker:ListModelMetadata
        sagemaker:ListModelPackageGroups sagemaker:ListModelQualityJobDefinitions sagemaker:ListModels
        sagemaker:ListMonitoringSchedules sagemaker:ListProcessingJobs sagemaker:ListPipelineExecutionSteps
        sagemaker:ListPipelineExecutions sagemaker:ListTrainingJobs sagemaker:ListTrialComponents
        sagemaker:ListTrials sagemaker:ListAssociations
    """,
    7: """
        sagemaker:StartMonitoringSchedule sagemaker:StartPipelineExecution sagemaker:StopHyperParameterTuningJob
        sagemaker:StopPipelineExecution sagemaker:StopProcessingJob sagemaker:StopTrainingJob
        sagemaker:StopTransformJob sagemaker:UpdateExperiment sagemaker:UpdateEndpoint
        sagemaker:UpdateInferenceExperiment sagemaker:UpdateModelCard sagemaker:UpdateModelPackage
        sagemaker:UpdateMonitoringSchedule sagemaker:UpdatePipeline sagemaker:UpdatePipelineExecution
        sagemaker:UpdateTrainingJob sagemaker:UpdateTrial sagemaker:UpdateTrialComponent
        sagemaker:AssociateTrialComponent sagemaker:DisassociateTrialComponent
    """,
    8: """
        kms:Decrypt kms:Encrypt kms:DescribeKey kms:ReEncrypt* kms:GenerateDataKey* kms:CreateGrant
        kms:RetireGrant
    """,
    9: """
        kms:ListAliases
    """,
    10: """
        ec2:CreateNetworkInterface ec2:CreateNetworkInterfacePermission ec2:CreateVpcEndpoint
        ec2:DeleteNetworkInterface ec2:DeleteNetworkInterfacePermission ec2:DescribeDhcpOptions
        ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ec2:DescribeSecurityGroups ec2:DescribeSubnets
        ec2:DescribeVpcEndpoints ec2:DescribeVpcs elasticfilesystem:DescribeFileSystems
        elasticfilesystem:DescribeMountTargets
    """,
    11: """
        iam:PassRole
    """,
    12: """
        sagemaker:CreateDomain sagemaker:UpdateDomain sagemaker:CreateUserProfile sagemaker:UpdateUserProfile
    """,
    13: """
        sts:AssumeRole
    """,
    14: """
        sts:AssumeRole
    """,
    15: """
        events:TagResource events:DeleteRule events:PutTargets events:DescribeRule events:RemoveTargets
        events:DisableRule events:EnableRule
    """,
    16: """
        events:PutRule
    """,
    17: """
        ecr:GetAuthorizationToken ecr:GetDownloadUrlForLayer ecr:BatchGetImage ecr:BatchCheckLayerAvailability
        ecr:SetRepositoryPolicy ecr:CompleteLayerUpload ecr:BatchDeleteImage ecr:UploadLayerPart
        ecr:InitiateLayerUpload ecr:PutImage
    """,
    18: """
        s3:GetObject s3:GetObjectAcl s3:GetObjectTagging s3:PutObject s3:PutObjectAcl s3:PutObjectTagging
        s3:DeleteObject s3:AbortMultipartUpload s3:ListMultipartUploadParts s3:ListBucketMultipartUploads
    """,
    19: """
        s3:ListBucket s3:GetBucketLocation
    """,
    20: """
        sagemaker:AddTags
    """,
    21: """
        sagemaker:ListTags
    """,
    22: """
        sagemaker:CreateEndpoint sagemaker:CreateEndpointConfig
    """,
    23: """
        sagemaker:InvokeEndpoint*
    """,
}


def known_actions(pattern):
    """The actions of the Service Authorization Reference (as policy_sentry carries it) that a pattern stands for."""
    service, name = pattern.split(":")
    return [
        f"{service}:{each}"
        for each in get_service_prefix_data(service)["privileges"]
        if fnmatch.fnmatchcase(each, name)
    ]


def access_level(action):
    """Read, List, Write, Tagging or Permissions management."""
    service, name = action.split(":")
    return get_service_prefix_data(service)["privileges"][name]["access_level"]


def resource_types(action):
    """The resource types that AWS checks a call on: the required ones, or else all that it may be called on."""
    service, name = action.split(":")
    found = get_service_prefix_data(service)["privileges"][name]["resource_types"]
    types = {each: details["required"] for each, details in found.items() if each}
    return [each for each, required in types.items() if required] or list(types)


def arn_format(service, resource_type):
    """Such as arn:${Partition}:sagemaker:${Region}:${Account}:domain/${DomainId}."""
    return get_service_prefix_data(service)["resources"][resource_type]["arn"]


ACTIONS = [
    (statement, action)
    for statement, patterns in SAMPLE.items()
    for pattern in patterns.split()
    for action in known_actions(pattern)
]
