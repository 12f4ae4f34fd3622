# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the teardown of a team at AWS's pace, against what AWS alone takes for it.

The team has a running app, as teams have. The figures are printed with their limits and written into
benchmarks/README.md; the exit status is 1 if one misses.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.emulator import Figure
from benchmarks.run import BenchmarkError, write
from emulator.timing.latency import TYPICAL
from tests.support.account import Account
from tests.support.deployments import deploy
from tests.support.playbook import run_playbook

# Each begins when the one before is over: AWS keeps a space while its app runs, a profile while it owns a space, and a
# domain while it has profiles. The file system goes with the domain.
CRITICAL_PATH = ("app.delete", "space.delete", "user_profile.delete", "domain.delete")
ALLOWED = 1.2


def measure(state: Path) -> list[Figure]:
    """Return the figures; state is a directory that does not exist yet."""
    deploy(state)
    account = Account("--state", str(state), "--latency-scale", "1")
    try:
        started = time.monotonic()
        named = ("-e", "domain_name=team1", "-e", "confirm=team1")
        run = run_playbook("playbooks/destroy.yml", *named, url=account.url)
        wall = time.monotonic() - started
        if run.status:
            raise BenchmarkError(f"The teardown failed:\n{run.output[-4000:]}")
    finally:
        account.stop()
    waits = sum(TYPICAL[name].seconds for name in CRITICAL_PATH)
    return [
        Figure(f"AWS's waits, one after the other: {', '.join(CRITICAL_PATH)}", waits, "s"),
        Figure("teardown of a team", wall, "s", ALLOWED * waits),
    ]


def table(figures: list[Figure]) -> str:
    """Return the Markdown that goes into benchmarks/README.md."""
    lines = [f"{time.strftime('%Y-%m-%d')}, one run.", "", "| figure | measured s | limit s |", "|---|---|---|"]
    for one in figures:
        lines.append(f"| {one.name} | {one.value:.1f} | {'' if one.limit is None else f'{one.limit:.1f}'} |")
    return "\n".join(lines)


def main() -> int:
    """Print and write every figure; 1 if one misses its limit or nothing could be measured."""
    try:
        with tempfile.TemporaryDirectory(prefix="studio-teardown-") as directory:
            figures = measure(Path(directory) / "state")
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    print(*figures, sep="\n")
    write("teardown", table(figures))
    return 0 if all(figure.good for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
