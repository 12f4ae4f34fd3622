# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes that went wrong on the way: look how far they came, and write the rest.

The answer to a call may be lost although the call took effect. Most calls that create something have no token by which
AWS would know a second one, so nothing is repeated blindly.
"""

from __future__ import annotations

import enum
import time
import typing as t

from ._plan import Plan

ATTEMPTS = 6
# Seconds within which AWS shows what was created, and between attempts at first.
SHOWN_WITHIN = 30.0
PAUSE = 0.3

Now = t.Optional[t.Dict[str, t.Any]]


class Trouble(enum.Enum):
    """What an error says of a call: all that is to be said, nothing, that AWS was only busy, or that nobody knows."""

    FINAL = enum.auto()
    NONE = enum.auto()
    REFUSED = enum.auto()
    LOST = enum.auto()


def no_trouble(_error: Exception) -> Trouble:
    """Return NONE, of any error."""
    return Trouble.NONE


def carry_out(
    plan: Plan,
    write: t.Mapping[str, t.Callable[[Plan], None]],
    find: t.Callable[[], Now],
    plan_of: t.Callable[[Now], Plan],
    trouble_of: t.Callable[[Exception], Trouble],
) -> None:
    """Write what a plan says, by its action; find() tells how far a write that went wrong came, plan_of() what is left.

    Raises the error of a write that had no effect, and will have none if it is repeated.
    """
    rest, pause = plan, PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        if rest.action == "none":
            return
        try:
            write[rest.action](rest)
            return
        except Exception as error:
            trouble = trouble_of(error)
            if attempt == ATTEMPTS or trouble is Trouble.FINAL:
                raise
            left = plan_of(_after(error, rest, find, trouble))
            # Some errors only say that an earlier attempt took effect, or that another run was faster.
            if trouble is Trouble.NONE and _same_step(left, rest):
                raise
        time.sleep(pause if trouble is Trouble.REFUSED else 0)
        pause *= 2
        rest = left


def _same_step(left: Plan, rest: Plan) -> bool:
    """Tell whether as much is left as before."""
    if left.action != rest.action:
        return False
    # What goes may have become less, without an attribute that is to change.
    names = {*left.changes, *rest.changes} or {*left.before, *rest.before}
    return all(left.before.get(name) == rest.before.get(name) for name in names) and left.changes == rest.changes


def _after(error: Exception, plan: Plan, find: t.Callable[[], Now], trouble: Trouble) -> Now:
    """Return what there is after a write that went wrong. Raises its error where that cannot be seen."""
    end = time.monotonic() + SHOWN_WITHIN
    try:
        now = find()
        # A read may be older than the write before it.
        while trouble is Trouble.LOST and not _came_true(plan, now) and time.monotonic() < end:
            time.sleep(PAUSE)
            now = find()
    except Exception:
        raise error from None
    return now


def _came_true(plan: Plan, now: Now) -> bool:
    """Tell whether a creation or deletion took effect; an update is asked for once more, whatever it did."""
    return plan.action == "update" or (now is None) == (plan.action == "delete")
