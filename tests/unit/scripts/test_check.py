# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sum that the checks end with must be true."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from scripts import check, version_matrix
from scripts.check import Check, Result, count, summary


def suite(tmp_path, tests, errors=0, failures=0, skipped=0):
    results = tmp_path / "results.xml"
    counted = f'tests="{tests}" errors="{errors}" failures="{failures}" skipped="{skipped}"'
    results.write_text(f"<testsuites><testsuite {counted}/></testsuites>")
    return Check("unit", "unit", (), results)


@pytest.mark.parametrize(
    ("found", "status", "counted"),
    [
        ({"tests": 5}, 0, (5, 0, 0)),
        ({"tests": 5, "failures": 1, "errors": 1}, 1, (3, 2, 0)),
        ({"tests": 5, "skipped": 2}, 0, (3, 2, 2)),
        ({"tests": 0}, 5, (0, 1, 0)),
        ({"tests": 5}, 3, (5, 1, 0)),
    ],
)
def test_suite_counts_with_each_of_its_tests(tmp_path, found, status, counted):
    assert count(suite(tmp_path, **found), status) == counted


def test_suite_without_results_failed(tmp_path):
    assert count(Check("unit", "unit", (), tmp_path / "none.xml"), 0) == (0, 1, 0)


@pytest.mark.parametrize(("status", "counted"), [(0, (1, 0, 0)), (2, (0, 1, 0))])
def test_other_check_counts_as_one(status, counted):
    assert count(Check("lint", "ruff", ()), status) == counted


def test_last_line_is_the_sum():
    one = Check("lint", "ruff", ())
    assert summary([Result(one, 3, 0, 1.0), Result(one, 4, 2, 1.0)], 2.0).splitlines()[-1] == "7 passed, 2 failed"


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """Logs of checks that a test runs lie apart from those of the run that the test is part of."""
    monkeypatch.setattr(check, "LOGS", tmp_path)


def test_failing_command_is_shown_and_counted(logs, capsys):
    program = "print('what went wrong'); raise SystemExit(1)"
    result = check.Runner([], to_terminal=False).run(Check("lint", "x", (sys.executable, "-c", program)))
    assert (result.passed, result.failed) == (0, 1)
    assert "what went wrong" in capsys.readouterr().out


def test_missing_command_is_counted(logs):
    result = check.Runner([], to_terminal=False).run(Check("lint", "x", ("no-such-command",)))
    assert result.failed == 1
    assert "no-such-command" in result.note


def test_command_that_hangs_is_stopped(logs):
    program = "import time; time.sleep(60)"
    runner = check.Runner([], to_terminal=False, seconds=0.2)
    result = runner.run(Check("lint", "x", (sys.executable, "-c", program)))
    assert result.failed == 1
    assert result.seconds < 10


def test_missing_python_is_named_in_the_table_and_fails_nothing(logs, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    row = check.matrix_row("python-3.13", version_matrix.ROWS["python-3.13"])
    result = check.Runner([], to_terminal=False).run(row)
    assert (result.passed, result.failed) == (0, 0)
    named, _together, last = summary([result], 1.0).splitlines()[-3:]
    assert named.startswith("python-3.13") and "not run: Python 3.13 was not found" in named
    assert last == "0 passed, 0 failed"


def test_chaos_takes_hours_and_is_part_of_nothing():
    assert check.chaos().part not in {one.part for one in check.checks(long=True)}


def test_the_audit_is_part_of_lint_and_has_a_name_of_its_own_and_no_change_waits_for_it():
    (audit,) = check.of_parts(["audit"])
    assert audit in check.of_parts(["lint"])
    assert audit.name not in {one.name for one in check.checks(long=False)}
    assert check.of_parts(["no such part"]) == []


def test_every_row_of_the_matrix_is_among_all_checks_and_none_among_the_quick_ones():
    rows = {one.name for one in check.checks(long=True) if one.part == "version-matrix"}
    assert rows == set(version_matrix.ROWS)
    assert not rows & {one.name for one in check.checks(long=False)}


def test_nothing_outlives_a_run_that_is_ended(tmp_path):
    started = tmp_path / "started"
    endless = f"import pathlib, os, time; pathlib.Path({str(started)!r}).write_text(str(os.getpid())); time.sleep(60)"
    program = (
        "import sys; from scripts import check; check.checks = lambda long: "
        f"[check.Check('x', 'x', (sys.executable, '-c', {endless!r}))]; sys.argv = ['check']; check.main()"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=check.ROOT)
    end = time.monotonic() + 30
    while not (started.exists() and started.read_text()):
        assert time.monotonic() < end
        time.sleep(0.05)
    run.terminate()
    assert run.wait(10) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
