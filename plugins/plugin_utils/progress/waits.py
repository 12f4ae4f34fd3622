# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of waits: in lines that stay, and when."""

from __future__ import annotations

import typing as t

from .told import Wait

Usual = t.Callable[[Wait], t.Optional[float]]

# Seconds: shorter waits are not worth a line, and neither is one before it has lasted a moment.
WORTH, MOMENT = 15.0, 2.0
# So many teams that wait for the same have a line each.
LINES_EACH = 3


def in_seconds(seconds: float) -> str:
    """Return a duration as people read it: "132 s", "1 h 12 min"."""
    if seconds < 600:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def state_line(waits: t.Sequence[Wait], usual: Usual, now: float) -> str:
    """Return what is said of waits for the same: "Pending 132 s, usually 240 s"."""
    return f"{waits[0].state} {how_long(waits, usual, now)}"


def how_long(waits: t.Sequence[Wait], usual: Usual, now: float) -> str:
    """Return how long the oldest of some waits lasts, and usually does: "132 s, usually 240 s"."""
    oldest = min(waits, key=lambda wait: wait.since)
    expected = usual(oldest)
    passed = in_seconds(max(0, now - oldest.since))
    return passed if expected is None else f"{passed}, usually {in_seconds(max(1, expected))}"


def things(waits: t.Sequence[Wait]) -> str:
    """Return the noun of waits for the same: "domain", "8 VPC endpoints"."""
    noun = waits[0].thing
    return noun if len(waits) == 1 else f"{len(waits)} {noun}{'' if noun.endswith('s') else 's'}"


def foremost(waits: t.Iterable[Wait]) -> list[Wait]:
    """Return those of one host's waits that a line tells of: the oldest, and all for the same."""
    ordered = sorted(waits, key=lambda wait: wait.since)
    return [wait for wait in ordered if (wait.thing, wait.state) == (ordered[0].thing, ordered[0].state)]


def worth_telling(waits: t.Iterable[Wait], usual: Usual, now: float) -> list[Wait]:
    """Return the waits that last long, or usually do."""

    def is_long(wait: Wait) -> bool:
        passed = now - wait.since
        return passed >= WORTH or (passed >= MOMENT and (usual(wait) or 0) >= WORTH)

    return [wait for wait in waits if wait.ended is None and is_long(wait)]


def is_due(waits: t.Sequence[Wait], last: float, now: float, interval: float) -> bool:
    """Return whether it is time for lines: after an interval, or after half of one where something is new.

    last: when lines were told last, 0 for never.
    """
    if not waits or now - last < interval / 2:
        return False
    return now - last >= interval or any(wait.since + MOMENT > last for wait in waits)


def lines(waits: t.Sequence[Wait], usual: Usual, now: float) -> list[str]:
    """Return a line for each host that waits, or one for many that wait for the same."""
    hosts: dict[str, list[Wait]] = {}
    for wait in waits:
        hosts.setdefault(wait.host, []).append(wait)
    alike: dict[tuple[str, str], list[list[Wait]]] = {}
    for of_host in map(foremost, hosts.values()):
        alike.setdefault((of_host[0].thing, of_host[0].state), []).append(of_host)
    return [line for group in alike.values() for line in _lines_of(group, usual, now)]


def _lines_of(group: list[list[Wait]], usual: Usual, now: float) -> list[str]:
    if len(group) <= LINES_EACH:
        return [f"{waits[0].host}: {things(waits)} {state_line(waits, usual, now)}" for waits in group]
    every = [wait for waits in group for wait in waits]
    first = every[0]
    return [f"{len(group)} teams wait for their {first.thing}: {first.state}, longest {how_long(every, usual, now)}"]
