# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make environments for checks that must not share .venv: below .build, and once for each set of packages."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
# The programs that lie beside this Python.
PROGRAMS = Path(sys.executable).parent
USABLE = "import ensurepip, ssl, sys, venv; sys.exit('.'.join(map(str, sys.version_info[:2])) != sys.argv[1])"


class MissingPython(RuntimeError):
    """No Python of the wanted version runs here; the text says where it was looked for."""


# What make() and find_python() raise.
FAILURES = (MissingPython, subprocess.CalledProcessError)


def find_python(version: str) -> Path:
    """Return a Python of a version such as "3.13", from PATH or from pyenv. Raises MissingPython.

    Every candidate is started: a version manager may leave names behind that do not run.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [Path(folder) / f"python{version}" for folder in os.get_exec_path()]
    candidates += sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    for candidate in candidates:
        if candidate.exists() and _runs(candidate, version):
            return candidate
    raise MissingPython(f"Python {version} was not found on PATH or in {pyenv}; install it with its venv module.")


def _runs(python: Path, version: str) -> bool:
    command = [str(python), "-c", USABLE, version]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def make(name: str, python: Path, packages: list[str], constraints: list[str] | None = None) -> Path:
    """Return the folder of programs of .build/name, which holds only these packages and what they need.

    packages and constraints are lines of a requirements file. Raises subprocess.CalledProcessError when pip fails.
    """
    home = BUILD / name
    asked = "\n".join([python.name, *packages, "under", *(constraints or [])])
    mark = home / f".made-from-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
    if not mark.exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([str(python), "-m", "venv", str(home)], check=True)
        limits = home / "constraints.txt"
        limits.write_text("\n".join(constraints or []))
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", str(limits), *packages], check=True)
        mark.touch()
    return home / "bin"


def search_path(programs: Path = PROGRAMS) -> str:
    """Return a PATH on which a folder of programs comes first, then what this process's PATH has."""
    return os.pathsep.join([str(programs), os.environ.get("PATH") or os.defpath])


def is_requirement(line: str) -> bool:
    """Return whether a line of requirements-dev.txt names a package: it is no comment, and no hash of one."""
    return re.match(r"[A-Za-z0-9][\w.-]*==", line) is not None


def without_hashes(text: str) -> Iterable[str]:
    """Return the lines of a requirements file that a person writes."""
    return (line.removesuffix("\\").rstrip() for line in text.splitlines() if not line.startswith("    --hash="))


def pins() -> dict[str, str]:
    """Return the packages of requirements-dev.txt without their hashes, such as {"boto3": "boto3==1.43.106"}."""
    text = (ROOT / "requirements-dev.txt").read_text()
    return {line.partition("==")[0]: line for line in without_hashes(text) if is_requirement(line)}
