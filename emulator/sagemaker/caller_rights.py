# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call of SageMaker needs beside its own action.

Sources: Service Authorization Reference (dependent actions); permissions that CloudFormation's create handler of
AWS::SageMaker::Domain lists. AWS does not document on what resource CreateDomain needs the right to make a file system,
nor with which tags.
"""

from __future__ import annotations

from ministack.core.responses import get_account_id

from emulator.iam import service_linked_roles
from emulator.iam.decisions import Decision
from emulator.shared.shapes import Structure

SERVICE = "sagemaker.amazonaws.com"


def decisions(operation: str, request: Structure, context: Structure) -> list[Decision]:
    """The Decisions of a request; ``context`` are its condition keys."""
    return [*_tagging(operation, request, context), *(_of_domain(request) if operation == "CreateDomain" else [])]


def _tagging(operation: str, request: Structure, context: Structure) -> list[Decision]:
    """Creating with tags needs sagemaker:AddTags, too."""
    if not operation.startswith("Create") or not request.get("Tags"):
        return []
    tags = {key: value for key, value in context.items() if key.lower().startswith("aws:")}
    return [Decision("sagemaker:AddTags", "sagemaker", None, {**tags, "sagemaker:TaggingAction": operation})]


def _of_domain(request: Structure) -> list[Decision]:
    """The home directories' file system, and SageMaker's own role in an account that has none."""
    found = [Decision("elasticfilesystem:CreateFileSystem", "elasticfilesystem", "*", {})]
    if request.get("HomeEfsFileSystemCreation") == "Disabled":
        found = []
    if not service_linked_roles.exists(SERVICE):
        role = service_linked_roles.arn(SERVICE, get_account_id())
        found.append(Decision("iam:CreateServiceLinkedRole", "iam", role, {"iam:AWSServiceName": SERVICE}))
    return found
