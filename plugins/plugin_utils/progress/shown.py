# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown of a run: what happens on its hosts goes in, and lines come out. Knows nothing of Ansible."""

from __future__ import annotations

import typing as t

from . import folding, waits
from .changes import DONE, WOULD, Change, changes_of, head, listed
from .failures import failed_items, sentence_of
from .remembered import Remembered
from .results import Seen
from .told import Wait

# Where more hosts than this work, what they changed is told together, every so many seconds.
FEW = 4
# Seconds after which a host that failed, and could go on, is not about to be rescued.
GRACE = 2.0
# Seconds after which a host that works has a line in a terminal.
SOON = 1.0


class Say(t.Protocol):
    """Prints a line that stays; kind is changed, failed, muted or plain."""

    def __call__(self, line: str, kind: str = "plain") -> None:
        """Print it."""


class Shown:
    """The state of a run, and what is said of it. clock() answers epoch seconds; is_check is for a whole run."""

    def __init__(
        self,
        say: Say,
        remembered: Remembered,
        interval: float,
        clock: t.Callable[[], float],
        *,
        is_check: bool = False,
    ) -> None:
        self._say = say
        self._remembered = remembered
        self._interval = interval
        self._clock = clock
        self._is_check = is_check
        self._began = clock()
        self._predicts = self._is_free = False
        self._busy: dict[str, tuple[str, float]] = {}
        self._hosts: set[str] = set()
        self._waits: list[Wait] = []
        self._entries: list[folding.Entry] = []
        self._flushed = self._told = clock()
        self._pending: dict[str, tuple[Seen, float]] = {}
        self._went_on: dict[str, Seen] = {}
        self._failed: set[str] = set()
        self._changes = 0

    # What happens.

    def play(self, *, predicts: bool, is_free: bool) -> None:
        """A play begins, which only says what it would do, or does it.

        is_free says that a host goes on whatever others do.
        """
        self._finish()
        self._predicts, self._is_free = predicts, is_free
        self._busy.clear()
        self._hosts.clear()

    def started(self, host: str, task: str) -> None:
        """A host begins a task. One that goes on after a failure was rescued, or always does so."""
        if host in self._pending:
            failed, _since = self._pending.pop(host)
            self._went_on[host] = failed
        if not self._busy:
            # All are done with the task before.
            self._flush()
        self._busy[host] = (task, self._clock())
        self._hosts.add(host)

    def ok(self, seen: Seen, *, is_item: bool = False) -> None:
        """A task, or the item of a loop, ended well. A loop has said all that there is by its items."""
        if not is_item:
            self._busy.pop(seen.host, None)
        if seen.is_loop:
            return
        if seen.is_debug:
            self._message(seen)
        if seen.changed:
            found = changes_of(seen.data)
            self._changes += max(1, len(found))
            words = WOULD if self._predicts else DONE
            unsaid = f"{words['update']} {seen.data.get('_ansible_item_label') or ''}".strip()
            self._entries.append(folding.Entry(seen.host, seen.task, head(found, words) or unsaid, tuple(body(found))))
            if len(self._hosts) <= FEW:
                self._flush()

    def _message(self, seen: Seen) -> None:
        lines = messages(seen.data)
        is_named = any(seen.host in line for line in lines)
        for line in lines:
            self._say(line if is_named else f"{seen.host}: {line}")

    def skipped(self, host: str) -> None:
        """A task was skipped."""
        self._busy.pop(host, None)

    def failed(self, seen: Seen, ignored: bool) -> None:
        """A task failed."""
        self._busy.pop(seen.host, None)
        if ignored:
            self._flush()
            self._say(f"{seen.host}: {seen.task}: {sentence_of(seen.data)[0]} The run goes on.", "muted")
        else:
            self._pending[seen.host] = (seen, self._clock())

    def _finish(self) -> None:
        """Say what is not said yet, and of failures that nothing rescued them."""
        self._flush()
        self._tell_failures(list(self._pending))

    def _flush(self) -> None:
        for line in folding.folded(self._entries):
            self._say(line, "plain" if line.startswith(" ") else "changed")
        self._entries.clear()
        self._flushed = self._clock()

    def _tell_failures(self, hosts: t.Iterable[str]) -> None:
        alike: dict[tuple[str, ...], list[Seen]] = {}
        for host in hosts:
            seen, _since = self._pending.pop(host)
            said = [line for data in failed_items(seen.data) or [seen.data] for line in _failure(data)]
            alike.setdefault((seen.task, seen.path, *said), []).append(seen)
        for (task, path, *said), group in alike.items():
            self._failed.update(seen.host for seen in group)
            for line in said:
                who = f"{folding.names([seen.host for seen in group])} failed: "
                self._say(f"{who}{line}" if not line.startswith(" ") else line, "failed")
            self._say(f"  in task {task!r}, {path}".rstrip(", "), "failed")

    # What time brings.

    def told(self, found: t.Sequence[Wait]) -> None:
        """Take in what modules wait for."""
        for wait in found:
            self._remembered.add(wait)
        self._waits = [wait for wait in found if wait.ended is None]

    def tick(self) -> None:
        """Say what it is time to say."""
        now = self._clock()
        if self._entries and now - self._flushed >= self._interval:
            self._flush()
        # A host that waits for the others may still be rescued when they are done.
        if self._is_free or not self._busy:
            self._tell_failures([host for host, (_seen, since) in self._pending.items() if now - since >= GRACE])

    def tell_waits(self) -> None:
        """Say in lines that stay what is waited for, where it is time to."""
        now = self._clock()
        usual = self._remembered.usual
        worth = waits.worth_telling(self._waits, usual, now)
        waiting = {wait.host for wait in worth}
        busy = [
            Wait(host, "", task, "for", since)
            for host, (task, since) in self._busy.items()
            if host not in waiting and now - since >= self._interval
        ]
        if waits.is_due([*worth, *busy], self._told, now, self._interval):
            self._told = now
            for line in [*waits.lines(worth, usual, now), *_busy_lines(busy, now)]:
                self._say(line, "muted")

    def live_lines(self) -> list[str]:
        """Return a line for each host that works, those that work longest first."""
        now = self._clock()
        waiting: dict[str, list[Wait]] = {}
        for wait in self._waits:
            waiting.setdefault(wait.host, []).append(wait)
        rows = sorted((since, host, task) for host, (task, since) in self._busy.items() if now - since >= SOON)
        width = max((len(host) for _since, host, _task in rows), default=0)
        lines = []
        for since, host, task in rows:
            told = waits.foremost(waiting.get(host, []))
            said = (
                f"{waits.things(told)}  {waits.state_line(told, self._remembered.usual, now)}"
                if told
                else f"{task}  {waits.in_seconds(now - since)}"
            )
            lines.append(f"{host:{width}}  {said}")
        return lines

    # The end.

    def end(self, stats: t.Mapping[str, t.Mapping[str, int]]) -> None:
        """Say how the run ended; stats are Ansible's counts by host."""
        self._finish()
        failed = [host for host, counts in stats.items() if counts.get("failures") or counts.get("unreachable")]
        # Who counts as failed was not rescued: what came after it is what always comes.
        self._pending = {
            host: (self._went_on[host], 0.0) for host in failed if host in self._went_on and host not in self._failed
        }
        self._finish()
        if failed:
            self._say(f"Failed: {folding.names(sorted(failed))}. Correct what stands above, and run again.", "failed")
        self._say(f"{self._done(bool(failed))} The run took {waits.in_seconds(self._clock() - self._began)}.")
        names = ("ok", "changed", "unreachable", "failures", "skipped", "rescued", "ignored")
        sums = {name: sum(counts.get(name, 0) for counts in stats.values()) for name in names}
        told = " ".join(f"{name.replace('failures', 'failed')}={number}" for name, number in sums.items())
        self._say(f"all : {told}")
        self._remembered.save()

    def _done(self, has_failed: bool) -> str:
        if not self._changes:
            return "Nothing would change." if self._is_check and not has_failed else "Nothing changed."
        things = f"{self._changes} thing{'' if self._changes == 1 else 's'}"
        return f"Would change {things}; nothing was changed." if self._predicts else f"Changed {things}."


def _failure(data: t.Mapping[str, t.Any]) -> list[str]:
    """Return the lines of a failure; those below the first begin with a space."""
    first, *rest = sentence_of(data)
    return [first, *(line if line.startswith(" ") else f"  {line}" for line in rest)]


def body(found: t.Sequence[Change]) -> list[str]:
    """Return the lines below a change: its options, under the name of each thing where there are several."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for change in found:
        if change.lines:
            alike.setdefault(change.lines, []).append(change.item)
    lines: list[str] = []
    for told, items in alike.items():
        named = any(items) and len(items) < len(found)
        lines += [f"{listed(items, 2)}:"] if named else []
        lines += [f"  {line}" if named else line for line in told]
    return lines


def _busy_lines(busy: t.Sequence[Wait], now: float) -> list[str]:
    tasks: dict[str, list[Wait]] = {}
    for one in busy:
        tasks.setdefault(one.thing, []).append(one)
    return [
        f"{folding.names([one.host for one in of_task])}: {task} goes on "
        f"for {waits.in_seconds(now - min(one.since for one in of_task))}"
        for task, of_task in tasks.items()
    ]


def messages(data: t.Mapping[str, t.Any]) -> list[str]:
    """Return the lines of a debug task."""
    if "msg" not in data:
        hidden = {"changed", "failed", "skipped", "invocation"}
        shown = {name: value for name, value in data.items() if name not in hidden and not name.startswith("_")}
        return [f"{name}: {value}" for name, value in shown.items()]
    message = data["msg"]
    lines = message if isinstance(message, (list, tuple)) else str(message).splitlines()
    return [str(line) for line in lines]
