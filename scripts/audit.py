# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a vulnerability service about every package that requirements-dev.txt pins, with pip-audit.

pip-audit takes a package that the service does not answer for as one without vulnerabilities. Here it is one that was
not asked about: where there are such, and nothing else was found, the exit status is NOT_DONE, and with --required 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import environments
from scripts.environments import BUILD

_OF_SOUPSIEVE = "its mend needs Python 3.11.5 and 3.11.2 must do; nothing here selects in documents of others"
_OF_GALAXY = (
    "whether 2.19.14 is mended is not told; nothing here installs a collection or checks out a repository of others"
)
# By an id of the advisory: why it does no harm here. What stands here is told, and fails nothing.
EXPLAINED = {
    "CVE-2026-126189": _OF_SOUPSIEVE,
    "CVE-2026-126191": _OF_SOUPSIEVE,
    "CVE-2026-59890": "it is about source distributions made on macOS; parliament needs pkg_resources, gone in 82",
    "CVE-2026-115622": "no module here gives a secret to warn() or deprecate(); ansible-core 2.22 mends it for users",
    **dict.fromkeys(("CVE-2026-89091", "CVE-2026-130644", "CVE-2026-84503", "CVE-2026-16493"), _OF_GALAXY),
}
# EX_TEMPFAIL of sysexits.h: try again later, or where there is a network.
NOT_DONE = 75
SECONDS = 10 * 60


def look_up(requirements: list[str]) -> list[dict] | None:
    """Return what pip-audit says of each package, None where it ended without an answer."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder) / "asked.txt", Path(folder) / "answer.json"
        asked.write_text("\n".join(requirements))
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(asked), "--no-deps", "--disable-pip"]
        command += ["--cache-dir", str(BUILD / "pip-audit"), "--progress-spinner", "off"]
        command += ["--format", "json", "--output", str(answer)]
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(answer.read_text())["dependencies"] if answer.exists() else None


def told(answer: list[dict] | None) -> tuple[int, list[str]]:
    """Return the exit status for an answer, and what to say."""
    if answer is None:
        return NOT_DONE, ["not done: the vulnerability service did not answer."]
    found = [(one, each, _explanation(each)) for one in answer for each in one.get("vulns", [])]
    bad = [f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version'}"
           for one, each, reason in found if not reason]  # fmt: skip
    unasked = [one["name"] for one in answer if "skip_reason" in one]
    explained = [f"{one['name']} {one['version']}: {each['id']}: {reason}." for one, each, reason in found if reason]
    lines = [*bad, *explained]
    if unasked:
        lines.append(
            f"not done: the vulnerability service does not answer for {len(unasked)} of {len(answer)} packages, "
            f"{unasked[0]} among them."
        )
    if bad:
        return 1, lines
    return (NOT_DONE, lines) if unasked else (0, [*lines, _good(len(answer), len(explained))])


def _explanation(vulnerability: dict) -> str:
    """Return why a vulnerability does no harm here, "" where nobody said so; it has an id in each database."""
    ids = (vulnerability["id"], *vulnerability.get("aliases", []))
    return next((EXPLAINED[one] for one in ids if one in EXPLAINED), "")


def _good(asked: int, explained: int) -> str:
    return f"{asked} packages have no known vulnerability{' but the explained ones' if explained else ''}."


def main() -> int:
    """Audit the pins, and say what was found or that nothing could be."""
    parser = argparse.ArgumentParser(prog="python -m scripts.audit", description=__doc__.splitlines()[0])
    parser.add_argument("--required", action="store_true", help="fail where the service does not answer")
    required = parser.parse_args().required
    status, lines = told(look_up(list(environments.pins().values())))
    print("\n".join(lines))
    return 1 if required and status == NOT_DONE else status


if __name__ == "__main__":
    sys.exit(main())
