# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what terminals show of real runs into docs/terminal: python -m tests.support.terminal_pictures

For each width an emulator is started at a twentieth of AWS's pace, and site.yml runs on it twice: the picture of the
first is taken while teams wait for their domains, that of the second at its end.
"""

import re
import sys
import tempfile
from pathlib import Path

from scripts import emulator_process
from tests.support.playbook import ROOT
from tests.support.terminal import run_in_terminal

FOLDER = ROOT / "docs" / "terminal"
WIDTHS = (80, 200)
ROWS = 24
# Both teams of the demo, of which the second one waits for some seconds.
WAITING = re.compile(r"^team\d  domain  Pending (?:[5-9]|\d\d) s", re.MULTILINE)
COMMAND = ("ansible-playbook", "site.yml")


class PictureError(RuntimeError):
    """There is nothing to take a picture of; the text says why."""


def picture(terminal):
    """What a terminal of so many ROWS shows now."""
    return "\n".join(line.rstrip() for line in terminal.lines[-ROWS:]).rstrip() + "\n"


def take(columns):
    """Return the pictures by the names of their files. Raises PictureError."""
    port = emulator_process.free_port()
    emulator_process.start(port, ["--latency-scale", "0.05"])
    waiting = []

    def look(terminal, process):
        if len(WAITING.findall(terminal.text)) == 2:
            waiting[:] = [picture(terminal)]

    with tempfile.TemporaryDirectory() as home:
        environment = {**emulator_process.environment(port), "ANSIBLE_HOME": home, "TERM": "xterm-256color"}
        program = (str(Path(sys.executable).with_name(COMMAND[0])), *COMMAND[1:])
        try:
            for one in (look, lambda terminal, process: None):
                status, _printed, terminal = run_in_terminal(
                    program, (columns, ROWS), environment=environment, folder=ROOT, look=one
                )
                if status:
                    raise PictureError(terminal.text)
        finally:
            emulator_process.stop(port)
    if not waiting:
        raise PictureError("Both teams were never seen to wait for their domains.")
    again = f"$ {' '.join(COMMAND)}\n{picture(terminal)}"
    return {f"waiting-{columns}.txt": waiting[0], f"unchanged-{columns}.txt": again}


def main():
    """Write all pictures; return 0."""
    FOLDER.mkdir(exist_ok=True)
    for columns in WIDTHS:
        for name, text in take(columns).items():
            (FOLDER / name).write_text(text)
            print(FOLDER / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
