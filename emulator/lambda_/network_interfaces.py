# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions in a VPC: Lambda makes network interfaces there, and releases them some time after the last function.

Sources: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC" (one interface per
combination of subnet and security groups, shared by functions); API reference CreateFunction, VpcConfig; time until the
interfaces are gone as terraform-provider-aws waits for it.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, new_uuid

from emulator.ec2.network_interfaces import OWNERS, create_managed_interface, discard_interface, group_identifiers
from emulator.ec2.protocol import Ec2Error
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import ec2
from emulator.shared.upstream import lambda_svc as upstream
from emulator.timing import clock, latency

INTERFACE_TYPE = "lambda"


def install() -> None:
    """Check subnets and groups of functions, and keep the interfaces as functions come, change and go."""
    wrap(upstream, "_create_function", _creating)
    wrap(upstream, "_update_config", _updating)
    wrap(upstream, "_delete_function", _deleting)
    OWNERS[INTERFACE_TYPE] = _settle_owner
    clock.watch("ec2._network_interfaces", settle)


def _creating(original: Handler) -> Handler:
    def create_function(data: Structure) -> Answer:
        refusal = vpc_refusal(data.get("VpcConfig"))
        return refusal or _then_adjusted(original(data), data.get("FunctionName", ""))

    return create_function


def _updating(original: Handler) -> Handler:
    def update_configuration(name: str, data: Structure, *rest: Any, **options: Any) -> Answer:
        refusal = vpc_refusal(data.get("VpcConfig"))
        return refusal or _then_adjusted(original(name, data, *rest, **options), name)

    return update_configuration


def _deleting(original: Handler) -> Handler:
    def delete_function(name: str, *rest: Any, **options: Any) -> Answer:
        return _then_adjusted(original(name, *rest, **options), name)

    return delete_function


def vpc_refusal(config: Structure | None) -> Answer | None:
    """The answer to a VpcConfig that names what does not exist or does not fit together, None for a good one."""
    subnet_ids = (config or {}).get("SubnetIds") or []
    group_ids = (config or {}).get("SecurityGroupIds") or []
    if bool(subnet_ids) != bool(group_ids):
        return _invalid("VpcConfig must contain at least one subnet and at least one security group.")
    missing = next((subnet_id for subnet_id in subnet_ids if subnet_id not in ec2._subnets), None)
    if missing is not None:
        return _invalid(
            "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
            f"EC2 Error Message: The subnet ID '{missing}' does not exist"
        )
    subnets = [ec2._subnets[subnet_id] for subnet_id in subnet_ids]
    if len({subnet["VpcId"] for subnet in subnets}) > 1:
        return _invalid("Security Groups are required to be in the same VPC as the subnets.")
    try:
        group_identifiers(group_ids, subnets[0]["VpcId"] if subnets else "")
    except Ec2Error as error:
        return _invalid(
            f"Error occurred while DescribeSecurityGroups. EC2 Error Code: {error.code}. EC2 Error Message: {error}"
        )
    return None


def _invalid(message: str) -> Answer:
    return error_response_json("InvalidParameterValueException", message, 400)


def _then_adjusted(answer: Answer, function_name: str) -> Answer:
    if answer[0] < 300:
        _adjust(function_name)
    return answer


def _combinations() -> set[tuple[str, frozenset[str]]]:
    """``(subnet, security groups)`` that functions, with all of their versions, need interfaces for."""
    functions = list(upstream._functions.values())
    versions = [version for function in functions for version in function.get("versions", {}).values()]
    configurations = [record["config"].get("VpcConfig") or {} for record in [*functions, *versions]]
    return {
        (subnet_id, frozenset(config["SecurityGroupIds"]))
        for config in configurations
        for subnet_id in config.get("SubnetIds") or []
    }


def _adjust(function_name: str) -> None:
    """Make the interfaces that are missing, and begin to let go of those that no function needs."""
    needed = _combinations()
    for record in _interfaces():
        combination = (record["SubnetId"], frozenset(group["GroupId"] for group in record["Groups"]))
        if combination in needed:
            needed.discard(combination)
            record.pop("Transition", None)
        elif "Transition" not in record:
            record["Transition"] = latency.after("function_interface.delete")
    for subnet_id, group_ids in needed:
        groups = group_identifiers(sorted(group_ids), ec2._subnets[subnet_id]["VpcId"])
        description = f"AWS Lambda VPC ENI-{function_name}-{new_uuid()}"
        create_managed_interface(subnet_id, groups, description, INTERFACE_TYPE)


def _interfaces() -> list[Structure]:
    return [record for record in ec2._network_interfaces.values() if record["InterfaceType"] == INTERFACE_TYPE]


def settle(record: Structure) -> None:
    """Count one read of an interface that Lambda releases, and remove it when due."""
    transition = record.get("Transition")
    if transition and latency.read(transition):
        discard_interface(record["NetworkInterfaceId"])
        record.pop("Transition")


def _settle_owner(interface_id: str) -> None:
    settle(ec2._network_interfaces[interface_id])
