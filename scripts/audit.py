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
    bad = [f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version'}"
           for one in answer for each in one.get("vulns", [])]  # fmt: skip
    unasked = [one["name"] for one in answer if "skip_reason" in one]
    lines = [*bad]
    if unasked:
        lines.append(
            f"not done: the vulnerability service does not answer for {len(unasked)} of {len(answer)} packages, "
            f"{unasked[0]} among them."
        )
    if bad:
        return 1, lines
    return (NOT_DONE, lines) if unasked else (0, [f"{len(answer)} packages have no known vulnerability."])


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
