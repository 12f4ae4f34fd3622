# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show of a run what it waits for, what it changes, and what fails."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: stdout
short_description: Shows what a run waits for, what it changes, and what fails
version_added: 0.1.0
description:
  - In a terminal, every host that works has a line that tells what it does, or what AWS is waited for, since when, and
    how long that usually takes. Elsewhere the same is told in a line now and then.
  - A change is told by its options, with what they were and what they are. What is in order or skipped prints nothing.
  - A failure is told once, first by its sentence, then where it happened. The last line sums up Ansible's counts.
  - With C(-v) everything is as P(ansible.builtin.default#callback) prints it.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
requirements:
  - set as C(stdout_callback) in the configuration
options:
  live:
    description:
      - Whether a terminal has lines at its end that change. Without, it prints what a file would get.
    type: bool
    default: true
    env:
      - name: STUDIO_PROGRESS_LIVE
    ini:
      - section: callback_progress
        key: live
  interval:
    description:
      - After how many seconds it is told again what is waited for, where there is no terminal.
    type: float
    default: 30
    env:
      - name: STUDIO_PROGRESS_INTERVAL
    ini:
      - section: callback_progress
        key: interval
  remembered:
    description:
      - The file in which it is remembered how long AWS took in the last runs, so that the next run expects that.
        By default C(mlplatform.studio/waits.json) in Ansible's own folder, E(ANSIBLE_HOME).
    type: path
    env:
      - name: STUDIO_PROGRESS_REMEMBERED
    ini:
      - section: callback_progress
        key: remembered
extends_documentation_fragment:
  - default_callback
  - result_format_callback
notes:
  - It needs nothing but Ansible, and makes no connection. It shows no value that Ansible would hide.
"""

import atexit
import contextlib
import os
import sys
import threading
import time
import typing as t

from ansible import constants, context
from ansible.plugins.callback.default import CallbackModule as DefaultCallback

from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress import places, results, told
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.remembered import Remembered
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.shown import Shown
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.terminal import (
    Screen,
    Through,
    terminal_size,
    wrapped,
)

TICK = 1.0


class CallbackModule(DefaultCallback):  # type: ignore[misc]
    """The callback of this file."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "mlplatform.studio.progress"

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None
        self._screen: Screen | None = None
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._streams = (sys.stdout, sys.stderr)
        self._folder = ""
        self._is_terminal = False

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        """Begin to show the run, unless everything is wanted."""
        if self._display.verbosity:
            super().v2_playbook_on_start(playbook)
            return
        remembered = Remembered(self.get_option("remembered") or places.remembered())
        interval, is_check = float(self.get_option("interval")), bool(context.CLIARGS.get("check"))
        self._shown = Shown(self._say, remembered, interval, time.time, is_check=is_check)
        if self.get_option("live") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            self._draw()
        with contextlib.suppress(OSError):
            self._folder = told.make_folder(constants.DEFAULT_LOCAL_TMP)
            open(os.path.join(self._folder, told.SHOWN), "wb").close()
        atexit.register(self._close)
        threading.Thread(target=self._work, daemon=True).start()

    def _draw(self) -> None:
        self._is_terminal = True
        screen = self._screen = Screen(sys.stdout, terminal_size)
        os.register_at_fork(before=screen.hold, after_in_parent=screen.release, after_in_child=screen.forget)
        sys.stdout = t.cast(t.TextIO, Through(screen, sys.stdout))
        if sys.stderr.isatty():
            sys.stderr = t.cast(t.TextIO, Through(screen, sys.stderr))

    def _say(self, line: str, kind: str = "plain") -> None:
        colours = {"changed": constants.COLOR_CHANGED, "failed": constants.COLOR_ERROR, "muted": constants.COLOR_SKIP}
        to_stderr = kind == "failed" and bool(self.get_option("display_failed_stderr"))
        if self._is_terminal:
            line = wrapped(line, terminal_size()[0])
        self._display.display(line, color=colours.get(kind), stderr=to_stderr)

    def _work(self) -> None:
        shown = t.cast(Shown, self._shown)
        while not self._over.wait(TICK):
            with self._lock:
                if self._over.is_set():
                    return
                shown.told(told.read(self._folder) if self._folder else [])
                shown.tick()
                screen = self._screen
                if screen is None:
                    shown.tell_waits()
                lines = shown.live_lines() if screen else []
            # Not self._screen: _close() may have taken that away meanwhile, and a screen that is closed draws nothing.
            if screen:
                screen.draw(lines)

    def _close(self) -> None:
        """Leave the terminal as it was; after Ctrl-C, too."""
        self._over.set()
        if self._screen:
            self._screen.close()
            sys.stdout, sys.stderr = self._streams
            self._screen = None

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        """Take note of whether the play only says what it would do."""
        if self._shown is None:
            super().v2_playbook_on_play_start(play)
            return
        with self._lock:
            self._shown.play(
                predicts=bool(play.check_mode), is_free=str(play.strategy).endswith(("free", "host_pinned"))
            )

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        """Take note of what a host does."""
        if self._shown is None:
            super().v2_runner_on_start(host, task)
            return
        with self._lock:
            self._shown.started(host.get_name(), results.task_name(task))

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Say what was changed."""
        if self._shown is None:
            super().v2_runner_on_ok(result)
            return
        with self._lock:
            self._shown.ok(self._seen(result))

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        """Say what was changed for an item."""
        if self._shown is None:
            super().v2_runner_item_on_ok(result)
            return
        with self._lock:
            self._shown.ok(self._seen(result), is_item=True)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        """Say why it failed, once it is known that nothing rescues it."""
        if self._shown is None:
            super().v2_runner_on_failed(result, ignore_errors)
            return
        with self._lock:
            self._shown.failed(self._seen(result), ignore_errors)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        """Say that a host cannot be reached."""
        if self._shown is None:
            super().v2_runner_on_unreachable(result)
            return
        with self._lock:
            self._shown.failed(self._seen(result), bool(results.seen(result).ignores_unreachable))

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        """Say nothing but warnings."""
        if self._shown is None:
            super().v2_runner_on_skipped(result)
            return
        with self._lock:
            self._shown.skipped(self._seen(result).host)

    def _seen(self, result: t.Any) -> results.Seen:
        found = results.seen(result)
        self._handle_warnings(found.data)
        return found

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Say how it ended."""
        if self._shown is None:
            super().v2_playbook_on_stats(stats)
            return
        self._close()
        with self._lock:
            # What ended since the last look is remembered, too.
            self._shown.told(told.read(self._folder) if self._folder else [])
            self._shown.end({host: stats.summarize(host) for host in sorted(stats.processed)})


# What Ansible's own callback prints of these, a run shows in another way or not at all.
def _quiet(name: str) -> t.Callable[..., None]:
    def method(self: CallbackModule, *arguments: t.Any, **options: t.Any) -> None:
        if self._shown is None:
            getattr(super(CallbackModule, self), name)(*arguments, **options)

    method.__name__ = name
    return method


for _name in (
    "v2_on_file_diff",
    "v2_playbook_on_handler_task_start",
    "v2_playbook_on_include",
    "v2_playbook_on_no_hosts_matched",
    "v2_playbook_on_no_hosts_remaining",
    "v2_playbook_on_notify",
    "v2_playbook_on_task_start",
    "v2_runner_item_on_failed",
    "v2_runner_item_on_skipped",
    "v2_runner_on_async_failed",
    "v2_runner_on_async_ok",
    "v2_runner_on_async_poll",
    "v2_runner_retry",
):
    setattr(CallbackModule, _name, _quiet(_name))
