# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a page of docs/ to the letter: its files are written, its commands run, its outputs compared.

A block of a file begins with a comment that is the file's path. A block `console` has commands, a line each. A block
`text` after it is what they print: these lines, in this order, with whatever other lines between them.
"""

import dataclasses
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from scripts.collection_tree import copy_files, tracked_files
from scripts.emulator_process import environment

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^ *```(\w+)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:#!.*\n)?# ([\w-]+/[\w./-]+)\n")
DOCUMENTED_PORT = "4566"
# What is another one in each run: ids, durations, times and days.
VARYING = [
    (r"\b(d|vpc|vpce|fs|sg|subnet)-[0-9a-z]+", r"\1-ID"),
    (r"execute-api/[0-9a-z]+", "execute-api/ID"),
    (r"\b\d+ min( \d+ s)?\b|\b\d+(\.\d+)? s\b", "TIME"),
    (r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?( UTC)?", "DAY"),
    (r"(/[\w.-]+)+/(drift|preflight|inventories)/", r"\2/"),
    (r"(~|(/[\w.-]+)*)/\.studio-", "~/.studio-"),
]
AWS = f'#!/bin/sh\nexec {sys.executable} -P {ROOT}/tests/support/aws_command.py "$@"\n'


@dataclasses.dataclass
class Step:
    """Commands of a block, and the lines that the page shows as their output."""

    commands: list[str]
    shown: list[str]


@dataclasses.dataclass(frozen=True)
class Done:
    """A step that was done: what it printed, and each command's exit status."""

    step: Step
    printed: str
    statuses: list[int]


def read(page):
    """The blocks of a page: (path, text) of a file, or a Step."""
    found = []
    for language, block in BLOCK.findall((DOCS / page).read_text()):
        text = textwrap.dedent(block)
        if language == "console":
            found.append(Step(text.replace("\\\n", " ").splitlines(), []))
        elif language == "text":
            found[-1].shown.extend(text.splitlines())
        elif path := FILE.match(text):
            found.append((path[1], text))
    return found


def steps(page):
    """The steps of a page."""
    return [block for block in read(page) if isinstance(block, Step)]


def alike(text):
    """Text without what is another one in each run."""
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text.rstrip()


def missing(done):
    """The lines that a page shows and that were not printed in their order."""
    printed = iter([alike(line) for line in done.printed.splitlines()])
    return [line for line in done.step.shown if line.strip() and alike(line) not in printed]


class Workspace:
    """A clone of the project in a folder of its own, with an emulator at a port; pages are followed there."""

    def __init__(self, folder, port):
        self.folder, self.port = folder / "mlplatform.studio", port
        # What guides take for granted, and the tutorial says itself: programs ask the emulator.
        self.settings = (
            f"export AWS_ENDPOINT_URL=http://127.0.0.1:{port}",
            "export AWS_ACCESS_KEY_ID=111111111111 AWS_SECRET_ACCESS_KEY=emulator",
        )
        copy_files(tracked_files(), self.folder, keep_links=True)
        (self.folder / ".venv").symlink_to(ROOT / ".venv")
        (folder / "bin").mkdir()
        aws = folder / "bin" / "aws"
        aws.write_text(AWS)
        aws.chmod(0o755)

    def run(self, *commands):
        """Run commands that no page shows; return what they printed. Fails with that where one ends badly."""
        told = self._run("\n".join(["set -e", f"cd {self.folder}", *self.settings, *commands, "echo @done"]))
        assert "@done" in told, told[-3000:]
        return told

    def follow(self, page):
        """Do all steps of a page, and return them as Done."""
        wanted = steps(page)
        told = self._run(self._script(read(page))).replace(str(self.port), DOCUMENTED_PORT)
        parts = told.split("@begin\n")[1:]
        assert len(parts) == len(wanted), told[-3000:]
        return [
            Done(
                step,
                re.sub(r"^@end \d+\n", "", part, flags=re.MULTILINE),
                list(map(int, re.findall(r"^@end (\d+)$", part, re.MULTILINE))),
            )
            for step, part in zip(wanted, parts, strict=True)
        ]

    def _run(self, script):
        """What a script printed. Programs that it leaves behind hold a file open, and not a pipe that is waited for."""
        output = self.folder.parent / "printed.txt"
        with output.open("w") as printed:
            subprocess.run(
                ["bash", "-c", script],
                cwd=self.folder.parent,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                check=False,
            )
        return output.read_text()

    def _environment(self):
        clean = environment(self.port)
        for name in [name for name in clean if name.startswith("AWS_") and name != "AWS_EC2_METADATA_DISABLED"]:
            del clean[name]
        path = f"{self.folder.parent}/bin{os.pathsep}{clean['PATH']}"
        return {**clean, "EMULATOR_PORT": str(self.port), "PATH": path, "AWS_CONFIG_FILE": os.devnull, "NO_COLOR": "1"}

    def _script(self, blocks):
        # The clone is there already, with changes that no commit has yet.
        lines = ['git() { [ "$1" = clone ]; }', "export -f git"]
        if not any(isinstance(block, Step) and any("git clone" in one for one in block.commands) for block in blocks):
            lines += [f"cd {self.folder}", *self.settings]
        for block in blocks:
            if isinstance(block, Step):
                lines.append("echo; echo @begin")
                lines += [f'{{ {command}\n}} 2>&1; told=$?; echo; echo "@end $told"' for command in block.commands]
            else:
                path, text = block
                lines += [f"mkdir -p {Path(path).parent}", f"cat > {path} <<'@file'\n{text}@file"]
        return "\n".join(lines).replace(DOCUMENTED_PORT, str(self.port))
