# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that SageMaker makes on VPC, subnets and network access when a domain is created or updated."""

from __future__ import annotations

from emulator.sagemaker.errors import ValidationException
from emulator.sagemaker.in_process import CallFailed, call
from emulator.shared.shapes import Structure


def check_subnets(vpc_id: str, subnet_ids: list[str]) -> None:
    """Subnets must exist, in this VPC, and the VPC must have default tenancy (developer guide,
    "studio-notebooks-and-internet-access"; AWS's texts are not known). Raises ValidationException."""
    try:
        vpc = call("ec2", "DescribeVpcs", VpcIds=[vpc_id])["Vpcs"]
        subnets = call("ec2", "DescribeSubnets", SubnetIds=subnet_ids)["Subnets"]
    except CallFailed as error:
        raise ValidationException(str(error)) from error
    if not vpc:
        raise ValidationException(f"The vpc ID '{vpc_id}' does not exist")
    if vpc[0].get("InstanceTenancy", "default") != "default":
        raise ValidationException(f"VPC [{vpc_id}] must have default tenancy.")
    missing = set(subnet_ids) - {subnet["SubnetId"] for subnet in subnets}
    foreign = {subnet["SubnetId"] for subnet in subnets if subnet["VpcId"] != vpc_id}
    if missing:
        raise ValidationException(f"The subnet ID '{min(missing)}' does not exist")
    if foreign:
        raise ValidationException(f"Subnet [{min(foreign)}] is not in VPC [{vpc_id}].")


def check_access(domain: Structure) -> None:
    """VpcOnly needs security groups in DefaultUserSettings; those of DomainSettings do not count (botocore model,
    UserSettings.SecurityGroups; AWS's text is not known). Raises ValidationException."""
    groups = domain["DefaultUserSettings"].get("SecurityGroups")
    if domain["AppNetworkAccessType"] == "VpcOnly" and not groups:
        raise ValidationException(
            "DefaultUserSettings.SecurityGroups is required when AppNetworkAccessType is VpcOnly."
        )
