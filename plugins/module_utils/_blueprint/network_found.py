# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a network was found in AWS, as far as the run has come."""

from __future__ import annotations

import dataclasses
import typing as t

from . import adopted_vpc
from .endpoint_places import Offers, offers_of
from .found import NO_ID, Results, Thing, tags_of
from .network import Network


@dataclasses.dataclass(frozen=True)
class FoundNetwork:
    """What modules answered so far about the network; empty where a run has not come so far."""

    # With what is in them, as ec2_vpc_info shows them.
    vpcs: t.Sequence[Thing] = ()
    # The region's zones by name, in the order of their ids, which are the same in every account.
    zones: t.Sequence[str] = ()
    # None where nobody looked for endpoint services yet.
    offers: Offers | None = None
    # What was made, as far as it is there: nothing of it is in check mode, and of an adopted VPC nothing is made.
    vpc_id: str = ""
    # (id, zone)
    subnets: t.Sequence[tuple[str, str]] = ()
    route_table_id: str = ""
    security_groups: t.Sequence[Thing] = ()
    vpc_endpoints: t.Sequence[Thing] = ()
    endpoint_differences: Thing = dataclasses.field(default_factory=dict)

    @property
    def subnet_ids(self) -> list[str]:
        """The ids of the subnets that were made."""
        return [subnet_id for subnet_id, _zone in self.subnets]

    def own_vpcs(self, network: Network) -> list[Thing]:
        """Return the VPCs that carry the platform's tag."""
        return [vpc for vpc in self.vpcs if tags_of(vpc).get("Platform") == network.platform.name]

    def chosen_vpcs(self, network: Network) -> list[Thing]:
        """Return the platform's VPCs; without any those that are nobody's, and may be taken over."""
        return self.own_vpcs(network) or [vpc for vpc in self.vpcs if "Platform" not in tags_of(vpc)]

    def is_adopted(self, network: Network) -> bool:
        """Return whether the platform lives in a VPC that somebody else made."""
        chosen = self.chosen_vpcs(network)
        return len(chosen) == 1 and (not self.own_vpcs(network) or "Adopted" in tags_of(chosen[0]))

    def group_id(self, network: Network, purpose: str) -> str:
        """Return the id of one of the network's security groups."""
        name = network.group_name(purpose)
        ids = (group.get("group_id") for group in self.security_groups if group["group_name"] == name)
        return next(ids, None) or f"sg-{NO_ID}"

    def place(self, network: Network) -> adopted_vpc.Place:
        """Return where the platform lives in the VPC that somebody else made."""
        return adopted_vpc.place(network, self.chosen_vpcs(network)[0])

    def own_zones(self, network: Network) -> dict[str, str]:
        """Return the zones of the subnets that were made in the platform's VPC, by their ranges."""
        subnets = [subnet for vpc in self.chosen_vpcs(network)[:1] for subnet in vpc.get("subnets", ())]
        ours = [subnet for subnet in subnets if tags_of(subnet).get("Platform") == network.platform.name]
        return {subnet["cidr_block"]: subnet["availability_zone"] for subnet in ours}


def found_network(results: Results) -> FoundNetwork:
    """Return what the modules answered. results: what each step answered, by its name (steps.py)."""

    def of(step: str, key: str) -> t.Any:
        return (results.get(step) or {}).get(key) or ()

    def first(key: str, name: str) -> str:
        return next((one.get(name) or "" for one in of("made_vpc", key)), "")

    return FoundNetwork(
        vpcs=of("found_vpc", "vpcs"),
        zones=[zone["zone_name"] for zone in sorted(of("found_vpc", "availability_zones"), key=_zone_id)],
        offers=offers_of(of("found_vpc", "endpoint_services")) if "found_vpc" in results else None,
        vpc_id=first("vpcs", "vpc_id"),
        subnets=[
            (subnet.get("subnet_id") or f"subnet-{NO_ID}", subnet["availability_zone"])
            for subnet in of("made_vpc", "subnets")
        ],
        route_table_id=first("route_tables", "route_table_id"),
        security_groups=of("made_security_groups", "security_groups"),
        vpc_endpoints=of("made_endpoints", "vpc_endpoints"),
        endpoint_differences=of("made_endpoints", "differences") or {},
    )


def _zone_id(zone: Thing) -> str:
    return str(zone["zone_id"])
