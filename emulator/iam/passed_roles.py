# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles that a request hands to a service, for each of which its caller needs iam:PassRole.

Sources: botocore models (the members); Service Authorization Reference (dependent actions); IAM user guide, "Granting a
user permissions to pass a role" and iam:PassedToService; of each service the page on its role, whose trust policy names
the service that gets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id

from emulator.iam.ec2_resources import values
from emulator.shared.access_levels import READ_VERBS
from emulator.shared.shapes import Structure
from emulator.shared.upstream import iam

# Service in IAM's actions -> member of its requests, at any depth -> the service that gets the role.
# Whatever operation has such a member passes the role, unless it reads or deletes; a test holds this to the models.
PASSED: dict[str, dict[str, str]] = {
    "apigateway": dict.fromkeys(
        ("credentials", "authorizerCredentials", "cloudwatchRoleArn"), "apigateway.amazonaws.com"
    ),
    "backup": {
        "IamRoleArn": "backup.amazonaws.com",
        "ScannerRoleArn": "malware-protection.guardduty.amazonaws.com",
    },
    "budgets": {"ExecutionRoleArn": "budgets.amazonaws.com"},
    "cloudformation": dict.fromkeys(
        ("RoleARN", "AdministrationRoleARN", "ExecutionRoleArn", "LogRoleArn"), "cloudformation.amazonaws.com"
    ),
    "cloudwatch": {
        "RoleArn": "streams.metrics.cloudwatch.amazonaws.com",
        **dict.fromkeys(("ScheduledQueryRoleARN", "ActionLogLineRoleArn"), "cloudwatch.amazonaws.com"),
    },
    "cognito-idp": dict.fromkeys(("RoleArn", "CloudWatchLogsRoleArn"), "cognito-idp.amazonaws.com"),
    "ec2": {
        "DeliverLogsPermissionArn": "vpc-flow-logs.amazonaws.com",
        "DeliverCrossAccountRole": "vpc-flow-logs.amazonaws.com",
        "IamInstanceProfile": "ec2.amazonaws.com",
        "IamFleetRole": "spotfleet.amazonaws.com",
    },
    "elasticfilesystem": {"RoleArn": "elasticfilesystem.amazonaws.com"},
    "events": {"RoleArn": "events.amazonaws.com"},
    "lambda": dict.fromkeys(("Role", "CapacityProviderOperatorRoleArn"), "lambda.amazonaws.com"),
    "logs": {
        **dict.fromkeys(("roleArn", "executionRoleArn", "importRoleArn"), "logs.amazonaws.com"),
        "dataSourceRoleArn": "opensearchservice.amazonaws.com",
    },
    "s3": {"Role": "s3.amazonaws.com"},
    "sagemaker": {
        **dict.fromkeys(
            ("RoleArn", "ExecutionRole", "ExecutionRoleArn", "ClusterRole", "DomainExecutionRoleArn", "ValidationRole"),
            "sagemaker.amazonaws.com",
        ),
        "AmazonBedrockRoleArn": "bedrock.amazonaws.com",
        "AmazonForecastRoleArn": "forecast.amazonaws.com",
        "ExecutionRoleARN": "emr-serverless.amazonaws.com",
        "RoleARN": "cloudformation.amazonaws.com",
    },
    "scheduler": {"RoleArn": "scheduler.amazonaws.com"},
    "states": {"roleArn": "states.amazonaws.com"},
}
# Members that name a role and pass none, with the reason.
NOT_PASSED = {
    ("budgets", "Roles"): "roles that the action puts a policy on",
    ("ec2", "RoleArn"): "a role that may read a certificate of an enclave",
    ("s3", "InvocationRole"): "S3 has long taken no such configuration",
    ("sagemaker", "AssumableRoleArns"): "roles of other accounts, which a notebook assumes",
    ("sagemaker", "ClusterRoleArn"): "a role that a cluster of Redshift has already",
    ("sagemaker", "CrossAccountModelRegisterRoleArn"): "a role of another account, which Canvas assumes",
    ("sagemaker", "ExecutionRoleArns"): "roles that a notebook hands to EMR, with rights of its own",
    ("sts", "RoleArn"): "who assumes a role needs sts:AssumeRole",
}
# Reads that take a role to work with (Service Authorization Reference, RenderUiTemplate).
PASSING_READS = {("sagemaker", "RenderUiTemplate")}
NO_PASSING = re.compile("Delete|Disassociate")
# What has names of the caller's own choice within.
FREE = {"Environment", "HyperParameters", "Tags", "UserPoolTags", "Variables", "tags"}
ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/.+")


def passes(service: str, operation: str) -> bool:
    """Whether an operation, by its names in IAM, passes the roles that its request names."""
    if (service, operation) in PASSING_READS:
        return True
    return not (READ_VERBS.match(operation) or NO_PASSING.match(operation))


def passed_roles(iam_action: str, document: Any, params: Structure) -> Iterator[tuple[str, str]]:
    """``(ARN of a role, service that gets it)`` of a request, by its body (JSON, or {}) and its query parameters."""
    service, _colon, operation = iam_action.partition(":")
    if iam_action == "iam:AddRoleToInstanceProfile":
        for name in values(params.get("RoleName")):
            yield _role_of_name(name), "ec2.amazonaws.com"
    members = PASSED.get(service, {})
    if not members or not passes(service, operation):
        return
    for name, value in (*_texts(document), *_parameters(params)):
        if name in members:
            roles = _roles_of_profile(value) if name == "IamInstanceProfile" else [value]
            yield from ((role, members[name]) for role in roles if ROLE_ARN.fullmatch(role))


def _texts(document: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """``(member, value)`` of every text in a JSON document, patches of API Gateway by the last part of their path."""
    if isinstance(document, str):
        yield member, document
    elif isinstance(document, list):
        for entry in document:
            yield from _texts(entry, member)
    elif isinstance(document, dict):
        if isinstance(document.get("path"), str) and isinstance(document.get("value"), str):
            yield document["path"].rpartition("/")[2], document["value"]
        for name, value in document.items():
            yield from _texts({} if name in FREE else value, name)


def _parameters(params: Structure) -> Iterator[tuple[str, str]]:
    """The same of query parameters, whose names are paths: ``LaunchTemplateData.IamInstanceProfile.Arn``."""
    for path, found in params.items():
        parts = [part for part in path.split(".") if part not in ("Arn", "Name", "member") and not part.isdigit()]
        yield from ((parts[-1], value) for value in values(found) if parts)


def _roles_of_profile(profile: str) -> list[str]:
    """The ARNs of the roles in an instance profile, given its name or ARN."""
    found = iam._instance_profiles.get(profile.rpartition("/")[2]) or {}
    return [_role_of_name(name) for name in found.get("Roles") or []]


def _role_of_name(name: str) -> str:
    role = iam._roles.get(name)
    return role["Arn"] if role else f"arn:aws:iam::{get_account_id()}:role/{name}"
