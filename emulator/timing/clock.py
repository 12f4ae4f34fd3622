# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End transitions of EC2, EFS and Lambda when their time is over, although nobody reads what is in transition.

A task of the server looks at the stores while there is anything to wait for. It runs in the server's own loop, between
two requests, so nothing changes while a request is being answered.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from importlib import import_module

# Store -> the module whose settle(record) counts a read of a record and ends it when due.
SETTLED = {
    "ec2._vpc_endpoints": "emulator.ec2.endpoints",
    "ec2._network_interfaces": "emulator.lambda_.network_interfaces",
    "efs._mount_targets": "emulator.efs",
}
# Seconds between two looks at most, and at least.
LONGEST, SHORTEST = 0.5, 0.02

# Whether anything may be in transition; what was saved by an earlier process may be.
_awake = threading.Event()
_awake.set()
logger = logging.getLogger(__name__)


def wake() -> None:
    """Something begins, in any thread: look at the stores until nothing is in transition any more."""
    _awake.set()


async def run() -> None:
    """End what is over, for ever; an error is logged and does not stop the clock."""
    while True:
        pause = LONGEST
        if _awake.is_set():
            _awake.clear()
            try:
                soonest = settle_overdue()
            except Exception:
                logger.exception("Transitions could not be ended")
                soonest = LONGEST
            if soonest is not None:
                _awake.set()
                pause = min(LONGEST, max(SHORTEST, soonest))
        await asyncio.sleep(pause)


def settle_overdue() -> float | None:
    """End every transition whose time is over; seconds until the next one is, None when there is none."""
    from ministack.core.responses import request_scope

    from emulator.resources.stores import entries, find_store
    from emulator.timing import latency

    soonest = None
    for store, module in SETTLED.items():
        for account, region, _key, record in entries(find_store(store)):
            if record.get("Transition") and latency.remaining(record["Transition"]) <= 0:
                with request_scope(account, region):
                    import_module(module).settle(record)
            if record.get("Transition"):
                left = latency.remaining(record["Transition"])
                soonest = left if soonest is None else min(soonest, left)
    return soonest
