# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a region offers an endpoint service, and whether the service takes a policy.

"Not all Availability Zones support all services" (AWS PrivateLink guide, interface endpoints; re:Post, "Why can't I
select an Availability Zone for my interface endpoint?"; terraform-aws-vpc #462, #785; aws-cdk #4912). Which zone lacks
what differs by region and is published nowhere, so here the second zone of each region lacks a few services. A fault
with ``offers`` says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.shared.faults import faults
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2 as upstream

LETTERS = "abc"
# What the second zone lacks, by the end of the services' names.
LACKED = (
    "codeartifact.api",
    "codeartifact.repositories",
    "email-smtp",
    "sagemaker.featurestore-runtime",
)
# Of these the services' own guides say that they take no endpoint policy.
WITHOUT_POLICY = ("appmesh-envoy-management", "appstream.streaming")


@dataclass(frozen=True)
class Offer:
    """How a region offers a service: the names of its zones, none where the region lacks it, and ``takes_policy``."""

    zones: tuple[str, ...]
    takes_policy: bool


def zones_of(region: str) -> list[str]:
    """The names of a region's zones."""
    return [f"{region}{letter}" for letter in LETTERS]


def zone_id(zone: str) -> str:
    """The id of a zone, given its name."""
    return upstream._az_id_for_zone_name(zone)


def offer_of(service_name: str, region: str) -> Offer:
    """How a region offers a service, by its full name."""
    short = service_name.partition(f".{region}.")[2]
    first, second, *others = zones_of(region)
    zones = (first, *others) if short in LACKED else (first, second, *others)
    offered = Offer(zones, takes_policy=short not in WITHOUT_POLICY)
    for asked in faults.standing("offers"):
        if asked["endpoint_service"] == service_name:
            offered = _changed(offered, asked, region)
    return offered


def _changed(offered: Offer, asked: Structure, region: str) -> Offer:
    zones = asked.get("zones", offered.zones)
    return Offer(
        zones=tuple(zone for zone in zones_of(region) if zone in zones or zone_id(zone) in zones),
        takes_policy=asked.get("policy", offered.takes_policy),
    )
