# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the removal of a VPC would take with it, and what others put there that would keep it from going."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._engine import in_threads
from .._naming import Operations, tag_dict
from .._ownership import carries
from .security_groups import users_of_groups

# They are their endpoint's, which is looked at itself, and go with it.
INTERFACES_OF_ENDPOINTS = ("vpc_endpoint", "gateway_load_balancer_endpoint")
# EC2 goes on showing what is gone for up to two hours, and what never came to be for as long.
GONE = ("deleted",)
NAT_GATEWAY_GONE = ("deleted", "failed")
PEERING_GONE = ("deleted", "expired", "failed", "rejected")

Thing = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Search:
    """Whose VPCs are meant.

    match_tags are on a VPC and on all that was made in it. A VPC with a tag adoption_tag was there before, and stays.
    group_names are the security groups that were made in it, leaving_group_names those that somebody else takes away
    before.
    """

    match_tags: dict[str, t.Any]
    adoption_tag: str = ""
    group_names: t.Collection[str] = ()
    leaving_group_names: t.Collection[str] = ()

    def is_ours(self, thing: Thing) -> bool:
        """Tell whether something carries the tags."""
        return carries(tag_dict(thing.get("tags")), self.match_tags)

    def is_our_group(self, group: Thing) -> bool:
        """Tell whether a security group goes by name: no other one is deleted, whatever its tags."""
        return group["group_name"] in (*self.group_names, *self.leaving_group_names) and self.is_ours(group)


def is_foreign_group(group: Thing, search: Search) -> bool:
    """Tell whether a security group is somebody's; the default one goes with its VPC."""
    return group["group_name"] != "default" and not search.is_our_group(group)


def is_foreign_interface(interface: Thing, search: Search) -> bool:
    """Tell whether a network interface is somebody's.

    Lambda keeps those of a function for a while, and takes them away itself: they wear the function's group.
    """
    worn = {group["group_name"] for group in interface.get("groups", [])}
    is_leaving = interface.get("interface_type") == "lambda" and bool(worn & set(search.leaving_group_names))
    return interface.get("interface_type") not in INTERFACES_OF_ENDPOINTS and not is_leaving


def is_foreign_table(table: Thing, search: Search) -> bool:
    """Tell whether a route table is somebody's; the main one goes with its VPC."""
    is_main = any(association.get("main") for association in table.get("associations", []))
    return not is_main and not search.is_ours(table)


def is_foreign(thing: Thing, search: Search) -> bool:
    """Tell whether something lacks the tags."""
    return not search.is_ours(thing)


def is_never_ours(thing: Thing, search: Search) -> bool:
    """Tell that something of a kind that is never made here is somebody's; a default one goes with its VPC."""
    return not thing.get("is_default")


class Kind(t.NamedTuple):
    """A kind of thing in a VPC.

    key is the option name of the list in the answer of operation, vpc_filter the filter that names the VPC ("" where
    there is none), id the option name of the thing's id, gone the states in which it is in nobody's way.
    """

    noun: str
    operation: str
    key: str
    vpc_filter: str
    id: str
    is_strange: t.Callable[[Thing, Search], bool]
    gone: tuple[str, ...] = GONE


SUBNETS = Kind("subnet", "DescribeSubnets", "subnets", "vpc-id", "subnet_id", is_foreign)
ROUTE_TABLES = Kind("route table", "DescribeRouteTables", "route_tables", "vpc-id", "route_table_id", is_foreign_table)
KINDS = (
    SUBNETS,
    ROUTE_TABLES,
    Kind("security group", "DescribeSecurityGroups", "security_groups", "vpc-id", "group_id", is_foreign_group),
    Kind(
        "network interface",
        "DescribeNetworkInterfaces",
        "network_interfaces",
        "vpc-id",
        "network_interface_id",
        is_foreign_interface,
    ),
    Kind("endpoint", "DescribeVpcEndpoints", "vpc_endpoints", "vpc-id", "vpc_endpoint_id", is_foreign),
    Kind("network ACL", "DescribeNetworkAcls", "network_acls", "vpc-id", "network_acl_id", is_never_ours),
    Kind(
        "NAT gateway",
        "DescribeNatGateways",
        "nat_gateways",
        "vpc-id",
        "nat_gateway_id",
        is_never_ours,
        NAT_GATEWAY_GONE,
    ),
    Kind(
        "internet gateway",
        "DescribeInternetGateways",
        "internet_gateways",
        "attachment.vpc-id",
        "internet_gateway_id",
        is_never_ours,
    ),
    Kind(
        "egress-only internet gateway",
        "DescribeEgressOnlyInternetGateways",
        "egress_only_internet_gateways",
        "",
        "egress_only_internet_gateway_id",
        is_never_ours,
    ),
    Kind("VPN gateway", "DescribeVpnGateways", "vpn_gateways", "attachment.vpc-id", "vpn_gateway_id", is_never_ours),
    # Its filters for the two ends must both match, and the VPC may be either end.
    Kind(
        "peering connection",
        "DescribeVpcPeeringConnections",
        "vpc_peering_connections",
        "",
        "vpc_peering_connection_id",
        is_never_ours,
        PEERING_GONE,
    ),
)
MADE_HERE = (SUBNETS, ROUTE_TABLES)
WITHOUT_PAGES = ("DescribeVpnGateways",)


def find_removals(ec2: t.Any, search: Search) -> dict[str, t.Any]:
    """Return {"vpcs", "strangers"} as ec2_vpc_removal_info returns them; ec2 is a boto3 client."""
    operations = Operations(ec2)
    tags = [{"name": f"tag:{key}", "values": [str(value)]} for key, value in search.match_tags.items()]
    vpcs, sentences = [], []
    for vpc in operations.pages("DescribeVpcs", "vpcs", filters=tags):
        adopted = search.adoption_tag in tag_dict(vpc.get("tags"))
        found = _look_into(operations, vpc["vpc_id"], MADE_HERE if adopted else KINDS)
        ours = {kind.key: [_shown(one) for one in found[kind] if search.is_ours(one)] for kind in MADE_HERE}
        vpcs.append({**_shown(vpc), "adopted": adopted, **ours})
        sentences += [] if adopted else _sentences(vpc["vpc_id"], found, search)
    if any(vpc["adopted"] for vpc in vpcs):
        # Such a VPC stays, with all that is in it but the groups.
        sentences += users_of_groups(ec2, [*search.group_names, *search.leaving_group_names], search.match_tags)
    return {"vpcs": vpcs, "strangers": sentences}


def _shown(thing: Thing) -> Thing:
    return {**thing, "tags": tag_dict(thing.get("tags"))}


def _sentences(vpc_id: str, found: dict[Kind, list[Thing]], search: Search) -> list[str]:
    """Return one sentence that names everything strange in a VPC, in a list, [] where nothing is."""
    names = [_name(kind, thing) for kind, things in found.items() for thing in things if kind.is_strange(thing, search)]
    sentence = f"VPC {vpc_id} holds what was not made here and is left alone: {', '.join(names)}."
    return [f"{sentence} Remove it, then run again."] if names else []


def _name(kind: Kind, thing: Thing) -> str:
    tag = tag_dict(thing.get("tags")).get("Name") or tag_dict(thing.get("tag_set")).get("Name")
    label = thing.get("group_name") or thing.get("service_name") or tag or thing.get("description")
    return f"{kind.noun} {thing[kind.id]}" + (f" ({label})" if label else "")


def _look_into(operations: Operations, vpc_id: str, kinds: t.Collection[Kind]) -> dict[Kind, list[Thing]]:
    """Return what there is of each kind in a VPC."""
    return dict(zip(kinds, in_threads(lambda kind: _list(operations, kind, vpc_id), kinds)))


def _list(operations: Operations, kind: Kind, vpc_id: str) -> list[Thing]:
    filters = [{"name": kind.vpc_filter, "values": [vpc_id]}] if kind.vpc_filter else None
    # DescribeNatGateways alone calls them filter.
    values = {"filters": filters, "filter": filters}
    if kind.operation in WITHOUT_PAGES:
        listed = operations.call(kind.operation, **values).get(kind.key, [])
    else:
        listed = operations.pages(kind.operation, kind.key, **values)
    return [thing for thing in listed if _state(thing) not in kind.gone and vpc_id in _vpcs_of(thing)]


def _state(thing: Thing) -> str:
    status = thing.get("status")
    return str(thing.get("state") or (status.get("code") if isinstance(status, dict) else "")).lower()


def _vpcs_of(thing: Thing) -> list[str]:
    """Return the ids of the VPCs in which something is, or which it joins."""
    attached = [*thing.get("attachments", []), *thing.get("vpc_attachments", [])]
    places = [thing, thing.get("requester_vpc_info", {}), thing.get("accepter_vpc_info", {})]
    return [place.get("vpc_id", "") for place in places + attached if place.get("state") != "detached"]
