# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long AWS takes, in one table, and when a transition is over.

With ``latency_scale`` S > 0 a transition lasts its typical seconds times S. With 0 it settles by reads: the first read
after the call that started it still shows the passing state, the next one the settled state, and after
SETTLE_AT_LATEST seconds it is settled in any case. A transition is a plain dict, so that it survives ``--state``.
A fault with "effect" decides at the start that a transition ends badly; who finishes it reads ``failure``.
"""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass

from emulator.settings import settings
from emulator.shared.faults import faults
from emulator.shared.shapes import Structure

SETTLE_AT_LATEST = 1.0
# Set while anything may be in transition, in any thread; what was saved by an earlier process may be. See clock.py.
begun = threading.Event()
begun.set()
# Whether the request that is being answered has read something in transition, which changes that.
counted: ContextVar[bool] = ContextVar("counted", default=False)
UNNAMED_FAILURE = "InternalFailure"  # FailureReason of a real domain, terraform-provider-aws #22633


@dataclass(frozen=True)
class Duration:
    """What AWS typically takes, in seconds, and where the figure comes from."""

    seconds: float
    source: str


TYPICAL = {
    "domain.create": Duration(240, "terraform-provider-aws #39774: 240-250 s; 314 s with six subnets in an account"),
    "domain.update": Duration(30, "estimated: terraform-provider-aws #42144, 341 s for create, update and delete"),
    "domain.delete": Duration(60, "estimated from the same totals: 30 s to 3 min"),
    "user_profile.create": Duration(3, "creation and last modification times of real profiles: 2-4 s"),
    "user_profile.update": Duration(3, "estimated: as create"),
    "user_profile.delete": Duration(10, "estimated: a few seconds, up to 2 min with the file system's bookkeeping"),
    "space.create": Duration(3, "estimated: as a profile"),
    "space.update": Duration(3, "estimated: as a profile"),
    "space.delete": Duration(10, "estimated: as a profile"),
    "image.create": Duration(2, "estimated: a record; public samples wait for CREATED without pausing for long"),
    "image.update": Duration(2, "estimated: as create"),
    "image.delete": Duration(5, "estimated: as create"),
    "image_version.create": Duration(60, "estimated: SageMaker copies the manifest from ECR, a minute by samples"),
    "image_version.delete": Duration(5, "estimated: as an image"),
    "app.create": Duration(90, "JupyterLab and Code Editor: 1-3 min"),
    "app.delete": Duration(45, "public clean-up code: 30-60 s usual"),
    "mount_target.create": Duration(60, "EFS user guide: up to 90 s until available"),
    "mount_target.delete": Duration(20, "public clean-up code: below 30 s"),
    "interface_endpoint.create": Duration(60, "AWS PrivateLink guide: pending for a minute or two"),
    "interface_endpoint.delete": Duration(60, "terraform-provider-aws: 1-2 min until the network interfaces are gone"),
    "interface_endpoint.forget": Duration(60, "estimated: shown as deleted for about a minute"),
    "table.create": Duration(8, "estimated: DynamoDB developer guide, a table is CREATING for some seconds"),
    "table.delete": Duration(5, "estimated: as create"),
    "function_interface.delete": Duration(1200, "terraform-provider-aws: 20-45 min until Lambda lets go of a subnet"),
}


def begin(name: str) -> Structure:
    """A transition of row ``name`` of TYPICAL that starts now: ``{"name", "since", "reads", "failure"}``.

    ``since`` is in epoch seconds; ``failure`` is None, or the reason for which it will fail. Raises KeyError for a name
    that is not in the table.
    """
    fault = faults.strike("effect")
    return {**after(name), "failure": fault.get("reason", UNNAMED_FAILURE) if fault else None}


def after(name: str) -> Structure:
    """As begin(), for what no call starts: it follows upon something else and never fails."""
    if name not in TYPICAL:
        raise KeyError(name)
    begun.set()
    return {"name": name, "since": time.time(), "reads": 0, "failure": None}


def read(transition: Structure) -> bool:
    """Count one read of what is in transition; True when that read shows the settled state."""
    transition["reads"] += 1
    counted.set(True)
    if settings.latency_scale == 0 and transition["reads"] > 1:
        return True
    return remaining(transition) <= 0


def remaining(transition: Structure) -> float:
    """Seconds until the transition is over although nobody reads it; 0 or less when it is."""
    lasts = TYPICAL[transition["name"]].seconds * settings.latency_scale or SETTLE_AT_LATEST
    return transition["since"] + lasts - time.time()
