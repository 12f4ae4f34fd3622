# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what runs for one team and for many cost, as multiples of a unit that is measured in the same run.

The unit U is the CPU of one process that imports boto3 and makes one SageMaker client, measured around each run, so
that neither a slower machine nor other work on it gives other figures. They are printed with their limits and written
into benchmarks/README.md; the exit status is 1 if one misses.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from benchmarks.run import BenchmarkError, Figures, cpu_of_children, measure, write
from scripts import emulator_process

UNIT = "import boto3; boto3.client('sagemaker', 'eu-central-1', aws_access_key_id='a', aws_secret_access_key='b')"
FLEETS = (1, 12, 50)
ONE_MORE = ("-e", "domain_name=team-000", "-e", "user=zoe", "-e", "email=zoe@example.com")
# At most so many times the unit; the memory of "nothing to do" is in MiB, and the last one a ratio of wall times.
LIMITS = {
    "platform and one team, from nothing": 45,
    "platform and one team, nothing to do": 20,
    "teams.yml, 12 teams, nothing to do": 35,
    "teams.yml, 50 teams, nothing to do": 80,
    "the same, memory of all processes, MiB": 600,
    "drift.yml, 50 teams": 100,
    "one person added to one of 50 teams": 25,
    "teardown of one team": 30,
    "50 teams from nothing at AWS's pace, times the wall of one": 1.5,
}


@dataclasses.dataclass(frozen=True)
class Row:
    """A figure, in units unless its name says otherwise."""

    name: str
    value: float

    @property
    def limit(self) -> float | None:
        """The most that it may be, None where there is no limit."""
        return LIMITS.get(self.name)

    @property
    def good(self) -> bool:
        """Whether it keeps its limit."""
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{self.limit:g}"
        return f"| {self.name} | {self.value:.1f} | {limit} |"


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a run cost: CPU in units, and the memory of all processes in MiB."""

    units: float
    memory: float


def unit() -> float:
    """Return the unit in CPU seconds, the median of five."""

    def one() -> float:
        before = cpu_of_children()
        subprocess.run([sys.executable, "-c", UNIT], check=True)
        return cpu_of_children() - before

    return statistics.median(one() for _ in range(5))


def inventory(path: Path, teams: int, url: str) -> tuple[str, str]:
    """Write an inventory of a platform with so many teams, and return the arguments that name it."""
    people = [{"name": name, "email": f"{name}@example.com"} for name in ("ada", "grace")]
    script = {"name": "hello", "app_type": "JupyterLab", "content": "echo hello\n"}
    team = {"studio_users": people, "studio_spaces": [{"name": "lab"}], "studio_lifecycle_scripts": [script]}
    here = {"platform_name": "sagemaker-studio", "aws_region": "eu-central-1", "aws_endpoint_url": url}
    hosts = {f"team-{number:03}": team for number in range(teams)}
    groups = {"platforms": {"hosts": {"main": here}}, "teams": {"vars": {"studio_platform": "main"}, "hosts": hosts}}
    path.write_text(json.dumps({"all": {"children": groups}}))
    return "-i", str(path)


class Fleet:
    """A platform with so many teams on an emulator of their own, and runs of playbooks for them."""

    def __init__(self, folder: Path, teams: int, *arguments: str) -> None:
        self.teams = teams
        self._folder = folder
        self._port = emulator_process.free_port()
        emulator_process.start(self._port, list(arguments))
        url = f"http://127.0.0.1:{self._port}"
        self._inventory = inventory(folder / f"{teams}.json", teams, url)

    def run(self, playbook: str, *arguments: str) -> Figures:
        """Run a playbook to its end."""
        log = self._folder / f"{self.teams}-{Path(playbook).stem}.log"
        emulator = emulator_process.process_id(self._port)
        return measure((playbook, *self._inventory, *arguments), self._port, emulator, log)

    def cost(self, playbook: str, *arguments: str) -> Cost:
        """Run a playbook between two measurements of the unit, as other work slows down both alike."""
        before = unit()
        figures = self.run(playbook, *arguments)
        return Cost(figures.cpu / statistics.mean([before, unit()]), figures.memory)

    def stop(self) -> None:
        """Stop the emulator."""
        emulator_process.stop(self._port)


@contextlib.contextmanager
def fleet(folder: Path, teams: int, *arguments: str) -> t.Iterator[Fleet]:
    """A fleet, whose emulator is stopped in the end. arguments are the emulator's."""
    made = Fleet(folder, teams, *arguments)
    try:
        yield made
    finally:
        made.stop()


def of_one(folder: Path) -> t.Iterator[Row]:
    """Measure a platform with one team."""
    with fleet(folder, 1) as one:
        yield Row("platform and one team, from nothing", one.cost("site.yml").units)
        yield Row("platform and one team, nothing to do", one.cost("site.yml").units)
        yield Row("teams.yml, 1 team, nothing to do", one.cost("playbooks/teams.yml").units)
        gone = ("-e", "domain_name=team-000", "-e", "confirm=team-000")
        yield Row("teardown of one team", one.cost("playbooks/destroy.yml", *gone).units)


def of_many(folder: Path, teams: int) -> t.Iterator[Row]:
    """Measure a platform with many teams."""
    with fleet(folder, teams) as many:
        yield Row(f"platform and {teams} teams, from nothing", many.cost("site.yml").units)
        again = many.cost("playbooks/teams.yml")
        yield Row(f"teams.yml, {teams} teams, nothing to do", again.units)
        if teams != FLEETS[-1]:
            return
        yield Row("the same, memory of all processes, MiB", again.memory)
        drift = ("-e", f"drift_report_dir={folder / 'drift'}")
        yield Row(f"drift.yml, {teams} teams", many.cost("playbooks/drift.yml", *drift).units)
        yield Row(f"one person added to one of {teams} teams", many.cost("playbooks/teams.yml", *ONE_MORE).units)


def at_the_pace_of_aws(folder: Path) -> t.Iterator[Row]:
    """Measure how much longer many teams take than one where AWS takes its time."""
    walls = []
    for teams in (1, FLEETS[-1]):
        with fleet(folder, teams, "--latency-scale", "1") as slow:
            walls.append(slow.run("site.yml").wall)
    yield Row(f"{FLEETS[-1]} teams from nothing at AWS's pace, times the wall of one", walls[1] / walls[0])


def rows(folder: Path, more: t.Sequence[int], pace: bool) -> t.Iterator[Row]:
    """Yield every figure as soon as it is measured."""
    yield Row("U, CPU seconds", unit())
    yield from of_one(folder)
    for teams in (*FLEETS[1:], *more):
        yield from of_many(folder, teams)
    if pace:
        yield from at_the_pace_of_aws(folder)


def growth(measured: list[Row]) -> list[str]:
    """Return a plot of what nothing to do costs, by the number of teams (Mermaid)."""
    name, points = "nothing to do", {}
    for row in measured:
        words = row.name.split()
        if row.name.startswith("teams.yml") and row.name.endswith(name):
            points[int(words[1])] = row.value
    teams = sorted(points)
    return [
        "```mermaid",
        "xychart-beta",
        '    title "teams.yml with nothing to do"',
        f'    x-axis "teams" [{", ".join(map(str, teams))}]',
        '    y-axis "CPU in U"',
        f"    line [{', '.join(f'{points[number]:.1f}' for number in teams)}]",
        "```",
    ]


def main() -> int:
    """Print and write every figure; 1 if one misses its limit or nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleets", description=__doc__.splitlines()[0])
    parser.add_argument("--more", type=int, nargs="*", default=[], help="further numbers of teams, such as 200")
    parser.add_argument("--no-pace", action="store_true", help="without the runs at AWS's pace, which take 15 minutes")
    options = parser.parse_args()
    measured = []
    try:
        with tempfile.TemporaryDirectory(prefix="studio-fleets-") as folder:
            for row in rows(Path(folder), options.more, not options.no_pace):
                measured.append(row)
                print(row, flush=True)
    except (BenchmarkError, emulator_process.EmulatorProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    head = [
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, one run.",
        "",
        "| work | U | at most |",
        "|---|---|---|",
    ]
    write("fleets", "\n".join([*head, *map(str, measured), "", *growth(measured)]))
    return 0 if all(row.good for row in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
