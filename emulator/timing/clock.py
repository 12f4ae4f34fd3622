# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End transitions of EC2, EFS and Lambda when their time is over, although nobody reads what is in transition.

A task of the server looks at the stores while there is anything to wait for. It runs in the server's own loop, between
two requests, so nothing changes while a request is being answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from emulator.shared.shapes import Structure
from emulator.shared.stores import entries, find_store
from emulator.timing import latency

# Seconds between two looks at most, and at least.
LONGEST, SHORTEST = 0.5, 0.02

# Store -> the function that counts a read of one of its records, and ends the record's transition when it is due.
_settlers: dict[str, Callable[[Structure], object]] = {}
logger = logging.getLogger(__name__)


def watch(store: str, settle: Callable[[Structure], object]) -> None:
    """End the transitions of the records of ``store`` (``module._variable``) with ``settle(record)``."""
    _settlers[store] = settle


async def run() -> None:
    """End what is over, forever; an error is logged and does not stop the clock."""
    while True:
        pause = LONGEST
        if latency.begun.is_set():
            latency.begun.clear()
            try:
                soonest = settle_overdue()
            except Exception:
                logger.exception("Transitions could not be ended")
                soonest = LONGEST
            if soonest is not None:
                latency.begun.set()
                pause = min(LONGEST, max(SHORTEST, soonest))
        await asyncio.sleep(pause)


def settle_overdue() -> float | None:
    """End every transition whose time is over; seconds until the next one is, None when there is none."""
    from ministack.core.responses import request_scope

    soonest = None
    for store, settle in _settlers.items():
        for account, region, _key, record in entries(find_store(store)):
            if record.get("Transition") and latency.remaining(record["Transition"]) <= 0:
                with request_scope(account, region or ""):
                    settle(record)
            if record.get("Transition"):
                left = latency.remaining(record["Transition"])
                soonest = left if soonest is None else min(soonest, left)
    return soonest
