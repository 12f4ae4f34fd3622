# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DescribeRegions: which regions the account has enabled.

Source: API reference, DescribeRegions: without AllRegions "only the Regions that are enabled for your account" are
told, OptInStatus is opt-in-not-required, opted-in or not-opted-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from emulator.ec2.protocol import Ec2Error, install_operation, matches
from emulator.shared.account import account
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2 as upstream


def install() -> None:
    """Replace ministack's, to which every region is on."""
    install_operation("DescribeRegions", "_describe_regions", describe_regions)


def describe_regions(request: Structure) -> Structure:
    """DescribeRegions; a name that no region has is an error (EC2 error codes, InvalidParameterValue)."""
    statuses = {**dict(upstream._AWS_REGIONS), **account.regions}
    wanted = request.get("RegionNames") or list(statuses)
    for name in wanted:
        if name not in statuses:
            raise Ec2Error("InvalidParameterValue", f"Invalid region provided: {name}")
    told = [_told(name, statuses[name]) for name in wanted]
    return {"Regions": [one for one in told if _is_shown(request, one)]}


def _told(name: str, status: str) -> Structure:
    return {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": status}


def _is_shown(request: Structure, region: Structure) -> bool:
    attributes: dict[str, Callable[[], Iterable[str]]] = {
        "endpoint": lambda: [region["Endpoint"]],
        "region-name": lambda: [region["RegionName"]],
        "opt-in-status": lambda: [region["OptInStatus"]],
    }
    shown = request.get("AllRegions") or region["OptInStatus"] != "not-opted-in"
    return bool(shown) and matches(request.get("Filters", []), region["RegionName"], attributes)
