# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the region offers, and which names are free."""

from __future__ import annotations

import typing as t

from .._blueprint import preflight
from .._blueprint.preflight import Line
from .._blueprint.preflight_wants import Wants, planned_zones
from .asking import Asker

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

# Values that a filter takes (EC2 API reference, DescribeVpcEndpointServices and Filter).
MOST_VALUES = 200


def own_vpcs(asker: Asker, wants: Wants) -> list[dict[str, t.Any]]:
    """Return the VPCs in which the platform is, or is to be."""
    vpcs = asker.listed("ec2", "describe_vpcs", "Vpcs")
    tag = {"Key": "Platform", "Value": wants.platform.name}
    wanted = wants.network.vpc_id
    return [vpc for vpc in vpcs if vpc["VpcId"] == wanted or (not wanted and tag in vpc.get("Tags", []))]


def service_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether the region has the endpoints' services where the network is."""
    names = wants.endpoints
    offers: dict[str, set[str]] = {}
    for start in range(0, len(names), MOST_VALUES):
        filters = [{"Name": "service-name", "Values": names[start : start + MOST_VALUES]}]
        answer = asker.client("ec2").describe_vpc_endpoint_services(Filters=filters)
        for service in answer["ServiceDetails"]:
            if any(kind["ServiceType"] == "Interface" for kind in service["ServiceType"]):
                offers.setdefault(service["ServiceName"], set()).update(service["AvailabilityZones"])
    told = {name: sorted(zones) for name, zones in offers.items()}
    return [preflight.endpoint_services(names, told, _zones(asker, wants))]


def _zones(asker: Asker, wants: Wants) -> list[str]:
    """Return the zones in which the network has its subnets, or gets them."""
    ids = [vpc["VpcId"] for vpc in own_vpcs(asker, wants)]
    if ids:
        filters = [{"Name": "vpc-id", "Values": ids}]
        subnets = asker.client("ec2").describe_subnets(Filters=filters)["Subnets"]
        chosen = wants.network.subnet_ids
        found = {one["AvailabilityZone"] for one in subnets if not chosen or one["SubnetId"] in chosen}
        if found:
            return sorted(found)
    zones = asker.client("ec2").describe_availability_zones()["AvailabilityZones"]
    return planned_zones(wants.network, [zone["ZoneName"] for zone in zones])


def prefix_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether the hosted sign-in's prefix is free."""
    if wants.sign_in.user_pool_id:
        return []
    prefix = wants.sign_in.hosted_ui_prefix
    description = asker.client("cognito-idp").describe_user_pool_domain(Domain=prefix).get("DomainDescription", {})
    pools = asker.listed("cognito-idp", "list_user_pools", "UserPools", MaxResults=60)
    own = [pool["Id"] for pool in pools if pool["Name"] == wants.platform.name]
    return [preflight.domain_prefix(prefix, description.get("UserPoolId") or "", own)]


def bucket_lines(asker: Asker, name: str) -> list[Line]:
    """Return whether a bucket's name is free or ours."""
    try:
        status = int(asker.client("s3").head_bucket(Bucket=name)["ResponseMetadata"]["HTTPStatusCode"])
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if status not in (301, 403, 404):
            raise
    return [preflight.bucket(name, status)]
