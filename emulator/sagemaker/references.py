# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What settings name outside SageMaker: execution roles, security groups, custom images.

At creation SageMaker does not assume an execution role; a wrong one shows when an application starts. So whether it
looks things up is a switch each. A role that a fault with "propagation" still hides is refused in any case.
"""

from __future__ import annotations

from emulator.iam import policies, propagation
from emulator.sagemaker import app_image_config, image, store
from emulator.sagemaker.errors import ValidationException
from emulator.sagemaker.in_process import CallFailed, call
from emulator.settings import settings
from emulator.shared.shapes import Structure

SERVICE = "sagemaker.amazonaws.com"
BLOCKS = ("KernelGatewayAppSettings", "JupyterLabAppSettings", "CodeEditorAppSettings")


def check(user_settings: Structure, vpc_id: str) -> None:
    """Check what settings of a domain in ``vpc_id`` name; raises ValidationException."""
    if "ExecutionRole" in user_settings:
        _check_role(user_settings["ExecutionRole"])
    check_groups(user_settings.get("SecurityGroups", []), vpc_id)
    if settings.switch("custom_image_references") == "checked":
        _check_images(user_settings)


def _check_role(arn: str) -> None:
    """The text is that of SageMaker's job APIs."""
    checked = settings.switch("execution_role_references") == "checked"
    if not (policies.can_be_assumed(arn, SERVICE) if checked else propagation.seen(arn)):
        raise ValidationException(
            f"Could not assume role {arn}. Please ensure that the role exists and allows principal '{SERVICE}' to "
            "assume the role."
        )


def check_groups(group_ids: list[str], vpc_id: str) -> None:
    """Security groups must exist, in ``vpc_id``, if the switch says so; raises ValidationException. Texts are EC2's."""
    if settings.switch("security_group_references") == "unchecked":
        return
    try:
        found = call("ec2", "DescribeSecurityGroups", GroupIds=group_ids)["SecurityGroups"] if group_ids else []
    except CallFailed as error:
        raise ValidationException(str(error)) from error
    for group in found:
        if group["VpcId"] != vpc_id:
            raise ValidationException(f"Security group [{group['GroupId']}] is not in VPC [{vpc_id}].")


def _check_images(user_settings: Structure) -> None:
    """The texts are ours."""
    for listed in (entry for block in BLOCKS for entry in user_settings.get(block, {}).get("CustomImages", [])):
        if store.get(image.path(listed["ImageName"])) is None:
            raise ValidationException(f"Image [{listed['ImageName']}] does not exist.")
        if store.get(app_image_config.path(listed["AppImageConfigName"])) is None:
            raise ValidationException(f"AppImageConfig [{listed['AppImageConfigName']}] does not exist.")
