# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for AWS. What is waited for is told to who shows the run; nothing of it is ever a secret."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
import typing as t

R = t.TypeVar("R")

# The environment variables in which a run says where waits are told, and of what the module works on.
FOLDER, HOST, PLACE = "STUDIO_WAITS_FOLDER", "STUDIO_WAITS_HOST", "STUDIO_WAITS_PLACE"
# Where AWS's descriptions say how far a thing is.
STATES = ("status", "state", "image_status", "image_version_status", "table_status")
_numbers = itertools.count(1)


class StudioError(Exception):
    """A failure whose text is meant for the user: what was wrong, where, and what to do."""


class TimedOut(StudioError):
    """A resource did not settle in the time the user gave it."""


class Told:
    """One wait, told in a file of its own: {"host", "place", "thing", "state", "since", "ended"}.

    Times are in epoch seconds; ``ended`` is None as long as it goes on. Does nothing where nobody asked for it, or
    where the thing has no name, and never fails: a wait is no worse for not being told.
    """

    def __init__(self, thing: str) -> None:
        folder = os.environ.get(FOLDER, "")
        self._path = os.path.join(folder, f"{os.getpid()}-{next(_numbers)}.json") if folder and thing else ""
        self._line: dict[str, t.Any] = {
            "host": os.environ.get(HOST, ""),
            "place": os.environ.get(PLACE, ""),
            "thing": thing,
            "state": "",
            "since": time.time(),
            "ended": None,
        }

    def tell(self, state: str) -> None:
        """Tell that it goes on; written only where the state is another one."""
        if self._path and state and state != self._line["state"]:
            self._line["state"] = state
            self._write()

    def end(self, reached: bool) -> None:
        """Tell that it is over, with how long it took where its end was reached."""
        if self._path and self._line["state"]:
            self._line["ended"] = time.time()
            self._write() if reached else self._forget()

    def _write(self) -> None:
        unfinished = f"{self._path}.new"
        with contextlib.suppress(OSError):
            with open(unfinished, "w", encoding="utf-8") as file:
                json.dump(self._line, file)
            os.replace(unfinished, self._path)

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self._path)


def state_in(answer: t.Any) -> str:
    """Return the state that a description of AWS's says, such as Pending; "" where it says none."""
    found = [str(answer[name]) for name in STATES if answer.get(name)] if isinstance(answer, dict) else []
    return found[0].capitalize() if found else ""


def poll(
    read: t.Callable[[], R],
    done: t.Callable[[R], bool],
    timeout: float,
    what: str,
    *,
    longest_pause: float = 10,
    thing: str = "",
    doing: str = "",
) -> R:
    """Call read() until done(answer) and return the answer; longest_pause is in seconds.

    A pause is a twentieth of the time waited so far, or half a second: a long wait is hardly longer than AWS takes.
    done() may raise to end the wait with an error. Raises TimedOut after timeout seconds; what completes the sentence
    "Timed out after N s waiting for ...".

    thing is the noun by which the wait is told, "" for one that is not; doing is its state where answers say none.
    """
    begin, pause, told = time.monotonic(), 0.2, Told(thing)
    end, reached = begin + timeout, False
    try:
        while True:
            answer = read()
            reached = done(answer)
            if reached:
                return answer
            told.tell(doing or state_in(answer))
            now = time.monotonic()
            if now >= end:
                raise TimedOut(
                    f"Timed out after {timeout:g} s waiting for {what}. "
                    "Raise wait_timeout, or run again to go on waiting."
                )
            time.sleep(max(0.0, min(pause, end - now)))
            pause = min(pause * 1.6, max(0.5, (now - begin) / 20), longest_pause)
    finally:
        told.end(reached)


def retry(
    call: t.Callable[[], R],
    is_passing: t.Callable[[Exception], bool],
    timeout: float,
    *,
    thing: str = "",
    doing: str = "",
) -> R:
    """Return call(), repeated for timeout seconds while is_passing() knows the error as one that goes away.

    thing and doing are as those of poll().
    """
    end, pause, told, reached = time.monotonic() + timeout, 0.2, Told(thing), False
    try:
        while True:
            try:
                answer = call()
            except Exception as error:
                if not is_passing(error) or time.monotonic() >= end:
                    raise
            else:
                reached = True
                return answer
            told.tell(doing)
            time.sleep(pause)
            pause = min(pause * 1.6, 10)
    finally:
        told.end(reached)
