# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources and condition keys of jobs, models, endpoints and what schedules them.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker". Nothing makes
any of these here; but whether somebody may is decided as AWS decides it, before the call is looked at.
"""

from __future__ import annotations

NETWORK = {"sagemaker:NetworkIsolation", "sagemaker:VpcSecurityGroupIds", "sagemaker:VpcSubnets"}
KEYS_OF_DATA = {"sagemaker:OutputKmsKey", "sagemaker:VolumeKmsKey"}
TRAFFIC = {"sagemaker:InterContainerTrafficEncryption"}
COMPUTING = {"sagemaker:InstanceTypes", "sagemaker:MaxRuntimeInSeconds"}
FILES = {"sagemaker:FileSystemAccessMode", "sagemaker:FileSystemDirectoryPath", "sagemaker:FileSystemId"} | {
    "sagemaker:FileSystemType"
}
JOBS = NETWORK | KEYS_OF_DATA | TRAFFIC | COMPUTING
AUTOML = (NETWORK - {"sagemaker:NetworkIsolation"}) | KEYS_OF_DATA | TRAFFIC

KEYS = {
    "CreateAutoMLJob": AUTOML,
    "CreateAutoMLJobV2": AUTOML,
    "CreateDataQualityJobDefinition": JOBS,
    "CreateEndpointConfig": NETWORK | {"sagemaker:InstanceTypes", "sagemaker:ModelArn", "sagemaker:VolumeKmsKey"},
    "CreateHyperParameterTuningJob": JOBS | FILES,
    "CreateInferenceComponent": {"sagemaker:ModelArn"},
    "CreateModel": NETWORK,
    "CreateModelBiasJobDefinition": JOBS,
    "CreateModelExplainabilityJobDefinition": JOBS,
    "CreateModelQualityJobDefinition": JOBS,
    "CreateMonitoringSchedule": JOBS,
    "CreateProcessingJob": JOBS,
    "CreateTrainingJob": JOBS | FILES,
    "CreateTransformJob": KEYS_OF_DATA | {"sagemaker:InstanceTypes", "sagemaker:ModelArn"},
    "UpdateMonitoringSchedule": JOBS,
    "UpdateTrainingJob": {"sagemaker:InstanceTypes"},
}
# Key -> the members of a request, at any depth, that hold its values.
MEMBERS = {
    "sagemaker:FileSystemId": ("FileSystemId",),
    "sagemaker:FileSystemType": ("FileSystemType",),
    "sagemaker:FileSystemAccessMode": ("FileSystemAccessMode",),
    "sagemaker:FileSystemDirectoryPath": ("DirectoryPath",),
    "sagemaker:VpcSecurityGroupIds": ("SecurityGroupIds",),
    "sagemaker:VpcSubnets": ("Subnets",),
}
SINGLE_MEMBERS = {
    "sagemaker:OutputKmsKey": ("KmsKeyId",),
    "sagemaker:VolumeKmsKey": ("VolumeKmsKeyId",),
}
SWITCHES = {
    "sagemaker:InterContainerTrafficEncryption": ("EnableInterContainerTrafficEncryption",),
    "sagemaker:NetworkIsolation": ("EnableNetworkIsolation",),
}
# Operation -> (the member that names what it makes or changes, its noun in the ARN).
RESOURCES = {
    "CreateAutoMLJob": ("AutoMLJobName", "automl-job"),
    "CreateAutoMLJobV2": ("AutoMLJobName", "automl-job"),
    "CreateDataQualityJobDefinition": ("JobDefinitionName", "data-quality-job-definition"),
    "CreateEndpoint": ("EndpointName", "endpoint"),
    "CreateEndpointConfig": ("EndpointConfigName", "endpoint-config"),
    "CreateHyperParameterTuningJob": ("HyperParameterTuningJobName", "hyper-parameter-tuning-job"),
    "CreateInferenceComponent": ("InferenceComponentName", "inference-component"),
    "CreateModel": ("ModelName", "model"),
    "CreateModelBiasJobDefinition": ("JobDefinitionName", "model-bias-job-definition"),
    "CreateModelExplainabilityJobDefinition": ("JobDefinitionName", "model-explainability-job-definition"),
    "CreateModelQualityJobDefinition": ("JobDefinitionName", "model-quality-job-definition"),
    "CreateMonitoringSchedule": ("MonitoringScheduleName", "monitoring-schedule"),
    "CreateProcessingJob": ("ProcessingJobName", "processing-job"),
    "CreateTrainingJob": ("TrainingJobName", "training-job"),
    "CreateTransformJob": ("TransformJobName", "transform-job"),
    "UpdateMonitoringSchedule": ("MonitoringScheduleName", "monitoring-schedule"),
    "UpdateTrainingJob": ("TrainingJobName", "training-job"),
}
