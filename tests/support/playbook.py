# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the project's playbooks as a user does, against an emulator of the test's own."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.run import processes_below

ROOT = Path(__file__).parents[2]
# What tests read is every task's result, and not what people are shown.
ANSIBLES_OWN_OUTPUT = {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """How a playbook ended: its exit status, and all it printed."""

    status: int
    output: str

    @property
    def changed(self):
        """What the recap counts as changed, over all hosts; None where there was no recap."""
        hosts = RECAP.findall(self.output)
        return sum(int(changed) for _host, changed, _unreachable, _failed in hosts) if hosts else None


def start_playbook(playbook, *arguments, url, output, environment=None):
    """Start `playbook` with the demo's inventory against the emulator at `url`; its process, printing to a file."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), playbook, *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "STUDIO_"))}
    settings = {"AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**clean, **settings, "ANSIBLE_NOCOLOR": "1", **ANSIBLES_OWN_OUTPUT, **(environment or {})},
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def run_playbook(playbook, *arguments, url, environment=None):
    """Run `playbook` with the demo's inventory against the emulator at `url` and return a Run."""
    with tempfile.TemporaryFile("w+") as output:
        status = start_playbook(playbook, *arguments, url=url, output=output, environment=environment).wait()
        output.seek(0)
        return Run(status, output.read())


def kill_playbook(process):
    """End a playbook as a power cut does: with everything that it started, and without a word."""
    for pid in processes_below(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
