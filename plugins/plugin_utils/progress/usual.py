# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long AWS usually takes, in one table."""

from __future__ import annotations

import typing as t


class Usual(t.NamedTuple):
    """Seconds that AWS usually takes, and where the figure comes from."""

    seconds: float
    source: str


# By the thing and its state, as modules tell them while they wait.
USUAL = {
    ("domain", "Pending"): Usual(240, "terraform-provider-aws #39774: 240-250 s; 314 s with six subnets in an account"),
    ("domain", "Updating"): Usual(30, "estimated: terraform-provider-aws #42144, 341 s to create, update and delete"),
    ("domain", "Deleting"): Usual(60, "estimated from the same totals: 30 s to 3 min"),
    ("user profile", "Pending"): Usual(3, "creation and last modification times of real profiles: 2-4 s"),
    ("user profile", "Updating"): Usual(3, "estimated: as a creation"),
    ("user profile", "Deleting"): Usual(10, "estimated: some seconds, up to 2 min"),
    ("space", "Pending"): Usual(3, "estimated: as a profile"),
    ("space", "Updating"): Usual(3, "estimated: as a profile"),
    ("space", "Deleting"): Usual(10, "estimated: as a profile"),
    ("app", "Pending"): Usual(90, "JupyterLab and Code Editor: 1-3 min"),
    ("app", "Deleting"): Usual(45, "public clean-up code: 30-60 s"),
    ("image version", "Creating"): Usual(60, "estimated: a minute by public samples"),
    ("mount targets", "Deleting"): Usual(20, "public clean-up code: below 30 s"),
    ("VPC endpoint", "Pending"): Usual(60, "AWS PrivateLink guide: pending for a minute or two"),
    ("VPC endpoint", "Deleting"): Usual(60, "terraform-provider-aws: 1-2 min until its network interfaces are gone"),
    ("function", "Pending"): Usual(60, "Lambda developer guide: a function in a VPC is pending for a minute or so"),
    ("security group", "In use"): Usual(60, "AWS's interfaces let go within a minute or two; those of Lambda take 20"),
    ("table", "Creating"): Usual(8, "DynamoDB developer guide: some seconds"),
    ("table", "Deleting"): Usual(5, "estimated: as a creation"),
}


def usual_seconds(thing: str, state: str) -> float | None:
    """Return how long AWS usually leaves a thing in a state, None where nobody knows."""
    found = USUAL.get((thing, state))
    return found.seconds if found else None
