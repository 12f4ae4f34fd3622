# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the project's playbooks, with a line of progress while they last and their output in a file each."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import yaml

from acceptance.account import Account
from acceptance.names import PEOPLE, PLATFORM, TEAMS

ROOT = Path(__file__).parents[1]
EVERY_SECONDS = 30
# A run that takes so many times its usual minutes is ended: no wait is without an end.
PATIENCE = 8
RECAP = re.compile(r"^\S+\s+: ok=\d+\s+changed=(\d+)\s+unreachable=\d+\s+failed=\d+", re.MULTILINE)
# People's passwords go to the playbooks by the environment, and into no file.
PASSWORD = "ACCEPTANCE_PASSWORD"  # noqa: S105 - a variable's name


class StepError(RuntimeError):
    """A step did not do what it should; the text says so in a sentence."""


@dataclasses.dataclass(frozen=True)
class Run:
    """How a playbook ended: its exit status, what it printed, and how many things it changed."""

    status: int
    output: str

    @property
    def changed(self) -> int:
        """The sum of the recap."""
        return sum(int(one) for one in RECAP.findall(self.output))


def inventory(account: Account, people: dict[str, list[str]]) -> dict[str, t.Any]:
    """Return the inventory of the platform and its teams; people are the names by team."""
    password = f"{{{{ lookup('ansible.builtin.env', '{PASSWORD}') }}}}"
    return {
        "platforms": {
            "hosts": {
                "main": {
                    "platform_name": PLATFORM,
                    "aws_region": account.region,
                    "aws_account_id": account.number,
                    "aws_profile": account.session.profile_name if account.session.profile_name != "default" else "",
                }
            }
        },
        "teams": {
            "vars": {
                "studio_platform": "main",
                "platform_name": PLATFORM,
                "aws_region": account.region,
                "studio_remove_unlisted_people": True,
                "studio_people_without_team": "delete",
                "studio_key_deletion_days": 7,
            },
            "hosts": {
                team: {
                    "studio_users": [
                        {"name": name, "email": f"{name}@example.com", "password": password} for name in people[team]
                    ]
                }
                for team in TEAMS
            },
        },
    }


class Playbooks:
    """Runs playbooks on an account with an inventory in a folder; `tell` is given lines of progress."""

    def __init__(self, account: Account, folder: Path, password: str, tell: t.Callable[[str], None]) -> None:
        self._account, self._folder, self._password, self._tell = account, folder, password, tell
        self._inventory = folder / "inventory.yml"
        self._number = 0
        self.describe(PEOPLE)

    def describe(self, people: dict[str, list[str]]) -> None:
        """Write the inventory with these people by team."""
        self._inventory.write_text(yaml.safe_dump(inventory(self._account, people), sort_keys=False))

    def run(self, playbook: str, *, minutes: float, **variables: t.Any) -> Run:
        """Run a playbook to its end. Raises StepError where it fails, or takes many times its usual minutes."""
        run = self.try_to_run(playbook, minutes=minutes, **variables)
        if run.status:
            raise StepError(f"{playbook}.yml failed (status {run.status}): {last_words(run.output)}")
        return run

    def try_to_run(self, playbook: str, *, minutes: float, **variables: t.Any) -> Run:
        """Run a playbook, however it ends."""
        self._number += 1
        log = self._folder / f"{self._number:02}-{Path(playbook).name}.log"
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(self._inventory)]
        command += [f"{playbook}.yml", "-e", yaml.safe_dump(variables, default_flow_style=True).strip()]
        # The logs have every task's result.
        settings = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
        environment = {**os.environ, PASSWORD: self._password, **settings}
        with log.open("w") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            try:
                self._wait(process, playbook, minutes)
            except BaseException:
                # After Ctrl-C the playbook has the signal too, and ends by itself; its next run finishes the work.
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
                process.wait(timeout=60)
                raise
        return Run(process.returncode, log.read_text())

    def _wait(self, process: subprocess.Popen[bytes], playbook: str, minutes: float) -> None:
        started = time.monotonic()
        while True:
            try:
                process.wait(EVERY_SECONDS)
                return
            except subprocess.TimeoutExpired:
                passed = time.monotonic() - started
                self._tell(f"{playbook}.yml has run for {passed / 60:.1f} of about {minutes:.0f} minutes")
                if passed > PATIENCE * 60 * minutes:
                    raise StepError(f"{playbook}.yml did not end within {PATIENCE * minutes:.0f} minutes.") from None


def last_words(output: str) -> str:
    """Return the sentence of the first failure in a playbook's output, or its last line."""
    failures = re.findall(r'"?msg"?: ?"?(.+?)"?,?$', output, re.MULTILINE)
    lines = [line for line in output.splitlines() if line.strip()]
    return (failures or lines or ["it printed nothing"])[0 if failures else -1][:600]
