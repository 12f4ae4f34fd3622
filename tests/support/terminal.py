# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal of a test's own: a program runs in it, and what it showed at every moment can be looked at."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


class Terminal:
    """What a terminal with so many columns shows, of the sequences that a run may print; others are an error.

    `lines` are all lines since the beginning. A line that is longer than a row goes on in the next, as in a terminal.
    """

    def __init__(self, columns):
        self.columns = columns
        self.lines = [""]
        self.row = self.column = 0
        self._rest = ""

    def feed(self, text):
        """Take what a program prints."""
        text, self._rest = self._rest + text, ""
        while text:
            if text[0] == "\x1b":
                found = SEQUENCE.match(text)
                if found is None:
                    self._rest = text
                    return
                self._obey(found[1], found[2])
                text = text[found.end() :]
                continue
            self._put(text[0])
            text = text[1:]

    def _obey(self, argument, letter):
        if letter == "A":
            self.row = max(0, self.row - int(argument or 1))
        elif letter == "J" and argument in ("", "0"):
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1 :]
        elif letter != "m":
            raise AssertionError(f"The run printed a sequence that it has no use for: {argument}{letter}")

    def _put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n" or self.column == self.columns:
            self.row, self.column = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append("")
        if character not in "\r\n":
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += 1

    @property
    def text(self):
        """All lines, without empty ones at the end."""
        return "\n".join(line.rstrip() for line in self.lines).rstrip("\n")


def run_in_terminal(command, size, *, environment, folder, look=lambda terminal, process: None):
    """Run a command to its end in a terminal; (exit status, all that it printed, the Terminal at the end).

    `size` is (columns, rows); `look(terminal, process)` is called after everything that is printed.
    """
    columns, rows = size
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    terminal, printed = Terminal(columns), []
    end = time.monotonic() + 600
    try:
        while time.monotonic() < end:
            if not select.select([ours], [], [], 1)[0]:
                if process.poll() is not None:
                    break
                continue
            try:
                read = os.read(ours, 1 << 16)
            except OSError:  # Linux says so at the end
                break
            if not read:
                break
            printed.append(read.decode(errors="replace"))
            terminal.feed(printed[-1])
            look(terminal, process)
        return process.wait(30), "".join(printed), terminal
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
