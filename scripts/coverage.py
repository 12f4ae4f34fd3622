# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the unit tests, and tell which lines that changed since a branch none of them reaches.

It tells, and fails for nothing: what modules do to AWS is tested by tests/integration, in processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.check import NOWHERE
from scripts.emulator_process import environment
from scripts.environments import BUILD, ROOT

FOLDER = BUILD / "coverage"
DATA, XML = FOLDER / "data", FOLDER / "coverage.xml"
SETTINGS = f"""\
[run]
data_file = {DATA}
source = plugins, emulator, acceptance, scripts
"""


def main() -> int:
    """Measure, and show the difference to the branch that the command line names; 0 where the tests pass."""
    branch, *tests = sys.argv[1:] or ["main"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = FOLDER / "coverage.ini"
    settings.write_text(SETTINGS)
    pytest = ["run", f"--rcfile={settings}", "-m", "pytest", "--quiet", *(tests or ["tests/unit"])]
    status = _run(sys.executable, "-m", "coverage", *pytest)
    _run(sys.executable, "-m", "coverage", "xml", f"--rcfile={settings}", "--quiet", "-o", str(XML))
    diff_cover = str(Path(sys.executable).with_name("diff-cover"))
    return _run(diff_cover, str(XML), f"--compare-branch={branch}", "--include-untracked") or status


def _run(*command: str) -> int:
    return subprocess.run(command, cwd=ROOT, env=environment(NOWHERE), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
