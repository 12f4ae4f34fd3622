# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the project's checks, several at a time, and say what passed.

The last line is "N passed, N failed": the sum over all checks, where a test suite counts with each of its tests and
every other check as one. A skipped test counts as failed: a check that did not run proves nothing.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from pathlib import Path

from scripts import audit, emulator_process, environments, prowler, version_matrix

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".build" / "logs"
CORES = os.cpu_count() or 1
# How long one check may take: of make test, and of what also runs what takes long.
TIMEOUT_SECONDS = 60 * 60
LONG_TIMEOUT_SECONDS = 240 * 60
CHAOS_TIMEOUT_SECONDS = 12 * 60 * 60
# What bandit looks at: all Python but the tests.
PYTHON = ("acceptance", "emulator", "plugins", "roles", "scripts", "benchmarks")
# The discard port: a check that talks to AWS without saying where must not find anything.
NOWHERE = 9


@dataclasses.dataclass(frozen=True)
class Check:
    """A command that succeeds or not. A test suite writes its results to ``results``.

    ``python`` is the version that it cannot run without; where this machine has none, the closing table says so.
    ``unless_told`` are arguments that those of the command line replace, ``takes_more`` says that it has others.
    ``not_done`` is the exit status that says that it could not take place; its last line then says why.
    """

    part: str
    name: str
    command: tuple[str, ...]
    results: Path | None = None
    python: str | None = None
    unless_told: tuple[str, ...] = ()
    takes_more: bool = False
    not_done: int | None = None

    def told(self, extra: list[str]) -> list[str]:
        """Return the command with what the command line says more: what a suite runs, or another choice."""
        takes_more = self.results or self.unless_told or self.takes_more
        return [*self.command, *((extra or self.unless_told) if takes_more else ())]


@dataclasses.dataclass(frozen=True)
class Result:
    """What a check found; ``note`` says why it counts as failed where its own output does not."""

    check: Check
    passed: int
    failed: int
    seconds: float
    note: str = ""


def suite(part: str, *arguments: str, name: str | None = None) -> Check:
    """Return the check that runs a folder of tests/."""
    results = LOGS / f"{name or part}.xml"
    return Check(part, name or part, ("pytest", "--quiet", f"--junitxml={results}", *arguments), results)


def longest_first() -> list[str]:
    """Return what tests/integration has: files that run playbooks first, as the many small ones even out the end."""
    folder = ROOT / "tests" / "integration"
    found = [*sorted(folder.glob("test_*.py")), folder / "modules"]
    return [str(path.relative_to(ROOT)) for path in found]


def matrix_row(name: str, row: version_matrix.Row) -> Check:
    """Return the check that runs the collection's tests on other versions of Ansible and Python."""
    results = LOGS / f"{name}.xml"
    arguments = (
        "--quiet",
        f"--junitxml={results}",
        "-n",
        str(CORES),
        "--dist=loadfile",
        "-m",
        "not long and not chaos",
    )
    command = (sys.executable, "-m", "scripts.version_matrix", name, *arguments)
    return Check("version-matrix", name, command, results, row.python)


def plugin_packages() -> list[str]:
    """Return the arguments that name to mypy the typed folders of plugins/, by the names that their files import."""
    typed = ("action", "callback", "connection", "filter", "lookup", "module_utils", "modules", "plugin_utils")
    return [
        argument
        for name in typed
        for argument in ("--package", f"ansible_collections.mlplatform.studio.plugins.{name}")
    ]


def checks(long: bool) -> list[Check]:
    """Return all checks, the longest first; with long also those that ``make test`` leaves out."""
    docs = ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "dependent", ".")
    marked = ("--hypothesis-profile=long", "-m", "not chaos") if long else ("-m", "not long and not chaos")
    workers = ("-n", str(CORES))
    quick = [
        # The tests of a file tell one story of one account, so a file stays with one worker.
        suite("integration", *longest_first(), *workers, "--dist=loadfile", "--no-loadscope-reorder", *marked),
        Check("sanity", "sanity", (sys.executable, "-m", "scripts.sanity")),
        suite("emulator-tests", "tests/emulator", "tests/acceptance", *workers, *marked),
        # One platform for all of them, and pictures of what failed.
        suite("browser", "tests/browser", "--screenshot=only-on-failure", "--output=.build/browser", *marked),
        suite("unit", "tests/unit", *marked),
        Check("lint", "ansible-lint", ("ansible-lint",)),
        Check("lint", "collection docs", (sys.executable, "-m", "scripts.collection_tree", "docs", *docs)),
        Check("lint", "changelog", ("antsibull-changelog", "lint")),
        Check("lint", "yamllint", ("yamllint", "--strict", ".")),
        Check("lint", "ruff", ("ruff", "check", "--no-cache", ".")),
        Check("lint", "format", ("ruff", "format", "--no-cache", "--check", ".")),
        Check("lint", "secrets", (sys.executable, "-m", "scripts.find_secrets")),
        Check("lint", "bandit", ("bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", *PYTHON)),
        Check("lint", "mypy emulator", ("mypy", "--python-version", "3.11", "emulator", "acceptance")),
        Check("lint", "mypy plugins", ("mypy", *plugin_packages())),
    ]
    slow = [
        Check("lint", "audit", (sys.executable, "-m", "scripts.audit"), takes_more=True, not_done=audit.NOT_DONE),
        Check("prowler", "prowler", (sys.executable, "-m", "scripts.prowler"), python=prowler.PYTHON, takes_more=True),
        Check("build-check", "build-check", (sys.executable, "-m", "scripts.build_check")),
        Check("molecule", "molecule", ("molecule", "test"), unless_told=("--all",)),
        *(matrix_row(name, row) for name, row in version_matrix.ROWS.items()),
    ]
    return quick + slow if long else quick


def chaos() -> Check:
    """Return the check that takes hours, and that only its name runs."""
    return suite("chaos", "tests/integration", "-n", str(CORES), "--dist=load", "-m", "chaos")


def of_parts(parts: list[str]) -> list[Check]:
    """Return the checks of these parts, or that have these names, with what takes long."""
    return [check for check in (*checks(long=True), chaos()) if {check.part, check.name} & set(parts)]


class Runner:
    """Runs checks as process groups of their own, so that none outlives its time or this program."""

    def __init__(self, extra: list[str], to_terminal: bool, seconds: float = TIMEOUT_SECONDS) -> None:
        self._extra = extra
        self._to_terminal = to_terminal
        self._seconds = seconds
        self._environment = {**emulator_process.environment(NOWHERE), "ANSIBLE_HOME": str(ROOT / ".build" / "ansible")}
        if not to_terminal:
            self._environment["NO_COLOR"] = "1"
        self._running: set[subprocess.Popen] = set()

    def run(self, check: Check) -> Result:
        """Run one check to its end; its output goes to the terminal, or to a log that is shown when it fails."""
        started = time.monotonic()
        if lacking := missing_python(check):
            print(f"not run  {check.name}  {lacking}", flush=True)
            return Result(check, 0, 0, 0.0, f"not run: {lacking}")
        if check.results:
            check.results.unlink(missing_ok=True)
        log = LOGS / f"{check.name.replace(' ', '-')}.log"
        with log.open("w") as output:
            status, note = self._run(check, None if self._to_terminal else output)
        passed, failed, skipped = count(check, status)
        if status == check.not_done:
            note = "not done" if self._to_terminal else log.read_text(errors="replace").strip().splitlines()[-1]
        if skipped:
            note = f"{skipped} skipped"
        result = Result(check, passed, failed, time.monotonic() - started, note)
        if not self._to_terminal:
            report(result, log)
        return result

    def _run(self, check: Check, output) -> tuple[int, str]:
        command = check.told(self._extra)
        try:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        except OSError as error:
            return 1, str(error)
        self._running.add(process)
        try:
            return process.wait(self._seconds), ""
        except subprocess.TimeoutExpired:
            return 1, f"stopped after {self._seconds // 60} minutes"
        finally:
            self._kill(process)

    def _kill(self, process: subprocess.Popen) -> None:
        self._running.discard(process)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def stop(self) -> None:
        """End everything that still runs."""
        for process in list(self._running):
            self._kill(process)


def missing_python(check: Check) -> str:
    """Return what to say of a check whose Python is not on this machine, "" where it can run."""
    try:
        if check.python:
            environments.find_python(check.python)
    except environments.MissingPython as error:
        return str(error)
    return ""


def count(check: Check, status: int) -> tuple[int, int, int]:
    """Return how much of a finished check passed and failed, and how many of the failed were skipped tests."""
    if status == check.not_done:
        return 0, 0, 0
    if check.results is None:
        return (1, 0, 0) if status == 0 else (0, 1, 0)
    if not check.results.exists():
        return 0, 1, 0
    suites = list(xml.etree.ElementTree.parse(check.results).getroot().iter("testsuite"))  # nosec B314 # noqa: S314 - our own file
    total, errors, failures, skipped = (
        sum(int(one.get(name, 0)) for one in suites) for name in ("tests", "errors", "failures", "skipped")
    )
    failed = errors + failures + skipped
    # pytest can end badly with every test passed, or with none at all.
    if status != 0 and failed == 0:
        failed = 1
    return total - errors - failures - skipped, failed, skipped


def report(result: Result, log: Path) -> None:
    """Say how a check ended; a failed one shows its output."""
    word = "FAILED" if result.failed else "passed" if result.passed else "not done"
    text = f"\n{log.read_text(errors='replace').rstrip()}\n" if result.failed else ""
    print(f"{text}{word}  {result.check.name}  {result.seconds:.0f} s  {result.note}".rstrip(), flush=True)


def summary(results: list[Result], seconds: float) -> str:
    """Return the closing table, whose last line is the sum."""
    lines = ["", f"{'check':<18}{'passed':>8}{'failed':>8}{'seconds':>9}"]
    lines += [
        f"{one.check.name:<18}{one.passed:>8}{one.failed:>8}{one.seconds:>9.1f}  {one.note}".rstrip() for one in results
    ]
    lines.append(f"{'together':<34}{seconds:>9.1f}")
    lines.append(f"{sum(one.passed for one in results)} passed, {sum(one.failed for one in results)} failed")
    return "\n".join(lines)


def main() -> int:
    """Run the checks that the command line names, or all; return 0 only if nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.check", description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="also what takes too long for every change")
    parser.add_argument("parts", nargs="*", metavar="part", help="lint, sanity, unit, ...; all when none is given")
    options, extra = parser.parse_known_args()
    long = options.all or bool(options.parts)
    if unknown := [part for part in options.parts if not of_parts([part])]:
        parser.error(f"no such part: {', '.join(unknown)}")
    chosen = of_parts(options.parts) if options.parts else checks(long)
    LOGS.mkdir(parents=True, exist_ok=True)
    seconds = CHAOS_TIMEOUT_SECONDS if "chaos" in options.parts else LONG_TIMEOUT_SECONDS if long else TIMEOUT_SECONDS
    runner = Runner(extra, len(chosen) == 1, seconds)
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with concurrent.futures.ThreadPoolExecutor(max_workers=CORES) as pool:
        try:
            results = list(pool.map(runner.run, chosen))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runner.stop()
            raise
    print(summary(results, time.monotonic() - started))
    return 1 if any(one.failed for one in results) else 0


if __name__ == "__main__":
    sys.exit(main())
