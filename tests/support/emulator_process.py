# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator as a process of its own, for settings that the one inside the test process does not have."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PREFIX = "Listening on "


class EmulatorProcess:
    """A running `python -m emulator`; `url` and `port` are its address, `process` the subprocess.Popen."""

    def __init__(self, *arguments):
        command = [sys.executable, "-m", "emulator", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().strip()
        if not line.startswith(PREFIX):
            self.stop()
            raise RuntimeError(f"{' '.join(command)} did not start: {line or 'no output'}")
        self.url = line.removeprefix(PREFIX)
        self.port = int(self.url.rpartition(":")[2])

    def kill(self):
        """Kill it, as nothing can be kept from."""
        self.process.kill()
        self.stop()

    def stop(self):
        """Stop it as `make emulator-stop` does and return the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        return status


def run_emulator(*arguments):
    """A `python -m emulator` that ends by itself, as a subprocess.CompletedProcess with what it printed."""
    command = [sys.executable, "-m", "emulator", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
