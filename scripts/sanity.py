# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test sanity on what the collection ships.

Its home is a folder in .build, where it finds our get-pip.py; nothing outside .build is written.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.collection_tree import BUILD, ROOT, lay_out

HOME = BUILD / "home"


def prepare_home() -> None:
    """Give ansible-test a home with our get-pip.py and the pip settings that hold here.

    ansible-test passes no environment variables on to pip, so settings made there go into a file.
    """
    source = Path(importlib.util.find_spec("ansible_test").origin).parent / "_internal" / "python_requirements.py"
    version = re.search(r"pip='([\d.]+)'", source.read_text())
    if version is None:
        raise SystemExit(
            f"{source} names no pip version: scripts/sanity.py must learn how this ansible-test finds pip."
        )
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / "scripts" / "get_pip.py", cache / f"get_pip_{version[1].replace('.', '_')}.py")
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    (HOME / ".pip").mkdir(exist_ok=True)
    (HOME / ".pip" / "pip.conf").write_text(pip_configuration(listed.splitlines()))


def pip_configuration(listed: list[str]) -> str:
    """Return the text of a pip.conf from the lines of "pip config list", such as global.index-url='https://...'.

    A setting of the environment (:env:.index-url) goes before one of a file, as in pip itself.
    """
    settings = {}
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        settings[name.rsplit(".", 1)[-1]] = ast.literal_eval(value).split()
    return "\n".join(["[global]", *(f"{name} = " + "\n  ".join(values) for name, values in settings.items()), ""])


def environment() -> dict[str, str]:
    """Return ansible-test's environment. Version managers' shims look like Pythons to it and need not work."""
    path = [str(Path(sys.executable).parent)]
    path += [folder for folder in os.get_exec_path() if not folder.rstrip("/").endswith("/shims")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    return {**kept, "HOME": str(HOME), "PATH": os.pathsep.join(path)}


def main() -> int:
    """Run ansible-test sanity with the arguments of the command line; return its exit status."""
    prepare_home()
    collection = lay_out("sanity")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["ansible-test", "sanity", "--local", "--python", version, "--color", "no", *sys.argv[1:]]
    return subprocess.run(command, cwd=collection, env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
