# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start turn_keeper.py, listen to it while it waits for turns, and end it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import typing as t

from ansible import constants

from . import turn_keeper
from .warm_client import run_process

# Seconds in which the keeper must have answered: beyond its own patience, and when it is told to end.
LONGEST_ANSWER = 120.0
LONGEST_END = 30.0

Line = t.Dict[str, t.Any]
Kept = t.Dict[str, t.Any]


def take(request: t.Mapping[str, t.Any], hear: t.Callable[[Line], None]) -> tuple[Line, Kept]:
    """Start a keeper and return its last line, with what end() needs; request has the fields of its Request.

    hear(item) is called with what it tells while it waits. The answer is {"failed": sentence} where it says nothing.
    """
    folder = tempfile.mkdtemp(prefix="turns-", dir=constants.DEFAULT_LOCAL_TMP)
    file = os.path.join(folder, "ended")
    keeper = subprocess.Popen(
        [sys.executable, turn_keeper.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        start_new_session=True,
    )
    with contextlib.suppress(BrokenPipeError), t.cast("t.IO[bytes]", keeper.stdin) as stdin:
        stdin.write(json.dumps({**request, "run": run_process(), "file": file}).encode())
    last: Line = {}
    for line in _lines(t.cast("t.IO[bytes]", keeper.stdout), request["patience"] + LONGEST_ANSWER):
        last = json.loads(line)
        if "waits_for" in last:
            hear(last["waits_for"])
    if "taken" in last:
        return last, {"process": keeper.pid, "file": file}
    keeper.kill()
    errors = t.cast("t.IO[bytes]", keeper.stderr).read().decode(errors="replace").strip().splitlines()
    keeper.wait()
    return ({} if "waits_for" in last else last) or {"failed": f"It ended: {errors[-1] if errors else 'silently'}"}, {}


def _lines(stream: t.IO[bytes], seconds: float) -> t.Iterator[bytes]:
    """Yield the lines of a stream to its end, or for some seconds without a line."""
    rest = b""
    while select.select([stream], [], [], seconds)[0]:
        read = os.read(stream.fileno(), 1 << 16)
        if not read:
            return
        *lines, rest = (rest + read).split(b"\n")
        yield from lines


def end(kept: Kept) -> str:
    """Have a keeper give its turns back; return "", or what it says where they were not the run's all the time."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(kept["process"], signal.SIGTERM)
    until = time.monotonic() + LONGEST_END
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError), open(kept["file"], encoding="utf-8") as file:
            return file.read()
        time.sleep(0.02)
    return "The program that kept the turn of this run died, so another run may have worked on the same."
