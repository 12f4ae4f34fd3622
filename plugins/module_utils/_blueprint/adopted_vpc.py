# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where in an adopted VPC things go, what keeps Studio from working there, and how the platform leaves it."""

from __future__ import annotations

import dataclasses
import typing as t

from .found import Thing
from .network import Network


@dataclasses.dataclass(frozen=True)
class Place:
    """What of an adopted VPC is used."""

    subnet_ids: list[str]
    # One subnet per zone, as an interface endpoint takes no more: (id, zone).
    endpoint_subnets: list[tuple[str, str]]
    route_table_ids: list[str]
    mistakes: list[str]


def place(network: Network, vpc: Thing) -> Place:
    """Return where in a VPC, which is shown with what is in it, things go."""
    present = sorted(vpc.get("subnets", ()), key=lambda subnet: str(subnet["cidr_block"]))
    ids = [subnet["subnet_id"] for subnet in present]
    chosen = list(network.subnet_ids) or ids
    used = [subnet for subnet in present if subnet["subnet_id"] in chosen]
    # The first subnet of each zone.
    zones = {subnet["availability_zone"]: subnet["subnet_id"] for subnet in reversed(used)}
    return Place(
        subnet_ids=[subnet["subnet_id"] for subnet in used],
        endpoint_subnets=sorted((subnet_id, zone) for zone, subnet_id in zones.items()),
        route_table_ids=_route_tables(chosen, vpc.get("route_tables", ())),
        mistakes=_mistakes(vpc, [one for one in chosen if one not in ids], sorted(zones)),
    )


def _route_tables(subnet_ids: t.Sequence[str], route_tables: t.Sequence[Thing]) -> list[str]:
    """Return the tables of subnets; one that no table names goes by the main one."""
    links = [link for table in route_tables for link in table["associations"]]
    named = {link["subnet_id"]: link["route_table_id"] for link in links if link.get("subnet_id")}
    main = [link["route_table_id"] for link in links if link.get("main")]
    tables = [named[one] for one in subnet_ids if one in named]
    return sorted({*tables, *(main if any(one not in named for one in subnet_ids) else [])})


def _mistakes(vpc: Thing, foreign: list[str], zones: list[str]) -> list[str]:
    sentences = []
    if foreign:
        sentences.append(f"network_subnet_ids names {', '.join(foreign)}, which are not in it.")
    if len(zones) < 2:
        sentences.append(f"Studio needs subnets in two zones, and the chosen ones are in {', '.join(zones)}.")
    if not (vpc.get("enable_dns_support") and vpc.get("enable_dns_hostnames")):
        sentences.append(
            "DNS support and DNS hostnames must be on, or the names of its endpoints mean nothing: switch them on."
        )
    return sentences


def released_endpoints(network: Network, endpoints: t.Sequence[Thing]) -> list[dict[str, t.Any]]:
    """Return endpoints that stay in an adopted VPC as they were before: only the platform's group and tags go."""
    own_groups = [network.group_name(purpose) for purpose in ("endpoints", "browsers")]
    own_tags = {*network.tags, "Platform", "Adopted"}
    return [_released(endpoint, own_groups, own_tags) for endpoint in endpoints]


def _released(endpoint: Thing, own_groups: list[str], own_tags: set[str]) -> dict[str, t.Any]:
    tags = endpoint["tags"]
    if not isinstance(tags, t.Mapping):
        tags = {tag["key"]: tag["value"] for tag in tags}
    staying = {
        "service_name": endpoint["service_name"],
        "vpc_endpoint_type": endpoint["vpc_endpoint_type"],
        "tags": {key: value for key, value in tags.items() if key not in own_tags},
    }
    if endpoint["vpc_endpoint_type"] == "Interface":
        groups = [group["group_id"] for group in endpoint["groups"] if group["group_name"] not in own_groups]
        staying["security_group_ids"] = groups
    return staying
