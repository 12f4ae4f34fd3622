# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where interface endpoints can be: not every region, nor every zone of it, has every endpoint service.

A subnet keeps its zone for ever, so the zones are chosen with the services in mind before the first subnet is made.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from .found import Thing
from .network import Network


@dataclasses.dataclass(frozen=True)
class Offer:
    """How the region offers an endpoint service: in zones by name, and whether the service takes a policy."""

    zones: frozenset[str]
    takes_policy: bool = True


Offers = t.Mapping[str, Offer]


def offers_of(services: t.Sequence[Thing]) -> dict[str, Offer]:
    """Return the offers of interface services by their full names, as ec2_vpc_info shows the services."""
    return {
        one["service_name"]: Offer(frozenset(one["availability_zones"]), one["vpc_endpoint_policy_supported"])
        for one in services
        if any(kind["service_type"] == "Interface" for kind in one["service_type"])
    }


def chosen_zones(
    network: Network, offers: Offers, zones: t.Sequence[str], count: int, present: t.Collection[str]
) -> list[str]:
    """Return the zones of count new subnets beside those that are present, each in a zone of its own.

    They are where all wanted services are; else those of the required ones count first: that each is somewhere, then
    that as few as can be are missing in a zone; and then the same of all of them. Among zones that are equally good the
    first ones of zones are taken. [] where there are not so many zones.
    """
    wanted = {name: offers[name].zones for name in network.interface_services if name in offers}
    required = [zones for name, zones in wanted.items() if name not in network.optional_services]

    def shortage(new: t.Iterable[str]) -> tuple[int, ...]:
        used = {*present, *new}
        return (*_missing(required, used), *_missing(wanted.values(), used))

    free = [zone for zone in zones if zone not in present]
    return [*min(itertools.combinations(free, count), key=shortage, default=())]


def _missing(services: t.Iterable[frozenset[str]], used: set[str]) -> tuple[int, int]:
    """Return how many services are in no zone that is used, and how often one is missing in a zone."""
    lacking = [len(used - zones) for zones in services]
    return lacking.count(len(used)), sum(lacking)


def unplaced(network: Network, offers: Offers, zones: t.Collection[str]) -> dict[str, str]:
    """Return why an endpoint has no place among subnets in zones, by the full name of its service."""
    region = network.platform.region
    reasons = {}
    for name in network.interface_services:
        if name not in offers:
            reasons[name] = f"{region} has no endpoint service {name}"
        elif zones and not offers[name].zones & {*zones}:
            there = ", ".join(sorted(offers[name].zones))
            reasons[name] = f"endpoint service {name} is in {there} alone, and the subnets are in {_list(zones)}"
    return reasons


def place_mistakes(network: Network, offers: Offers, zones: t.Collection[str]) -> list[str]:
    """Return a sentence for every required service that no subnet in these zones can have an endpoint of."""
    return [
        f"network_services: {reason}. Choose another region or other subnets, leave the service out, or name it in "
        "network_optional_endpoint_services if the teams can do without."
        for name, reason in unplaced(network, offers, zones).items()
        if name not in network.optional_services
    ]


def place_notes(network: Network, offers: Offers, zones: t.Collection[str]) -> list[str]:
    """Return what the endpoints are without in a region, a sentence each."""
    missing = unplaced(network, offers, zones)
    there = [name for name in network.interface_services if name not in missing]
    partly = {name: {*zones} - offers[name].zones for name in there}
    return [
        *(f"{reason}, so it is left out: what calls it from the VPC gets no answer." for reason in missing.values()),
        *(
            f"endpoint {name} is in the subnets of {_list({*zones} - lacking)} alone, as its service is not in "
            f"{_list(lacking)}."
            for name, lacking in partly.items()
            if lacking
        ),
        *(
            f"endpoint {name} has no policy of its own, as its service takes none: IAM alone decides what passes."
            for name in there
            if network.endpoint_policies and not offers[name].takes_policy
        ),
    ]


def _list(zones: t.Iterable[str]) -> str:
    return ", ".join(sorted(zones))
