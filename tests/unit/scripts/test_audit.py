# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An audit that did not take place must neither pass nor fail, and one that did must say what it found."""

from __future__ import annotations

import sys

import pytest

from scripts import audit, check

CLEAN = {"name": "six", "version": "1.17.0", "vulns": []}
BAD = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "CVE-1", "fix_versions": ["2.10.1"]}]}
KNOWN = {
    "name": "setuptools",
    "version": "80.9.0",
    "vulns": [{"id": "PYSEC-2026-3447", "aliases": ["CVE-2026-59890"], "fix_versions": ["83.0.0"]}],
}
UNASKED = {"name": "requests", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ([CLEAN], 0, "1 packages have no known vulnerability"),
        ([CLEAN, KNOWN], 0, "setuptools 80.9.0: PYSEC-2026-3447: it is about source distributions"),
        ([CLEAN, KNOWN], 0, "2 packages have no known vulnerability but the explained ones"),
        ([KNOWN, BAD], 1, "jinja2 2.10: CVE-1, mended in 2.10.1"),
        ([CLEAN, BAD], 1, "jinja2 2.10: CVE-1, mended in 2.10.1"),
        ([CLEAN, UNASKED], audit.NOT_DONE, "not done: the vulnerability service does not answer for 1 of 2"),
        ([BAD, UNASKED], 1, "not done: the vulnerability service does not answer for 1 of 2"),
        (None, audit.NOT_DONE, "not done: the vulnerability service did not answer"),
    ],
)
def test_answer_is_told_as_what_it_is(answer, status, said):
    found, lines = audit.told(answer)
    assert found == status
    assert said in "\n".join(lines)


@pytest.mark.parametrize(("arguments", "status"), [([], audit.NOT_DONE), (["--required"], 1)])
def test_release_needs_an_answer(monkeypatch, capsys, arguments, status):
    monkeypatch.setattr(audit, "look_up", lambda requirements: None)
    monkeypatch.setattr(sys, "argv", ["audit", *arguments])
    assert audit.main() == status
    assert capsys.readouterr().out.startswith("not done")


def test_what_was_not_done_is_named_in_the_table_and_counts_as_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(check, "LOGS", tmp_path)
    program = f"print('not done: nobody answers'); raise SystemExit({audit.NOT_DONE})"
    one = check.Check("audit", "audit", (sys.executable, "-c", program), not_done=audit.NOT_DONE)
    result = check.Runner([], to_terminal=False).run(one)
    assert (result.passed, result.failed) == (0, 0)
    named, _together, last = check.summary([result], 1.0).splitlines()[-3:]
    assert named.startswith("audit") and named.endswith("not done: nobody answers")
    assert last == "0 passed, 0 failed"
    assert "not done  audit" in capsys.readouterr().out


def test_status_of_what_is_not_done_fails_other_checks(monkeypatch, tmp_path):
    monkeypatch.setattr(check, "LOGS", tmp_path)
    program = f"raise SystemExit({audit.NOT_DONE})"
    result = check.Runner([], to_terminal=False).run(check.Check("lint", "x", (sys.executable, "-c", program)))
    assert result.failed == 1
