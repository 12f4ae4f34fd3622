# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not be deleted while something depends on it, and what must exist or fit before something is made.

Sources: EC2 API reference (DeleteSecurityGroup, DeleteSubnet, DeleteRouteTable, DeleteInternetGateway, DeleteVpc,
CreateSubnet, CreateRoute, AssociateRouteTable) and its list of error codes; texts as public tools quote them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from ministack.core.responses import get_region

from emulator.ec2.blocks import block
from emulator.ec2.endpoint_zones import zones_of
from emulator.ec2.endpoints import holds_vpc
from emulator.ec2.network_interfaces import still_there, subnet_or_error
from emulator.ec2.protocol import Ec2Error, guard
from emulator.ec2.security_groups import EGRESS, INGRESS, stored_rules
from emulator.shared.patching import wrap
from emulator.shared.shapes import Function, Structure
from emulator.shared.upstream import ec2 as upstream

NAT_GATEWAY_GONE = ("deleted", "failed")
# The targets of a route, beside a gateway, that lead out of the VPC.
WAYS_OUT = ("EgressOnlyInternetGatewayId", "TransitGatewayId", "VpcPeeringConnectionId")
# What ModifyVpcAttribute changes, one in a request.
ATTRIBUTES = {
    "EnableDnsSupport": "enableDnsSupport",
    "EnableDnsHostnames": "enableDnsHostnames",
    "EnableNetworkAddressUsageMetrics": "enableNetworkAddressUsageMetrics",
}


def install() -> None:
    """Guard the deletions, associations and creations of VPC parts."""
    guard("CreateVpc", "_create_vpc", check_new_vpc)
    guard("DeleteVpc", "_delete_vpc", check_vpc_is_free, forgets="VpcId")
    guard("CreateSubnet", "_create_subnet", check_new_subnet)
    guard("DeleteSubnet", "_delete_subnet", check_subnet_is_free, forgets="SubnetId")
    guard("DeleteSecurityGroup", "_delete_security_group", check_group_is_free, forgets="GroupId")
    guard("DescribeRouteTables", "_describe_route_tables", check_route_tables_exist)
    guard("DeleteRouteTable", "_delete_route_table", check_route_table_is_free, forgets="RouteTableId")
    guard("AssociateRouteTable", "_associate_route_table", check_association)
    guard("DisassociateRouteTable", "_disassociate_route_table", check_association_exists)
    guard("CreateRoute", "_create_route", check_new_route)
    guard("ReplaceRoute", "_replace_route", check_other_target)
    guard("ModifyVpcAttribute", "_modify_vpc_attribute", check_one_attribute)
    guard("DeleteRoute", "_delete_route", check_route_exists)
    guard("AttachInternetGateway", "_attach_internet_gateway", check_gateway_attachment)
    guard("DetachInternetGateway", "_detach_internet_gateway", check_gateway_detachment)
    guard("DeleteInternetGateway", "_delete_internet_gateway", check_gateway_is_free, forgets="InternetGatewayId")
    wrap(upstream, "_subnet_fields_xml", _counting_addresses)


def _in_use(noun: str, identifier: str) -> Ec2Error:
    return Ec2Error("DependencyViolation", f"The {noun} '{identifier}' has dependencies and cannot be deleted.")


def _interfaces(belongs: Callable[[Structure], bool]) -> list[Structure]:
    """The interfaces that belong somewhere and outlive this check, which counts as a read of their owners."""
    return [record for record in upstream._network_interfaces.values() if belongs(record) and still_there(record)]


def _live_nat_gateways() -> Iterable[Structure]:
    return (gateway for gateway in upstream._nat_gateways.values() if gateway.get("State") not in NAT_GATEWAY_GONE)


# --- security groups -------------------------------------------------------------------------------------------------


def check_group_is_free(request: Structure) -> None:
    """A group is not deleted while a rule of another group names it or a network interface uses it."""
    group_id = request.get("GroupId", "")
    group = upstream._security_groups.get(group_id)
    if not group or group["GroupName"] == "default":
        return
    named = any(
        entry.get("GroupId") == group_id
        for other in upstream._security_groups.values()
        if other["GroupId"] != group_id
        for key in (INGRESS, EGRESS)
        for rule in stored_rules(other, key)
        for entry in rule.get("UserIdGroupPairs", [])
    )
    used = _interfaces(lambda record: any(group["GroupId"] == group_id for group in record["Groups"]))
    if named or used:
        raise Ec2Error("DependencyViolation", f"resource {group_id} has a dependent object")


# --- subnets ---------------------------------------------------------------------------------------------------------


def _network(cidr: str, error_code: str) -> Any:
    network = block(cidr, "cidrBlock")
    if not 16 <= network.prefixlen <= 28:
        raise Ec2Error(error_code, f"The CIDR '{cidr}' is invalid.")
    return network


def check_new_vpc(request: Structure) -> None:
    """A VPC's block has 16 to 28 network bits."""
    _network(request.get("CidrBlock", ""), "InvalidVpc.Range")


def check_new_subnet(request: Structure) -> None:
    """A subnet lies inside its VPC, overlaps no other subnet, and is in a zone of the region."""
    vpc = upstream._vpcs.get(request.get("VpcId", ""))
    if not vpc:
        raise Ec2Error("InvalidVpcID.NotFound", f"The vpc ID '{request.get('VpcId')}' does not exist")
    cidr = request.get("CidrBlock", "")
    network = _network(cidr, "InvalidSubnet.Range")
    if not network.subnet_of(ipaddress.ip_network(vpc["CidrBlock"], strict=False)):
        raise Ec2Error("InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid.")
    for other in upstream._subnets.values():
        if other["VpcId"] == vpc["VpcId"] and network.overlaps(ipaddress.ip_network(other["CidrBlock"], strict=False)):
            raise Ec2Error("InvalidSubnet.Conflict", f"The CIDR '{cidr}' conflicts with another subnet")
    zones = zones_of(get_region())
    if request.get("AvailabilityZone") and request["AvailabilityZone"] not in zones:
        raise Ec2Error(
            "InvalidParameterValue",
            f"Value ({request['AvailabilityZone']}) for parameter availabilityZone is invalid. Subnets can currently "
            f"only be created in the following availability zones: {', '.join(zones)}.",
        )


def check_subnet_is_free(request: Structure) -> None:
    """A subnet cannot go while an interface or a NAT gateway is in it; its route table association goes with it."""
    subnet_id = request.get("SubnetId", "")
    if subnet_id not in upstream._subnets:
        return
    if _interfaces(lambda record: record["SubnetId"] == subnet_id) or any(
        gateway["SubnetId"] == subnet_id for gateway in _live_nat_gateways()
    ):
        raise _in_use("subnet", subnet_id)
    for table in upstream._route_tables.values():
        table["Associations"] = [entry for entry in table["Associations"] if entry.get("SubnetId") != subnet_id]


def _counting_addresses(original: Function) -> Function:
    """AWS keeps five addresses of every subnet and counts what its interfaces use (VPC user guide, subnet sizing)."""

    def subnet_fields(subnet: Structure, *arguments: Any, **options: Any) -> str:
        size = ipaddress.ip_network(subnet["CidrBlock"], strict=False).num_addresses
        used = sum(1 for record in upstream._network_interfaces.values() if record["SubnetId"] == subnet["SubnetId"])
        return original({**subnet, "AvailableIpAddressCount": size - 5 - used}, *arguments, **options)

    return subnet_fields


# --- route tables ----------------------------------------------------------------------------------------------------


def _route_table_or_error(table_id: str) -> Structure:
    table = upstream._route_tables.get(table_id)
    if not table:
        raise Ec2Error("InvalidRouteTableID.NotFound", f"The routeTable ID '{table_id}' does not exist")
    return table


def check_route_tables_exist(request: Structure) -> None:
    """An unknown id in RouteTableIds is an error."""
    for table_id in request.get("RouteTableIds", []):
        _route_table_or_error(table_id)


def check_route_table_is_free(request: Structure) -> None:
    """A route table cannot go while it is a main table or a subnet is associated; endpoints just lose it."""
    table_id = request.get("RouteTableId", "")
    table = upstream._route_tables.get(table_id)
    if not table:
        return
    if table["Associations"]:
        raise _in_use("routeTable", table_id)
    for endpoint in upstream._vpc_endpoints.values():
        endpoint["RouteTableIds"] = [kept for kept in endpoint["RouteTableIds"] if kept != table_id]


def check_association(request: Structure) -> None:
    """A subnet has one route table, of its own VPC."""
    table = _route_table_or_error(request.get("RouteTableId", ""))
    if not request.get("SubnetId"):
        return
    subnet = subnet_or_error(request["SubnetId"])
    if subnet["VpcId"] != table["VpcId"]:
        raise Ec2Error(
            "InvalidParameterValue",
            f"Route table {table['RouteTableId']} and subnet {subnet['SubnetId']} belong to different networks",
        )
    for other in upstream._route_tables.values():
        if any(entry.get("SubnetId") == subnet["SubnetId"] for entry in other["Associations"]):
            raise Ec2Error(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {table['RouteTableId']} conflicts with an existing "
                f"association",
            )


def check_association_exists(request: Structure) -> None:
    """An unknown association is an error, and the main one can only be replaced (EC2 error codes; API reference)."""
    association_id = request.get("AssociationId", "")
    associations = [entry for table in upstream._route_tables.values() for entry in table["Associations"]]
    found = next((entry for entry in associations if entry["RouteTableAssociationId"] == association_id), None)
    if found is None:
        raise Ec2Error("InvalidAssociationID.NotFound", f"The association ID '{association_id}' does not exist")
    if found.get("Main"):
        raise Ec2Error(
            "InvalidParameterValue", f"cannot disassociate the main route table association {association_id}"
        )


def check_route_exists(request: Structure) -> None:
    """Deleting a route that is not there is an error (EC2 error codes)."""
    table = _route_table_or_error(request.get("RouteTableId", ""))
    destinations = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    if not any(
        request.get(name) and route.get(name) == request[name] for route in table["Routes"] for name in destinations
    ):
        destination = next((request[name] for name in destinations if request.get(name)), "")
        raise Ec2Error(
            "InvalidRoute.NotFound",
            f"no route with destination-cidr-block {destination} in route table {table['RouteTableId']}",
        )


def check_other_target(request: Structure) -> None:
    """Addresses of the VPC itself lead to a thing in it, and not out of it, also where a route changes."""
    _check_target(_route_table_or_error(request.get("RouteTableId", "")), request)


def _check_target(table: Structure, request: Structure) -> None:
    """Refuse a way out of the VPC for addresses in it.

    https://github.com/hashicorp/terraform/issues/26018 has the code and an older text; the newer one is widely quoted.
    """
    given = request.get("DestinationCidrBlock")
    if not given:
        return
    destination = block(given, "destinationCidrBlock")
    leads_out = request.get("GatewayId", "local") != "local" or any(request.get(name) for name in WAYS_OUT)
    if leads_out and destination.subnet_of(ipaddress.IPv4Network(upstream._vpcs[table["VpcId"]]["CidrBlock"])):
        raise Ec2Error(
            "InvalidParameterValue",
            f"The destination CIDR block {destination} is equal to or more specific than one of this VPC's CIDR "
            "blocks. This route can target only an interface or an instance.",
        )


def check_new_route(request: Structure) -> None:
    """A route table holds one route per destination, and a gateway must exist."""
    table = _route_table_or_error(request.get("RouteTableId", ""))
    _check_target(table, request)
    destination = request.get("DestinationCidrBlock")
    if destination and any(route.get("DestinationCidrBlock") == destination for route in table["Routes"]):
        raise Ec2Error("RouteAlreadyExists", f"The route identified by {destination} already exists.")
    gateway_id = request.get("GatewayId", "")
    if gateway_id.startswith("igw-"):
        gateway = _gateway_or_error(gateway_id)
        if table["VpcId"] not in [entry["VpcId"] for entry in gateway["Attachments"]]:
            raise Ec2Error(
                "InvalidParameterValue",
                f"route table {table['RouteTableId']} and network gateway {gateway_id} belong to different networks",
            )


# --- internet gateways -----------------------------------------------------------------------------------------------


def _gateway_or_error(gateway_id: str) -> Structure:
    gateway = upstream._internet_gateways.get(gateway_id)
    if not gateway:
        raise Ec2Error("InvalidInternetGatewayID.NotFound", f"The internetGateway ID '{gateway_id}' does not exist")
    return gateway


def check_gateway_attachment(request: Structure) -> None:
    """A VPC has at most one internet gateway."""
    _gateway_or_error(request.get("InternetGatewayId", ""))
    vpc_id = request.get("VpcId", "")
    if not vpc_id.startswith("vpc-"):
        # aws-controllers-k8s/ec2-controller test/e2e/tests/test_internet_gateway.py
        raise Ec2Error("InvalidVpcId.Malformed", f'Invalid id: "{vpc_id}" (expecting "vpc-...")')
    if vpc_id not in upstream._vpcs:
        raise Ec2Error("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    for other in upstream._internet_gateways.values():
        if vpc_id in [entry["VpcId"] for entry in other["Attachments"]]:
            raise Ec2Error("InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")


def check_gateway_detachment(request: Structure) -> None:
    """A gateway that is not attached cannot be detached, nor one whose VPC has public addresses in use."""
    gateway = _gateway_or_error(request.get("InternetGatewayId", ""))
    vpc_id = request.get("VpcId", "")
    if vpc_id not in [entry["VpcId"] for entry in gateway["Attachments"]]:
        raise Ec2Error(
            "Gateway.NotAttached", f"resource {gateway['InternetGatewayId']} is not attached to network {vpc_id}"
        )
    if any(nat_gateway.get("VpcId") == vpc_id for nat_gateway in _live_nat_gateways()):
        raise Ec2Error(
            "DependencyViolation",
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before "
            f"detaching the gateway.",
        )


def check_gateway_is_free(request: Structure) -> None:
    """An attached gateway cannot be deleted."""
    gateway_id = request.get("InternetGatewayId", "")
    if (upstream._internet_gateways.get(gateway_id) or {}).get("Attachments"):
        raise _in_use("internetGateway", gateway_id)


# --- VPCs ------------------------------------------------------------------------------------------------------------


def check_one_attribute(request: Structure) -> None:
    """A request changes one attribute (API reference, ModifyVpcAttribute; fog-aws quotes code and text)."""
    given = [shown for name, shown in ATTRIBUTES.items() if name in request]
    if len(given) > 1:
        message = f"Fields for multiple attribute types specified: {', '.join(given)}"
        raise Ec2Error("InvalidParameterCombination", message)


def check_vpc_is_free(request: Structure) -> None:
    """A VPC cannot go while it has interfaces, endpoints, NAT gateways, own route tables or own network ACLs."""
    vpc_id = request.get("VpcId", "")
    if vpc_id not in upstream._vpcs:
        return
    endpoints = [
        endpoint for endpoint in upstream._vpc_endpoints.values() if endpoint["VpcId"] == vpc_id and holds_vpc(endpoint)
    ]
    own_tables = [
        table
        for table in upstream._route_tables.values()
        if table["VpcId"] == vpc_id and not any(entry.get("Main") for entry in table["Associations"])
    ]
    own_acls = [acl for acl in upstream._network_acls.values() if acl["VpcId"] == vpc_id and not acl["IsDefault"]]
    gateways = [gateway for gateway in _live_nat_gateways() if gateway.get("VpcId") == vpc_id]
    interfaces = _interfaces(lambda record: record["VpcId"] == vpc_id)
    if endpoints or own_tables or own_acls or gateways or interfaces:
        raise _in_use("vpc", vpc_id)
