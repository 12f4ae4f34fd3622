# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what a run costs: wall and CPU seconds, and memory, of the playbooks against the emulator.

Every round starts an emulator of its own and deploys from nothing; the table shows the median of the rounds.
The CPU of a run is that of ansible-playbook and all that it starts; the emulator's stands beside it.
Memory is the peak of emulator and run together, as proportional set size, so that shared pages count once.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import dataclasses
import os
import platform
import resource
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from scripts import emulator_process

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "benchmarks" / "README.md"
ROUNDS = 3
SAMPLE_SECONDS = 0.5
PR_SET_CHILD_SUBREAPER = 36
PLATFORM = ("playbooks/platform.yml",)
TEAM = ("playbooks/teams.yml", "-e", "domain_name=team1")
BOTH = ("site.yml", "-e", "domain_name=team1")
RUNS = (
    ("platform from nothing", PLATFORM),
    ("one team from nothing", TEAM),
    ("both again, nothing to do", BOTH),
)


class BenchmarkError(RuntimeError):
    """A run failed, so its figures would mean nothing."""


@dataclasses.dataclass(frozen=True)
class Figures:
    """What one run took: seconds, and the peak of memory in MiB."""

    wall: float
    cpu: float
    emulator_cpu: float
    memory: float


def processes_below(pid: int) -> list[int]:
    """Return a process and all its descendants that run now (Linux)."""
    found = [pid]
    for parent in found:
        try:
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
        except OSError:
            continue
    return found


def adopt_orphans() -> None:
    """Make what outlives its parent a child of this process, as the process that runs modules does (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_all_but(pid: int) -> None:
    """Wait until this process has no descendants but one and those below it."""
    while others := set(processes_below(os.getpid())) - {os.getpid(), *processes_below(pid)}:
        for other in others:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(other, os.WNOHANG)
        time.sleep(0.01)


def memory_of(pids: list[int]) -> float:
    """Return the proportional set size of processes together, in MiB; one that just ended counts as nothing."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def cpu_of(pid: int) -> float:
    """Return the CPU seconds, user and system, of a process and its children that ended."""
    # The command's name, in brackets, may hold spaces; the four times are the 12th to 15th field after it (proc(5)).
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


class MemoryWatch(threading.Thread):
    """Samples the memory of some processes and their descendants until stopped; ``peak`` is in MiB."""

    def __init__(self, roots: list[int]) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._roots = roots
        self._stopped = threading.Event()

    def run(self) -> None:
        """Sample until stop() is called."""
        while not self._stopped.wait(SAMPLE_SECONDS):
            pids = {pid for root in self._roots for pid in processes_below(root)} - {os.getpid()}
            self.peak = max(self.peak, memory_of(sorted(pids)))

    def stop(self) -> None:
        """End the sampling."""
        self._stopped.set()
        self.join()


def measure(playbook: tuple[str, ...], port: int, emulator: int, log: Path) -> Figures:
    """Run a playbook against the emulator (process id emulator) at the port and return what it took."""
    adopt_orphans()
    before, emulator_before, started = cpu_of_children(), cpu_of(emulator), time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            ["ansible-playbook", *playbook],
            cwd=ROOT,
            env=emulator_process.environment(port),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        watch = MemoryWatch([os.getpid(), emulator])
        watch.start()
        status = process.wait()
        wall = time.monotonic() - started
        watch.stop()
        wait_for_all_but(emulator)
    if status:
        raise BenchmarkError(f"ansible-playbook {' '.join(playbook)} failed; see {log}")
    return Figures(wall, cpu_of_children() - before, cpu_of(emulator) - emulator_before, watch.peak)


def cpu_of_children() -> float:
    """Return the CPU seconds, user and system, of all children that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def one_round(logs: Path) -> list[Figures]:
    """Measure every run once, on a fresh emulator."""
    port = emulator_process.free_port()
    emulator_process.start(port)
    try:
        emulator = emulator_process.process_id(port)
        return [
            measure(playbook, port, emulator, logs / f"{number}.log")
            for number, (_, playbook) in enumerate(RUNS, start=1)
        ]
    finally:
        emulator_process.stop(port)


def median(figures: list[Figures]) -> Figures:
    """Return the medians of several runs' figures, each figure for itself."""
    return Figures(*(statistics.median(values) for values in zip(*map(dataclasses.astuple, figures), strict=True)))


def table(rounds: list[list[Figures]]) -> str:
    """Return the Markdown that goes into benchmarks/README.md."""
    versions = f"Python {platform.python_version()}, {os.cpu_count()} cores, median of {len(rounds)}"
    lines = [f"{time.strftime('%Y-%m-%d')}, {versions}.", ""]
    lines += ["| run | wall s | CPU s | emulator CPU s | peak MiB |", "|---|---|---|---|---|"]
    for (name, _), figures in zip(RUNS, zip(*rounds, strict=True), strict=True):
        one = median(list(figures))
        lines.append(f"| {name} | {one.wall:.1f} | {one.cpu:.1f} | {one.emulator_cpu:.1f} | {one.memory:.0f} |")
    return "\n".join(lines)


def write(section: str, measured: str) -> None:
    """Put Markdown between the marks of a section of benchmarks/README.md."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    before, _, rest = REPORT.read_text().partition(begin)
    _, _, after = rest.partition(end)
    REPORT.write_text(f"{before}{begin}\n\n{measured}\n\n{end}{after}")


def main() -> int:
    """Run the benchmark; return 0 if every run succeeded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    logs = ROOT / ".build" / "benchmarks"
    logs.mkdir(parents=True, exist_ok=True)
    try:
        measured = table([one_round(logs) for _ in range(options.rounds)])
    except (BenchmarkError, emulator_process.EmulatorProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    write("measured", measured)
    print(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
