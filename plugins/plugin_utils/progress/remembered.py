# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform's own last runs took, in a file of the user's."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import typing as t

from .told import Wait
from .usual import usual_seconds

# So many of the last durations are kept of each thing, and so many platforms.
DURATIONS, PLACES = 5, 50


class Remembered:
    """Durations by place and by thing with its state. A file that cannot be read counts as none."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._durations = _read(path)
        self._added = False

    def add(self, wait: Wait) -> None:
        """Remember a wait that is over."""
        if wait.ended is None:
            return
        of_place = self._durations.pop(wait.place, {})
        key = f"{wait.thing} {wait.state}"
        of_place[key] = [*of_place.get(key, []), round(wait.ended - wait.since, 1)][-DURATIONS:]
        self._durations[wait.place] = of_place  # the last one is the one that is kept longest
        self._added = True

    def usual(self, wait: Wait) -> float | None:
        """Return how many seconds a wait usually takes: by the last runs in its place, else by AWS's table."""
        own = self._durations.get(wait.place, {}).get(f"{wait.thing} {wait.state}")
        return statistics.median(own) if own else usual_seconds(wait.thing, wait.state)

    def save(self) -> None:
        """Write what was added. Nothing happens where that is not possible: a run is no worse for it."""
        if not self._added:
            return
        kept = dict(list(self._durations.items())[-PLACES:])
        unfinished = f"{self._path}.{os.getpid()}"
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=1)
            os.replace(unfinished, self._path)


def _read(path: str) -> dict[str, dict[str, list[float]]]:
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError), open(path, encoding="utf-8") as file:
        return {str(place): _numbers(of_place) for place, of_place in json.load(file).items()}
    return {}


def _numbers(of_place: t.Mapping[str, t.Any]) -> dict[str, list[float]]:
    return {str(key): [float(one) for one in many] for key, many in of_place.items() if many}
