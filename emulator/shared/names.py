# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of services: ministack routes by signing name, users know boto3's client names."""

from __future__ import annotations

# Signing or routing name -> boto3 client name, where they differ (botocore models: signingName, endpointPrefix).
BOTO3_NAMES = {
    "airflow": "mwaa",
    "aoss": "opensearchserverless",
    "documentdb": "docdb",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "es": "opensearch",
    "kinesisanalytics": "kinesisanalyticsv2",
    "lambda-core": "lambda",
    "monitoring": "cloudwatch",
    "s3-control": "s3control",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}


def boto3_name(service: str) -> str:
    """The boto3 client name for a signing or routing name; names without a difference stay as they are."""
    return BOTO3_NAMES.get(service, service)
