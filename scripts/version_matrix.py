# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tests of the collection on another version of Ansible and Python.

These are its unit tests, those of its modules, and site.yml twice; this also without warm modules.
Alone, a Python that is missing fails its row; among other checks the closing table names it.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from scripts import environments
from scripts.environments import ROOT

# What the tests import beside Ansible, at the versions of requirements-dev.txt.
PACKAGES = (
    "ministack", "Hypercorn", "cryptography", "boto3", "botocore", "PyYAML", "requests", "pytest", "pytest-xdist",
    "hypothesis",
    "jsonschema", "setuptools", "parliament", "cloudsplaining", "policy_sentry",
)  # fmt: skip
# These belong to Ansible, and every Ansible wants its own.
ANSIBLE = ("ansible", "ansible-core", "resolvelib")
# The rest of tests/unit is about this repository, in the environment that the Makefile made.
TESTS = (
    "tests/unit",
    "--ignore=tests/unit/test_house.py",
    "--ignore=tests/unit/test_awx.py",
    "--ignore=tests/unit/scripts",
    "tests/integration/modules",
    "tests/integration/test_targets.py",
    "tests/integration/test_run_module.py",
    "tests/integration/test_warm_modules.py",
    "tests/integration/test_site.py::test_second_run_changes_nothing",
)
# What runs again with a Python of its own for each module, as by the connection local.
WITHOUT_WARM_MODULES = (
    "tests/integration/test_targets.py",
    "tests/integration/test_site.py::test_second_run_changes_nothing",
)


@dataclasses.dataclass(frozen=True)
class Row:
    """A version of Python and one of Ansible; ansible-core alone gets the amazon.aws of our own environment."""

    python: str
    ansible: str


# The oldest Ansible that meta/runtime.yml allows, and the newest for each newer Python.
ROWS = {
    "core-2.17": Row("3.11", "ansible-core==2.17.14"),
    "python-3.12": Row("3.12", "ansible==14.5.0"),
    "python-3.13": Row("3.13", "ansible==14.5.0"),
}


def make(name: str, row: Row) -> Path:
    """Make the environment of a row where it is missing; return its folder of programs."""
    pins = environments.pins()
    packages = [row.ansible, *(pins[package] for package in PACKAGES)]
    constraints = [line for package, line in pins.items() if package not in ANSIBLE]
    programs = environments.make(f"matrix/{name}", environments.find_python(row.python), packages, constraints)
    if row.ansible.startswith("ansible-core"):
        _link_amazon_aws(programs.parent / "lib" / f"python{row.python}" / "site-packages")
    return programs


def _link_amazon_aws(packages: Path) -> None:
    """Put amazon.aws on the collections path that every Ansible has: its own Python's packages."""
    link = packages / "ansible_collections" / "amazon" / "aws"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(next(iter(importlib.util.find_spec("ansible_collections.amazon.aws").submodule_search_locations)))


def main() -> int:
    """Run the tests of the row that the command line names; further arguments go to pytest. Return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.version_matrix", description=__doc__.splitlines()[0])
    parser.add_argument("row", choices=ROWS)
    options, arguments = parser.parse_known_args()
    try:
        programs = make(options.row, ROWS[options.row])
    except environments.FAILURES as error:
        print(error, file=sys.stderr)
        return 1
    environment = {**os.environ, "PATH": environments.search_path(programs)}
    command = [str(programs / "python"), "-m", "pytest"]
    warm = subprocess.run([*command, *TESTS, *arguments], cwd=ROOT, env=environment, check=False)
    command += ["--quiet", "-m", "not long and not chaos", *WITHOUT_WARM_MODULES]
    cold = subprocess.run(command, cwd=ROOT, env={**environment, "STUDIO_WARM_MODULES": "false"}, check=False)
    return warm.returncode or cold.returncode


if __name__ == "__main__":
    sys.exit(main())
