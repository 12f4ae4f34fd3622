# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules tell of their waits; plugins/module_utils/_waiting.py writes it."""

from __future__ import annotations

import contextlib
import json
import os
import typing as t

# In the run's own temporary folder, which only its user can enter, and which Ansible deletes at the end.
NAME = "studio-waits"
# Is there while a callback of this collection shows the waits.
SHOWN = ".shown"


class Wait(t.NamedTuple):
    """A module that waits for AWS; times are in epoch seconds, ended is None as long as it goes on."""

    host: str
    place: str
    thing: str
    state: str
    since: float
    ended: float | None = None


def make_folder(temporary: str) -> str:
    """Return the folder of a run's waits, after it was made where it is not there yet. Raises OSError."""
    folder = os.path.join(temporary, NAME)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder


def read(folder: str) -> list[Wait]:
    """Return the waits that are told in a folder.

    One that is over is returned once. That of a process that died is not returned.
    """
    found = []
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".json"):
                found += _read(os.path.join(folder, name), int(name.partition("-")[0]))
    return found


def _read(path: str, process: int) -> list[Wait]:
    # Another process may delete what it told at any time.
    with contextlib.suppress(OSError, ValueError, TypeError):
        with open(path, encoding="utf-8") as file:
            wait = Wait(**json.load(file))
        if wait.ended is None and _lives(process):
            return [wait]
        os.unlink(path)
        return [wait] if wait.ended is not None else []
    return []


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
