# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test integration with an emulator of its own; the command line names targets, all when there are none.

tests/integration/test_targets.py runs the same targets without ansible-test, and is what the checks use.
"""

from __future__ import annotations

import subprocess
import sys

from scripts import emulator_process, sanity
from scripts.collection_tree import lay_out


def main() -> int:
    """Run the targets; return ansible-test's exit status."""
    sanity.prepare_home()
    collection = lay_out("integration")
    port = emulator_process.free_port()
    emulator_process.start(port)
    try:
        # ansible-test passes no AWS_ENDPOINT_URL on to its targets; it reads their variables from this file.
        settings = collection / "tests" / "integration" / "integration_config.yml"
        settings.write_text(f"---\nemulator_url: http://127.0.0.1:{port}\n")
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        command = ["ansible-test", "integration", "--local", "--python", version, "--color", "no", *sys.argv[1:]]
        return subprocess.run(command, cwd=collection, env=sanity.environment(), check=False).returncode
    finally:
        emulator_process.stop(port)


if __name__ == "__main__":
    sys.exit(main())
