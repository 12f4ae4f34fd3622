# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An audit that did not take place must neither pass nor fail, and one that did must say what it found."""

from __future__ import annotations

import http.server
import json
import re
import sys
import threading

import pytest
from packaging.utils import canonicalize_name

from scripts import audit, check, environments

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


@pytest.fixture
def osv(monkeypatch):
    """A service as api.osv.dev is, on this machine: its advisories, and the packages that it was asked for."""
    advisories: dict[str, dict] = {}
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            asked.append(name)
            body = json.dumps({"vulns": [advisories[name]]} if name in advisories else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{server.server_port}/v1/query")
    yield advisories, asked
    server.shutdown()
    server.server_close()


def advisory(package, name, mended):
    """An advisory of OSV's schema about all versions before one."""
    events = [{"introduced": "0"}, {"fixed": mended}]
    affected = {"package": {"name": package, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"schema_version": "1.7.0", "id": name, "summary": "planted", "affected": [affected]}


def test_each_pin_is_asked_for_and_a_planted_advisory_fails_the_audit(monkeypatch, capsys, osv):
    """The real pip-audit, with the pins of requirements-dev.txt."""
    advisories, asked = osv
    monkeypatch.setattr(sys, "argv", ["audit", "--required"])
    assert audit.main() == 0
    pins = {canonicalize_name(name) for name in environments.pins()}
    assert set(asked) == pins
    assert f"{len(pins)} packages have no known vulnerability." in capsys.readouterr().out
    advisories["setuptools"] = advisory("setuptools", "CVE-2026-59890", "999")
    assert audit.main() == 0
    advisories["jinja2"] = advisory("jinja2", "CVE-2099-1", "999")
    assert audit.main() == 1
    said = capsys.readouterr().out
    assert re.search(r"^[Jj]inja2 [\d.]+: CVE-2099-1, mended in 999$", said, re.MULTILINE)
    assert "CVE-2026-59890: it is about source distributions" in said


def test_service_that_is_not_there_is_told(monkeypatch, capsys, osv):
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://127.0.0.1:9/v1/query")
    monkeypatch.setattr(sys, "argv", ["audit", "--required"])
    assert audit.main() == 1
    assert capsys.readouterr().out.startswith("not done: ")
