# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal with lines at its end that are drawn again and again, below everything else that is printed."""

from __future__ import annotations

import contextlib
import os
import sys
import textwrap
import threading
import typing as t

UP_AND_CLEAR = "\x1b[{rows}A\r\x1b[J"


class Screen:
    """Draws below what others write to some streams of the same terminal. size() answers (columns, rows)."""

    def __init__(self, stream: t.TextIO, size: t.Callable[[], tuple[int, int]]) -> None:
        self._stream = stream
        self._size = size
        self._drawn: list[str] = []
        self._at_start_of_line = True
        self._lock = threading.RLock()
        self._closed = False

    def write(self, stream: t.TextIO, text: str) -> int:
        """Write what stays, where the drawn lines were; they come back with the next draw()."""
        with self._lock:
            self._clear()
            if text:
                self._at_start_of_line = text.endswith("\n")
            return stream.write(text)

    def draw(self, lines: t.Sequence[str]) -> None:
        """Draw lines in place of those that were drawn, as many as fit; none while somebody asks a question."""
        with self._lock:
            if self._closed or not self._at_start_of_line:
                return
            columns, rows = self._size()
            fitting = [cut(line, columns - 1) for line in fit(lines, rows - 2)]
            if fitting != self._drawn:
                self._clear()
                self._stream.write("".join(f"{line}\n" for line in fitting))
                self._stream.flush()
                self._drawn = fitting

    def close(self) -> None:
        """Take away what was drawn, and draw no more."""
        with self._lock:
            self._clear()
            self._closed = True

    def _clear(self) -> None:
        if self._drawn:
            columns = max(1, self._size()[0])
            # A terminal that has become narrower shows a line on several rows.
            rows = sum(max(1, -(-len(line) // columns)) for line in self._drawn)
            self._stream.write(UP_AND_CLEAR.format(rows=rows))
            self._stream.flush()
            self._drawn = []

    def hold(self) -> None:
        """Let nobody write until release(): a process that is forked meanwhile would wait for its lock for ever."""
        self._lock.acquire()

    def release(self) -> None:
        """Undo hold()."""
        self._lock.release()

    def forget(self) -> None:
        """In a process that was forked: draw nothing there."""
        self._lock = threading.RLock()
        self._drawn, self._closed = [], True


class Through:
    """Stands in for a stream of the terminal, so that what others write does not mix with what is drawn."""

    def __init__(self, screen: Screen, stream: t.TextIO) -> None:
        self._screen = screen
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text where the drawn lines were."""
        return self._screen.write(self._stream, text)

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._stream, name)


def cut(line: str, columns: int) -> str:
    """Return a line that is not longer than a number of columns."""
    return line if len(line) <= columns else f"{line[: max(0, columns - 1)]}…"[: max(0, columns)]


def wrapped(line: str, columns: int) -> str:
    """Return a line with a break between words where a row ends; a long word, such as an address, stays whole."""
    if len(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.fill(
        line,
        columns,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def fit(lines: t.Sequence[str], rows: int) -> list[str]:
    """Return as many lines as there is room for, the last of which says how many are left out."""
    if len(lines) <= rows:
        return list(lines)
    shown = max(0, rows - 1)
    return [*lines[:shown], f"and {len(lines) - shown} more"]


def terminal_size() -> tuple[int, int]:
    """Return (columns, rows) of the terminal of stdout, or what most have."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        found = os.get_terminal_size(t.cast(t.TextIO, sys.__stdout__).fileno())
        return found.columns or 80, found.lines or 24
    return 80, 24
