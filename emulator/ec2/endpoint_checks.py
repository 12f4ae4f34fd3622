# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a VPC endpoint may be made of: service, policy, subnets, route tables, private DNS.

Sources: API reference CreateVpcEndpoint, ModifyVpcEndpoint; EC2 error codes; texts as public tools quote them.
"""

from __future__ import annotations

import json
import re

from emulator.ec2.endpoint_services import EndpointService, find_services, not_found
from emulator.ec2.network_interfaces import subnet_or_error
from emulator.ec2.protocol import Ec2Error
from emulator.shared.upstream import ec2 as upstream

MAXIMUM_POLICY_LENGTH = 20480
VPC_ID = re.compile(r"vpc-[0-9a-z]+")
# https://github.com/ansible-collections/amazon.aws/issues/576
NO_ROUTE_TABLES = "Route table IDs are only supported for Gateway type VPC Endpoint."


def check_form(vpc_id: str) -> None:
    """Ec2Error InvalidVpcId.Malformed for what is no id of a VPC (aws-controllers-k8s quotes code and text)."""
    if not VPC_ID.fullmatch(vpc_id):
        raise Ec2Error(
            "InvalidVpcId.Malformed",
            f"Invalid Id: '{vpc_id}' (expecting 'vpc-...; the Id may only contain lowercase alphanumeric characters "
            "and a single dash')",
        )


def choose_service(name: str, endpoint_type: str) -> EndpointService:
    """The service of that name and type; Ec2Error InvalidServiceName or InvalidParameter when there is none."""
    services = find_services(name)
    if not services:
        raise not_found(name)
    for service in services:
        if service.type == endpoint_type:
            return service
    available = ", ".join(service.type for service in services)
    raise Ec2Error(
        "InvalidParameter", f"Endpoint type ({endpoint_type}) does not match available service types ([{available}])."
    )


def checked_policy(document: str | None, service: EndpointService) -> str | None:
    """The policy as it came, None without one.

    Ec2Error InvalidPolicyDocument when it is none or too long, InvalidParameter when the service takes none
    (pulumi-aws-native #1711 quotes the text; that EC2 refuses the full-access policy too is unproven).
    """
    if not document:
        return None
    if not service.offer.takes_policy:
        raise Ec2Error("InvalidParameter", f"Service {service.name} only supports the full-access endpoint policy.")
    try:
        valid = isinstance(json.loads(document), dict) and len(document) <= MAXIMUM_POLICY_LENGTH
    except ValueError:
        valid = False
    if not valid:
        raise Ec2Error("InvalidPolicyDocument", "The specified policy document is not a valid JSON policy document.")
    return document


def check_subnets(subnet_ids: list[str], vpc_id: str) -> None:
    """Subnets are of the VPC, one per zone (EC2 error codes, DuplicateSubnetsInSameZone)."""
    zones: set[str] = set()
    for subnet_id in subnet_ids:
        subnet = subnet_or_error(subnet_id)
        if subnet["VpcId"] != vpc_id:
            raise Ec2Error("InvalidParameter", f"Subnet {subnet_id} does not belong to VPC {vpc_id}.")
        if subnet["AvailabilityZone"] in zones:
            raise Ec2Error(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}",
            )
        zones.add(subnet["AvailabilityZone"])


def check_zones(subnet_ids: list[str], service: EndpointService) -> None:
    """The service is in the zones of these subnets (terraform-aws-vpc #462 and aws-sdk-go-v2 #1024 quote the text)."""
    for subnet_id in subnet_ids:
        if subnet_or_error(subnet_id)["AvailabilityZone"] not in service.offer.zones:
            raise Ec2Error(
                "InvalidParameter",
                f"The VPC endpoint service {service.name} does not support the availability zone of the subnet: "
                f"{subnet_id}.",
            )


def check_private_dns(service: EndpointService, vpc_id: str, own_id: str | None = None) -> None:
    """Private DNS needs a service with a name, both DNS attributes of the VPC, and no other endpoint with it."""
    vpc = upstream._vpcs[vpc_id]
    if not service.private_dns_names:
        raise Ec2Error(
            "InvalidParameter",
            f"Private DNS can't be enabled because the service {service.name} does not provide a private DNS name.",
        )
    if not vpc.get("EnableDnsSupport", True) or not vpc.get("EnableDnsHostnames", vpc["IsDefault"]):
        raise Ec2Error(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc_id}",
        )
    for other in upstream._vpc_endpoints.values():
        same_service = (other["VpcId"], other["ServiceName"]) == (vpc_id, service.name)
        if (
            same_service
            and other["PrivateDnsEnabled"]
            and other["State"] != "deleted"
            and other["VpcEndpointId"] != own_id
        ):
            raise Ec2Error(
                "InvalidParameter",
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                f"{service.private_dns_names[0]} in the VPC {vpc_id}",
            )


def prefix_list_id(service_name: str) -> str:
    """The id of the prefix list of a Gateway service."""
    return upstream._aws_pl_id_from_name(service_name)


def check_route_tables(table_ids: list[str], vpc_id: str, service_name: str) -> None:
    """Route tables are of the VPC and lead to the service through one endpoint only (EC2 error codes)."""
    list_id = prefix_list_id(service_name)
    for table_id in table_ids:
        table = upstream._route_tables.get(table_id)
        if not table:
            raise Ec2Error("InvalidRouteTableId.NotFound", f"The routeTable ID '{table_id}' does not exist")
        if table["VpcId"] != vpc_id:
            raise Ec2Error("InvalidParameter", f"Route table {table_id} does not belong to VPC {vpc_id}.")
        if any(route.get("DestinationPrefixListId") == list_id for route in table["Routes"]):
            raise Ec2Error(
                "RouteAlreadyExists",
                f"route table {table_id} already has a route with destination-prefix-list-id {list_id}",
            )
