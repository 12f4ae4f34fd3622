# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPC endpoints: attributes, network interfaces, private DNS conflicts, and the way from pending to available to gone.

Sources: API reference CreateVpcEndpoint, ModifyVpcEndpoint, DescribeVpcEndpoints, DeleteVpcEndpoints; AWS PrivateLink
guide; error texts as public tools quote them.
"""

from __future__ import annotations

import json
import secrets
import time

from ministack.core.responses import get_account_id, get_region

from emulator.ec2.endpoint_checks import (
    NO_ROUTE_TABLES,
    check_form,
    check_private_dns,
    check_route_tables,
    check_subnets,
    check_zones,
    checked_policy,
    choose_service,
    prefix_list_id,
)
from emulator.ec2.endpoint_services import EndpointService, services_of
from emulator.ec2.network_interfaces import (
    OWNERS,
    create_managed_interface,
    discard_interface,
    group_identifiers,
    subnet_or_error,
)
from emulator.ec2.protocol import Ec2Error, install_operation, matches, page, store_tags, tags_of
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2 as upstream
from emulator.timing import clock, latency

FULL_ACCESS = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
GOING = ("deleting", "deleted")
DEFAULT_POLICIES = {
    "Gateway": {"Version": "2008-10-17", "Statement": [FULL_ACCESS]},
    "Interface": {"Statement": [FULL_ACCESS]},
}


def install() -> None:
    """Replace the four VPC endpoint actions of ministack."""
    install_operation("CreateVpcEndpoint", "_create_vpc_endpoint", create_endpoint)
    install_operation("DescribeVpcEndpoints", "_describe_vpc_endpoints", describe_endpoints)
    install_operation("ModifyVpcEndpoint", "_modify_vpc_endpoint", modify_endpoint)
    install_operation("DeleteVpcEndpoints", "_delete_vpc_endpoints", delete_endpoints)
    OWNERS["vpc_endpoint"] = _settle_owner
    clock.watch("ec2._vpc_endpoints", settle)


# --- reading ---------------------------------------------------------------------------------------------------------


def settle(endpoint: Structure) -> bool:
    """Count one read of an endpoint in transition and finish it when due; False when that made it disappear.

    An interface endpoint is ``deleting``, then ``deleted`` without interfaces, then not there
    (terraform-provider-aws waits for both to pass).
    """
    transition = endpoint.get("Transition")
    if transition and latency.read(transition):
        del endpoint["Transition"]
        if transition["failure"]:
            endpoint.update(State="failed", LastError={"Code": "InternalError", "Message": transition["failure"]})
        elif endpoint["State"] == "deleting":
            _release_interfaces(endpoint)
            # The read that finds it deleted is the first one of this transition.
            endpoint.update(State="deleted", Transition={**latency.after("interface_endpoint.forget"), "reads": 1})
        elif endpoint["State"] == "deleted":
            _remove(endpoint)
            return False
        else:
            endpoint["State"] = "available"
    return True


def holds_vpc(endpoint: Structure) -> bool:
    """Whether an endpoint still keeps its VPC after this read of it."""
    return settle(endpoint) and endpoint["State"] != "deleted"


def _settle_owner(interface_id: str) -> None:
    for endpoint in upstream._vpc_endpoints.values():
        if interface_id in endpoint["NetworkInterfaceIds"]:
            settle(endpoint)


def _release_interfaces(endpoint: Structure) -> None:
    for interface_id in endpoint["NetworkInterfaceIds"]:
        discard_interface(interface_id)
    endpoint["NetworkInterfaceIds"] = []


def _remove(endpoint: Structure) -> None:
    _release_interfaces(endpoint)
    upstream._vpc_endpoints.pop(endpoint["VpcEndpointId"], None)
    upstream._tags.pop(endpoint["VpcEndpointId"], None)


def _filters(endpoint: Structure) -> Structure:
    return {
        "ip-address-type": lambda: [endpoint["IpAddressType"]] if endpoint.get("IpAddressType") else [],
        "service-name": lambda: [endpoint["ServiceName"]],
        "service-region": lambda: [get_region()],
        "vpc-id": lambda: [endpoint["VpcId"]],
        "vpc-endpoint-id": lambda: [endpoint["VpcEndpointId"]],
        "vpc-endpoint-state": lambda: [endpoint["State"]],
        "vpc-endpoint-type": lambda: [endpoint["VpcEndpointType"]],
    }


def describe_endpoints(request: Structure) -> Structure:
    """DescribeVpcEndpoints with ids, filters and pages; an unknown id is InvalidVpcEndpointId.NotFound."""
    wanted = request.get("VpcEndpointIds", [])
    filters = request.get("Filters", [])
    # The state decides only after settling, and only endpoints that the other filters find are being read.
    by_state = [entry for entry in filters if entry["Name"] == "vpc-endpoint-state"]
    others = [entry for entry in filters if entry["Name"] != "vpc-endpoint-state"]
    read = [
        endpoint
        for endpoint in upstream._vpc_endpoints.values()
        if (not wanted or endpoint["VpcEndpointId"] in wanted)
        and matches(others, endpoint["VpcEndpointId"], _filters(endpoint))
        and settle(endpoint)
    ]
    for endpoint_id in wanted:
        endpoint_or_error(endpoint_id)
    shown = [endpoint for endpoint in read if matches(by_state, endpoint["VpcEndpointId"], _filters(endpoint))]
    items, token = page(request, shown)
    return {"VpcEndpoints": [described(endpoint) for endpoint in items], "NextToken": token}


def endpoint_or_error(endpoint_id: str) -> Structure:
    """The endpoint's record; Ec2Error InvalidVpcEndpointId.NotFound when there is none (EC2 error codes)."""
    endpoint = upstream._vpc_endpoints.get(endpoint_id)
    if not endpoint:
        raise Ec2Error("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist")
    return endpoint


def described(endpoint: Structure) -> Structure:
    """A VpcEndpoint structure of the API."""
    interface = endpoint["VpcEndpointType"] == "Interface"
    return {
        **endpoint,
        "PolicyDocument": endpoint.get("PolicyDocument") or json.dumps(DEFAULT_POLICIES[endpoint["VpcEndpointType"]]),
        "DnsOptions": {"DnsRecordIpType": "ipv4"} if interface else None,
        "DnsEntries": _dns_entries(endpoint) if interface else [],
        "RequesterManaged": False,
        "ServiceRegion": get_region(),
        "Tags": tags_of(endpoint["VpcEndpointId"]),
    }


def _service(endpoint: Structure) -> EndpointService:
    wanted = endpoint["ServiceName"], endpoint["VpcEndpointType"]
    return next(found for found in services_of(get_region()) if (found.name, found.type) == wanted)


def _dns_entries(endpoint: Structure) -> list[Structure]:
    region = get_region()
    suffix = f"{endpoint['ServiceName'].split('.', 3)[-1]}.{region}.vpce.amazonaws.com"
    base = f"{endpoint['VpcEndpointId']}-{endpoint['DnsSuffix']}"
    zones = sorted({subnet_or_error(subnet_id)["AvailabilityZone"] for subnet_id in endpoint["SubnetIds"]})
    names = [f"{base}.{suffix}", *(f"{base}-{zone}.{suffix}" for zone in zones)]
    entries = [{"DnsName": name, "HostedZoneId": "Z1HUB23UULQXV"} for name in names]
    if endpoint["PrivateDnsEnabled"]:
        private_zone = f"Z{endpoint['DnsSuffix'].upper()}PRIVATE"
        entries += [{"DnsName": name, "HostedZoneId": private_zone} for name in _service(endpoint).private_dns_names]
    return entries


# --- parts -----------------------------------------------------------------------------------------------------------


def _add_routes(endpoint: Structure, table_ids: list[str]) -> None:
    for table_id in table_ids:
        upstream._route_tables[table_id]["Routes"].append(
            {
                "DestinationPrefixListId": prefix_list_id(endpoint["ServiceName"]),
                "GatewayId": endpoint["VpcEndpointId"],
                "State": "active",
                "Origin": "CreateRoute",
            }
        )
    endpoint["RouteTableIds"] += table_ids


def _remove_routes(endpoint: Structure, table_ids: list[str]) -> None:
    for table_id in table_ids:
        table = upstream._route_tables.get(table_id)
        if table:
            table["Routes"] = [
                route for route in table["Routes"] if route.get("GatewayId") != endpoint["VpcEndpointId"]
            ]
    endpoint["RouteTableIds"] = [kept for kept in endpoint["RouteTableIds"] if kept not in table_ids]


def _add_subnets(endpoint: Structure, subnet_ids: list[str]) -> None:
    for subnet_id in subnet_ids:
        interface = create_managed_interface(
            subnet_id, endpoint["Groups"], f"VPC Endpoint Interface {endpoint['VpcEndpointId']}", "vpc_endpoint"
        )
        endpoint["SubnetIds"].append(subnet_id)
        endpoint["NetworkInterfaceIds"].append(interface["NetworkInterfaceId"])


def _remove_subnets(endpoint: Structure, subnet_ids: list[str]) -> None:
    for interface_id in list(endpoint["NetworkInterfaceIds"]):
        if upstream._network_interfaces[interface_id]["SubnetId"] in subnet_ids:
            discard_interface(interface_id)
            endpoint["NetworkInterfaceIds"].remove(interface_id)
    endpoint["SubnetIds"] = [kept for kept in endpoint["SubnetIds"] if kept not in subnet_ids]


def _set_groups(endpoint: Structure, groups: list[Structure]) -> None:
    endpoint["Groups"] = groups
    for interface_id in endpoint["NetworkInterfaceIds"]:
        upstream._network_interfaces[interface_id]["Groups"] = groups


# --- changing --------------------------------------------------------------------------------------------------------


def create_endpoint(request: Structure) -> Structure:
    """CreateVpcEndpoint: everything is checked before anything is made; a ClientToken makes it idempotent."""
    for endpoint in upstream._vpc_endpoints.values():
        if request.get("ClientToken") and endpoint.get("ClientToken") == request["ClientToken"]:
            return {"VpcEndpoint": described(endpoint), "ClientToken": request["ClientToken"]}
    vpc_id = request.get("VpcId", "")
    check_form(vpc_id)
    if vpc_id not in upstream._vpcs:
        raise Ec2Error("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    service = choose_service(request.get("ServiceName", ""), request.get("VpcEndpointType", "Gateway"))
    endpoint_id = f"vpce-{secrets.token_hex(9)[:17]}"
    endpoint = {
        "VpcEndpointId": endpoint_id,
        "VpcEndpointType": service.type,
        "VpcId": vpc_id,
        "ServiceName": service.name,
        "State": "available",
        "PolicyDocument": checked_policy(request.get("PolicyDocument"), service),
        "RouteTableIds": [],
        "SubnetIds": [],
        "Groups": [],
        "PrivateDnsEnabled": False,
        "NetworkInterfaceIds": [],
        "CreationTimestamp": int(time.time()),
        "OwnerId": get_account_id(),
        "ClientToken": request.get("ClientToken"),
        "DnsSuffix": secrets.token_hex(4),
    }
    if service.type == "Gateway":
        _create_gateway(endpoint, request)
    else:
        _create_interface(endpoint, service, request)
    upstream._vpc_endpoints[endpoint_id] = endpoint
    store_tags(request, "vpc-endpoint", endpoint_id)
    return {"VpcEndpoint": described(endpoint), "ClientToken": request.get("ClientToken")}


def _create_gateway(endpoint: Structure, request: Structure) -> None:
    if request.get("SubnetIds") or request.get("SecurityGroupIds"):
        raise Ec2Error("InvalidParameter", "Subnets and security groups can't be given for endpoint type (Gateway).")
    table_ids = list(dict.fromkeys(request.get("RouteTableIds", [])))
    check_route_tables(table_ids, endpoint["VpcId"], endpoint["ServiceName"])
    _add_routes(endpoint, table_ids)


def _create_interface(endpoint: Structure, service: EndpointService, request: Structure) -> None:
    if request.get("RouteTableIds"):
        raise Ec2Error("InvalidParameter", NO_ROUTE_TABLES)
    subnet_ids = list(dict.fromkeys(request.get("SubnetIds", [])))
    check_subnets(subnet_ids, endpoint["VpcId"])
    check_zones(subnet_ids, service)
    # Private DNS is on unless the caller says otherwise (API reference), where the service has a name for it.
    if request.get("PrivateDnsEnabled", bool(service.private_dns_names)):
        check_private_dns(service, endpoint["VpcId"])
        endpoint["PrivateDnsEnabled"] = True
    endpoint["IpAddressType"] = request.get("IpAddressType", "ipv4")
    endpoint["Groups"] = group_identifiers(request.get("SecurityGroupIds", []), endpoint["VpcId"])
    _add_subnets(endpoint, subnet_ids)
    _start(endpoint, "pending", "interface_endpoint.create")


def _start(endpoint: Structure, state: str, transition: str) -> None:
    endpoint["State"] = state
    endpoint["Transition"] = latency.begin(transition)
    endpoint.pop("LastError", None)


def modify_endpoint(request: Structure) -> Structure:
    """ModifyVpcEndpoint: everything is checked before anything changes; new subnets or DNS make it pending again."""
    endpoint = endpoint_or_error(request.get("VpcEndpointId", ""))
    if endpoint["State"] in GOING:
        raise Ec2Error("IncorrectState", f"Endpoint {endpoint['VpcEndpointId']} is in state {endpoint['State']}.")
    policy = checked_policy(request.get("PolicyDocument"), _service(endpoint))
    change_parts = _modify_gateway if endpoint["VpcEndpointType"] == "Gateway" else _modify_interface
    change_parts(endpoint, request)
    if policy or request.get("ResetPolicy"):
        endpoint["PolicyDocument"] = policy
    return {"Return": True}


def _modify_gateway(endpoint: Structure, request: Structure) -> None:
    if request.get("PrivateDnsEnabled") or request.get("AddSubnetIds") or request.get("AddSecurityGroupIds"):
        raise Ec2Error("InvalidParameter", "Only route tables and the policy of a Gateway endpoint can be changed.")
    added = [new for new in request.get("AddRouteTableIds", []) if new not in endpoint["RouteTableIds"]]
    check_route_tables(added, endpoint["VpcId"], endpoint["ServiceName"])
    _remove_routes(endpoint, request.get("RemoveRouteTableIds", []))
    _add_routes(endpoint, added)


def _modify_interface(endpoint: Structure, request: Structure) -> None:
    if request.get("AddRouteTableIds"):
        raise Ec2Error("InvalidParameter", NO_ROUTE_TABLES)
    removed = request.get("RemoveSubnetIds", [])
    added = [new for new in request.get("AddSubnetIds", []) if new not in endpoint["SubnetIds"]]
    check_subnets([kept for kept in endpoint["SubnetIds"] if kept not in removed] + added, endpoint["VpcId"])
    check_zones(added, _service(endpoint))
    groups = _modified_groups(endpoint, request)
    private_dns = request.get("PrivateDnsEnabled", endpoint["PrivateDnsEnabled"])
    dns_changes = private_dns != endpoint["PrivateDnsEnabled"]
    if private_dns and dns_changes:
        check_private_dns(_service(endpoint), endpoint["VpcId"], endpoint["VpcEndpointId"])
    endpoint["PrivateDnsEnabled"] = private_dns
    _set_groups(endpoint, groups)
    _remove_subnets(endpoint, removed)
    _add_subnets(endpoint, added)
    if added or removed or dns_changes:
        _start(endpoint, "pending", "interface_endpoint.create")


def _modified_groups(endpoint: Structure, request: Structure) -> list[Structure]:
    removed = request.get("RemoveSecurityGroupIds", [])
    kept = [group["GroupId"] for group in endpoint["Groups"] if group["GroupId"] not in removed]
    group_ids = [*kept, *request.get("AddSecurityGroupIds", [])]
    if not group_ids:
        raise Ec2Error("InvalidParameter", f"Endpoint {endpoint['VpcEndpointId']} needs at least one security group.")
    return group_identifiers(group_ids, endpoint["VpcId"])


def delete_endpoints(request: Structure) -> Structure:
    """DeleteVpcEndpoints: unknown ids are reported as Unsuccessful, the others go (API reference).

    The network interfaces stay while the endpoint is deleting: this is why security groups and subnets cannot be
    deleted at once after it (terraform-provider-aws waits for it too).
    """
    unsuccessful = []
    for endpoint_id in request.get("VpcEndpointIds", []):
        endpoint = upstream._vpc_endpoints.get(endpoint_id)
        if not endpoint:
            error = {
                "Code": "InvalidVpcEndpoint.NotFound",
                "Message": f"The Vpc Endpoint Id '{endpoint_id}' does not exist",
            }
            unsuccessful.append({"ResourceId": endpoint_id, "Error": error})
        elif endpoint["VpcEndpointType"] == "Gateway":
            _remove_routes(endpoint, endpoint["RouteTableIds"])
            _remove(endpoint)
        elif endpoint["State"] not in GOING:
            _start(endpoint, "deleting", "interface_endpoint.delete")
    return {"Unsuccessful": unsuccessful}
