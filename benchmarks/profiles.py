# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure many user profiles in one task: making them at AWS's pace, and finding them as they should be.

The figures are printed with their limits and written into benchmarks/README.md; the exit status is 1 if one misses.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

from benchmarks.emulator import Emulator, Figure, create_domain, network, settle
from benchmarks.run import ROOT, BenchmarkError, cpu_of_children, write
from scripts import emulator_process

MANY = 100
ROUNDS = 3


def make_domain(state: str) -> str:
    """Return the id of a settled domain, left in the folder state: a domain takes minutes at AWS's pace."""
    with Emulator("--state", state) as emulator:
        vpc, subnet = network(emulator)
        sagemaker = emulator.client("sagemaker")
        domain_id = create_domain(sagemaker, "team1", vpc, subnet)
        settle(sagemaker, domain_id)
    return domain_id


def settle_time(emulator: Emulator, domain_id: str) -> float:
    """Return the seconds from the creation of one profile to its being InService."""
    sagemaker = emulator.client("sagemaker")
    profile = {"DomainId": domain_id, "UserProfileName": "alone"}
    started = time.monotonic()
    sagemaker.create_user_profile(**profile)
    while sagemaker.describe_user_profile(**profile)["Status"] != "InService":
        time.sleep(0.05)
    return time.monotonic() - started


def run_task(emulator: Emulator, domain_id: str, number: int, changed: bool) -> tuple[float, float]:
    """Return the wall and CPU seconds of a playbook with one task for a number of profiles.

    Raises BenchmarkError when it fails, or changes something where nothing should change, or the other way round.
    """
    wanted = {"domain_id": domain_id, "user_profiles": [{"name": f"person{one}"} for one in range(number)]}
    cpu, started = cpu_of_children(), time.monotonic()
    ended = subprocess.run(
        ["ansible-playbook", "benchmarks/profiles.yml", "-e", json.dumps(wanted)],
        cwd=ROOT,
        env={**emulator_process.environment(urlsplit(emulator.url).port), "AWS_REGION": "eu-central-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.monotonic() - started
    if ended.returncode or f"changed={int(changed)} " not in ended.stdout:
        raise BenchmarkError(
            f"{MANY} profiles were not done as expected:\n{ended.stdout[-4000:]}{ended.stderr[-2000:]}"
        )
    return wall, cpu_of_children() - cpu


def measure(state: str) -> list[Figure]:
    """Return the figures; state is an empty folder."""
    domain_id = make_domain(state)
    with Emulator("--state", state, "--latency-scale", "1") as emulator:
        one = settle_time(emulator, domain_id)
        made, _ = run_task(emulator, domain_id, MANY, changed=True)
        rounds = [
            tuple(run_task(emulator, domain_id, number, changed=False)[1] for number in (MANY, 1))
            for _ in range(ROUNDS)
        ]
    of_many, of_one = (statistics.median(values) for values in zip(*rounds, strict=True))
    return [
        Figure("one profile settles", one, "s"),
        Figure(f"{MANY} profiles made by one task", made, "s", 1.5 * one + 10),
        Figure("nothing to do for one profile, CPU", of_one, "s"),
        Figure(f"nothing to do for {MANY} profiles, CPU", of_many, "s", 2 * of_one),
    ]


def table(figures: list[Figure]) -> str:
    """Return the Markdown that goes into benchmarks/README.md."""
    lines = [
        f"{time.strftime('%Y-%m-%d')}, median of {ROUNDS}.",
        "",
        "| figure | measured s | limit s |",
        "|---|---|---|",
    ]
    for one in figures:
        lines.append(f"| {one.name} | {one.value:.2f} | {'' if one.limit is None else f'{one.limit:.2f}'} |")
    return "\n".join(lines)


def main() -> int:
    """Print and write every figure; 1 if one misses its limit or nothing could be measured."""
    try:
        with tempfile.TemporaryDirectory(prefix="studio-profiles-") as state:
            figures = measure(state)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    print(*figures, sep="\n")
    write("profiles", table(figures))
    return 0 if all(figure.good for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
