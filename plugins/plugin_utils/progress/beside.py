# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell of a module's waits while it runs: to who shows them, or as lines of Ansible's own output, as AWX keeps it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
import typing as t

from ...module_utils._waiting import FOLDER, HOST, PLACE
from . import told, waits
from .remembered import Remembered

# Of all processes of a run that run modules, the one that has the lock tells for all of them.
LOCK = ".lock"
INTERVAL = 30.0
TICK = 1.0

Say = t.Callable[[str], None]


class Beside:
    """Says what modules wait for, in a thread, as long as nobody else shows it."""

    def __init__(self, folder: str, remembered: str, say: Say, interval: float = INTERVAL) -> None:
        self._folder = folder
        self._remembered = remembered
        self._say = say
        self._interval = interval
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Beside:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(TICK):
            # Without the folder nothing can be said, and the module runs on.
            with contextlib.suppress(OSError):
                self.tick(time.time())

    def tick(self, now: float) -> None:
        """Say what it is time to say, unless another process does. Raises OSError where the folder is gone."""
        descriptor = os.open(os.path.join(self._folder, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            last = float(lock.read() or 0)
            if now - last < self._interval / 2:
                return
            begun = told.read(self._folder)
            if not begun:
                return
            usual = Remembered(self._remembered).usual
            worth = waits.worth_telling(begun, usual, now)
            if not waits.is_due(worth, last, now, self._interval):
                return
            for line in waits.lines(worth, usual, now):
                self._say(line)
            lock.seek(0)
            lock.write(f"{now:.3f}")


@contextlib.contextmanager
def telling(temporary: str, remembered: str, host: str, place: str, say: Say) -> t.Iterator[None]:
    """Have the modules that run meanwhile tell of their waits, and say() them where no callback shows them.

    temporary: the run's temporary folder; remembered: the file of what the last runs took; host and place: what
    the modules work on.
    """
    try:
        folder = told.make_folder(temporary)
    except OSError:
        yield
        return
    asked = {FOLDER: folder, HOST: host, PLACE: place}
    before = {name: os.environ.get(name) for name in asked}
    os.environ.update(asked)
    try:
        if os.path.exists(os.path.join(folder, told.SHOWN)):
            yield
        else:
            with Beside(folder, remembered, say):
                yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
