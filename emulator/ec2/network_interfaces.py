# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network interfaces: the ones that services make, the filters of DescribeNetworkInterfaces, and their deletion."""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Callable

from ministack.core.responses import get_account_id

from emulator.ec2.protocol import Ec2Error, install_operation, matches, page, store_tags, tags_of
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2 as upstream

AWS_ACCOUNT_OF_ATTACHMENTS = "amazon-aws"

# Interface type -> function that counts a read of the thing an interface belongs to, given the interface's id. A
# service that makes interfaces puts its own in here; what is over after that read takes its interface with it.
OWNERS: dict[str, Callable[[str], None]] = {}


def install() -> None:
    """Replace the three network interface actions that ministack does not filter, validate or protect."""
    install_operation("CreateNetworkInterface", "_create_network_interface", create_network_interface)
    install_operation("DescribeNetworkInterfaces", "_describe_network_interfaces", describe_network_interfaces)
    install_operation("DeleteNetworkInterface", "_delete_network_interface", delete_network_interface)


def subnet_or_error(subnet_id: str) -> Structure:
    """The subnet's record; Ec2Error InvalidSubnetID.NotFound when there is none (EC2 error codes)."""
    subnet = upstream._subnets.get(subnet_id)
    if not subnet:
        raise Ec2Error("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")
    return subnet


def group_identifiers(group_ids: list[str], vpc_id: str) -> list[Structure]:
    """``[{"GroupId", "GroupName"}]`` of groups that must be in the VPC; no groups means the VPC's default group.

    Source: EC2 error codes InvalidGroup.NotFound; API reference CreateNetworkInterface and CreateVpcEndpoint.
    """
    in_vpc = {group["GroupId"]: group for group in upstream._security_groups.values() if group["VpcId"] == vpc_id}
    chosen = group_ids or [key for key, group in in_vpc.items() if group["GroupName"] == "default"]
    for group_id in chosen:
        if group_id not in upstream._security_groups:
            raise Ec2Error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        if group_id not in in_vpc:
            raise Ec2Error(
                "InvalidParameter", f"Security group {group_id} and the network interface are in different VPCs"
            )
    return [{"GroupId": group_id, "GroupName": in_vpc[group_id]["GroupName"]} for group_id in dict.fromkeys(chosen)]


def free_address(subnet: Structure) -> str:
    """The first address of the subnet that nothing uses; AWS keeps the first four and the last one of each subnet."""
    network = ipaddress.ip_network(subnet["CidrBlock"])
    used = {
        interface["PrivateIpAddress"]
        for interface in upstream._network_interfaces.values()
        if interface["SubnetId"] == subnet["SubnetId"]
    }
    for number in range(int(network.network_address) + 4, int(network.broadcast_address)):
        address = str(ipaddress.ip_address(number))
        if address not in used:
            return address
    raise Ec2Error(
        "InsufficientFreeAddressesInSubnet",
        f"There are not enough free addresses in subnet '{subnet['SubnetId']}' to satisfy the requested number of "
        f"instances.",
    )


def create_interface(
    subnet_id: str, groups: list[Structure], description: str, address: str | None = None
) -> Structure:
    """Make a network interface in a subnet and return its record; ``groups`` as group_identifiers() gives them."""
    subnet = subnet_or_error(subnet_id)
    interface_id = f"eni-{secrets.token_hex(9)[:17]}"
    upstream._network_interfaces[interface_id] = {
        "NetworkInterfaceId": interface_id,
        "SubnetId": subnet_id,
        "VpcId": subnet["VpcId"],
        "AvailabilityZone": subnet["AvailabilityZone"],
        "AvailabilityZoneId": subnet["AvailabilityZoneId"],
        "Description": description,
        "OwnerId": get_account_id(),
        "Status": "available",
        "PrivateIpAddress": address or free_address(subnet),
        "InterfaceType": "interface",
        "SourceDestCheck": True,
        "RequesterManaged": False,
        "MacAddress": secrets.token_bytes(6).hex(":"),
        "Groups": groups,
        "Attachment": None,
    }
    return upstream._network_interfaces[interface_id]


def create_managed_interface(
    subnet_id: str, groups: list[Structure], description: str, interface_type: str, address: str | None = None
) -> Structure:
    """Make an interface that a service owns: attached, requester-managed, and refused to DeleteNetworkInterface.

    ``interface_type`` is a value of the model's NetworkInterfaceType (``vpc_endpoint``, ``efs``, ``lambda``).
    """
    record = create_interface(subnet_id, groups, description, address)
    record.update(
        InterfaceType=interface_type,
        RequesterManaged=True,
        RequesterId="amazon-aws",
        Status="in-use",
        Attachment={
            "AttachmentId": f"ela-attach-{secrets.token_hex(9)[:17]}",
            "InstanceOwnerId": AWS_ACCOUNT_OF_ATTACHMENTS,
            "DeviceIndex": 1,
            "DeleteOnTermination": False,
            "Status": "attached",
            "AttachTime": int(time.time()),
        },
    )
    return record


def discard_interface(interface_id: str) -> None:
    """Remove an interface that its service gives back; nothing happens when it is gone already."""
    upstream._network_interfaces.pop(interface_id, None)
    upstream._tags.pop(interface_id, None)


def still_there(record: Structure) -> bool:
    """Whether an interface outlives this read of it and its owner."""
    settle = OWNERS.get(record["InterfaceType"])
    if settle:
        settle(record["NetworkInterfaceId"])
    return record["NetworkInterfaceId"] in upstream._network_interfaces


def described(record: Structure) -> Structure:
    """A NetworkInterface structure of the API."""
    address = record["PrivateIpAddress"]
    attachment = record.get("Attachment")
    if attachment and isinstance(attachment.get("AttachTime"), str):
        attachment = {key: value for key, value in attachment.items() if key != "AttachTime"}
    return {
        "RequesterManaged": False,
        **record,
        "Attachment": attachment,
        "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": address}],
        "TagSet": tags_of(record["NetworkInterfaceId"]),
    }


def create_network_interface(request: Structure) -> Structure:
    """CreateNetworkInterface with existing subnet and groups, and tags (API reference)."""
    subnet = subnet_or_error(request.get("SubnetId", ""))
    groups = group_identifiers(request.get("Groups", []), subnet["VpcId"])
    record = create_interface(
        subnet["SubnetId"], groups, request.get("Description", ""), request.get("PrivateIpAddress")
    )
    store_tags(request, "network-interface", record["NetworkInterfaceId"])
    return {"NetworkInterface": {**described(record), "Status": "pending"}}


def _filters(record: Structure) -> Structure:
    """What each documented filter of DescribeNetworkInterfaces compares; filters on public addresses find nothing."""
    attachment = record.get("Attachment") or {}
    group_ids = [group["GroupId"] for group in record["Groups"]]
    address = record["PrivateIpAddress"]
    values = {
        "addresses.primary": True,
        "addresses.private-ip-address": address,
        "attachment.attachment-id": attachment.get("AttachmentId"),
        "attachment.delete-on-termination": attachment.get("DeleteOnTermination"),
        "attachment.device-index": attachment.get("DeviceIndex"),
        "attachment.instance-id": attachment.get("InstanceId"),
        "attachment.instance-owner-id": attachment.get("InstanceOwnerId"),
        "attachment.status": attachment.get("Status"),
        "availability-zone": record.get("AvailabilityZone"),
        "availability-zone-id": record.get("AvailabilityZoneId"),
        "description": record["Description"],
        "interface-type": record["InterfaceType"],
        "mac-address": record["MacAddress"],
        "network-interface-id": record["NetworkInterfaceId"],
        "owner-id": record["OwnerId"],
        "private-ip-address": address,
        "requester-id": record.get("RequesterId"),
        "requester-managed": record.get("RequesterManaged", False),
        "source-dest-check": record.get("SourceDestCheck", True),
        "status": record["Status"],
        "subnet-id": record["SubnetId"],
        "vpc-id": record["VpcId"],
        "association.allocation-id": None,
        "association.association-id": None,
        "association.public-ip": None,
    }
    single = {name: (lambda value=value: [] if value is None else [value]) for name, value in values.items()}
    return {**single, "group-id": lambda: group_ids}


def describe_network_interfaces(request: Structure) -> Structure:
    """DescribeNetworkInterfaces with ids, filters and pages (API reference)."""
    wanted = request.get("NetworkInterfaceIds", [])
    for interface_id in wanted:
        interface_or_error(interface_id)
    found = [
        described(record)
        for record in upstream._network_interfaces.values()
        if (not wanted or record["NetworkInterfaceId"] in wanted)
        and matches(request.get("Filters", []), record["NetworkInterfaceId"], _filters(record))
        and still_there(record)
    ]
    items, token = page(request, found)
    return {"NetworkInterfaces": items, "NextToken": token}


def interface_or_error(interface_id: str) -> Structure:
    """The interface's record; Ec2Error InvalidNetworkInterfaceID.NotFound when there is none (EC2 error codes)."""
    record = upstream._network_interfaces.get(interface_id)
    if not record:
        raise Ec2Error("InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{interface_id}' does not exist")
    return record


def delete_network_interface(request: Structure) -> Structure:
    """DeleteNetworkInterface; an attached one must be detached first (API reference)."""
    record = interface_or_error(request.get("NetworkInterfaceId", ""))
    if record.get("Attachment"):
        raise Ec2Error(
            "InvalidParameterValue", f"Network interface '{record['NetworkInterfaceId']}' is currently in use."
        )
    discard_interface(record["NetworkInterfaceId"])
    return {}
