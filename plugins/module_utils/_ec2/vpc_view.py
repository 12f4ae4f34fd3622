# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPCs with what tells how they are built: DNS, subnets, route tables and internet gateways."""

from __future__ import annotations

import typing as t

from .._engine import in_threads
from .._naming import Operations, tag_dict

Thing = t.Dict[str, t.Any]
# What DescribeVpcAttribute tells one at a time, by the name that the modules show it under.
DNS = {"enable_dns_support": "enableDnsSupport", "enable_dns_hostnames": "enableDnsHostnames"}
# What is in a VPC: the operation that lists it, and the filter that names the VPC.
PARTS = {
    "subnets": ("DescribeSubnets", "vpc-id"),
    "route_tables": ("DescribeRouteTables", "vpc-id"),
    "internet_gateways": ("DescribeInternetGateways", "attachment.vpc-id"),
}


def look(ec2: t.Any, filters: t.Mapping[str, t.Any], services: t.Sequence[str]) -> Thing:
    """Return the VPCs that pass filters, the zones, and those of the endpoint services (full names) that there are.

    They are as ec2_vpc_info returns them; ec2 is a boto3 client.
    """
    operations = Operations(ec2)
    return {
        "vpcs": find_vpcs(operations, filters),
        "availability_zones": find_zones(operations),
        "endpoint_services": find_services(operations, services) if services else [],
    }


def find_vpcs(operations: Operations, filters: t.Mapping[str, t.Any]) -> list[Thing]:
    """Return the VPCs that pass all filters of DescribeVpcs (name: value or values), each with what is in it."""
    return [_with_parts(operations, vpc) for vpc in listed(operations, "DescribeVpcs", "vpcs", filters)]


def _with_parts(operations: Operations, vpc: Thing) -> Thing:
    vpc_id = vpc["vpc_id"]

    def look(name: str) -> t.Any:
        if name in DNS:
            answer = operations.call("DescribeVpcAttribute", vpc_id=vpc_id, attribute=DNS[name])
            return answer[name]["value"]
        return parts_of(operations, vpc_id, name)

    names = [*DNS, *PARTS]
    return {**vpc, **dict(zip(names, in_threads(look, names)))}


def parts_of(operations: Operations, vpc_id: str, name: str) -> list[Thing]:
    """Return the subnets, route_tables or internet_gateways (the name) of a VPC as EC2 shows them now."""
    operation, vpc_filter = PARTS[name]
    return listed(operations, operation, name, {vpc_filter: vpc_id})


def find_zones(operations: Operations) -> list[Thing]:
    """Return the availability zones that can be used; local and wavelength zones are none."""
    # DescribeAvailabilityZones has no pages.
    filters = _filters({"state": "available", "zone-type": "availability-zone"})
    zones = operations.call("DescribeAvailabilityZones", filters=filters)["availability_zones"]
    return sorted(zones, key=lambda zone: str(zone["zone_name"]))


def find_services(operations: Operations, names: t.Iterable[str]) -> list[Thing]:
    """Return what DescribeVpcEndpointServices tells of services, by their full names; nothing of those that are not."""
    # As a filter, for a name in ServiceNames that the region does not have is an error.
    return listed(operations, "DescribeVpcEndpointServices", "service_details", {"service-name": sorted(set(names))})


def listed(operations: Operations, operation: str, key: str, filters: t.Mapping[str, t.Any]) -> list[Thing]:
    """Return all things under key that a Describe operation shows for filters, with their tags as a dict."""
    found = operations.pages(operation, key, filters=_filters(filters))
    return [{**thing, "tags": tag_dict(thing.get("tags"))} for thing in found]


def _filters(filters: t.Mapping[str, t.Any]) -> list[Thing]:
    return [
        {"name": name, "values": [str(value) for value in (values if isinstance(values, list) else [values])]}
        for name, values in filters.items()
    ]
