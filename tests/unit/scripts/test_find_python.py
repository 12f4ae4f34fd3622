# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python .venv is made of, with programs that only pretend to be one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHELL = shutil.which("sh")
# Says that it is fit for use, or is not, as find_python asks; tells where it is installed, as same_python asks; and
# makes an environment whose Python does the same. All it was asked stands in the file "asked" next to it.
PRETENDER = """\
#!/bin/sh
echo "$*" >> "{folder}/asked"
case "$*" in
*ensurepip*) exit {unusable} ;;
*base_prefix*) echo "{folder}" ;;
*"-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
"""


def pretender(folder, name="python3.11", unusable=0):
    """Make a program that pretends to be a Python; its path."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(PRETENDER.format(folder=folder, unusable=unusable))
    program.chmod(0o755)
    return program


def find(path, python=""):
    """Run find_python with a PATH of folders; (what it printed, what it complained of)."""
    environment = {"PATH": ":".join(map(str, path)), **({"PYTHON": str(python)} if python else {})}
    done = subprocess.run(
        [SHELL, ROOT / "scripts/find_python"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is bool(done.stdout) is not bool(done.stderr)
    return done.stdout.strip(), done.stderr.strip()


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "first", tmp_path / "second"


def test_python_that_does_not_run_is_passed_over(folders):
    pretender(folders[0], unusable=1)
    good = pretender(folders[1])
    assert find(folders) == (str(good), "")


def test_tested_version_comes_before_newer_ones_wherever_it_is(folders):
    pretender(folders[0], "python3.13")
    good = pretender(folders[1], "python3.11")
    assert find(folders)[0] == str(good)


def test_named_one_is_taken(folders):
    pretender(folders[0])
    named = pretender(folders[1], "python3.12")
    assert find(folders, "python3.12")[0] == str(named)


def test_path_is_taken_as_it_is(folders):
    pretender(folders[0])
    named = pretender(folders[1].with_name("with space"), "python")
    assert find(folders[:1], named)[0] == str(named)


@pytest.mark.parametrize("name", ["python3.12", "{folder}/python3.12", "{folder}/nothing"])
def test_named_one_that_is_not_fit_is_refused_by_name(folders, name):
    pretender(folders[0])
    pretender(folders[0], "python3.12", unusable=1)
    name = name.format(folder=folders[0])
    found, complaint = find(folders, name)
    assert found == "" and f"found as {name}." in complaint


@pytest.fixture
def make(tmp_path, folders):
    """Calls make in a copy of the Makefile; the paths of the Pythons that were asked to make .venv meanwhile."""
    copy = tmp_path / "clone"
    (copy / "scripts").mkdir(parents=True)
    for name in ("Makefile", "scripts/find_python", "scripts/same_python"):
        shutil.copy(ROOT / name, copy / name)
    (copy / "requirements-dev.txt").write_text("nothing==1\n")

    def make(*arguments):
        for folder in folders:
            (folder / "asked").unlink(missing_ok=True)
        environment = {"PATH": f"{folders[0]}:{folders[1]}:{os.defpath}"}
        subprocess.run(["make", "env", *arguments], cwd=copy, env=environment, check=True, capture_output=True)
        asked = {folder: folder / "asked" for folder in folders}
        return [folder for folder, file in asked.items() if file.exists() and "-m venv" in file.read_text()]

    make.folder = copy
    return make


def forget_that_it_is_made(make):
    """Leave .venv as a run leaves it that could not install everything."""
    for mark in make.folder.glob(".venv/.made-from-*"):
        mark.unlink()


def test_environment_is_made_once(make, folders):
    pretender(folders[0])
    assert make() == [folders[0]]
    assert make() == []
    forget_that_it_is_made(make)
    assert make() == []


def test_environment_that_another_python_left_half_made_is_made_anew(make, folders):
    pretender(folders[1])
    assert make() == [folders[1]]
    pretender(folders[0])
    assert make() == [], "what is whole stays"
    forget_that_it_is_made(make)
    assert make() == [folders[0]]


@pytest.mark.parametrize("as_path", [False, True])
def test_environment_is_made_anew_of_a_python_that_is_named(make, folders, as_path):
    pretender(folders[0])
    other = pretender(folders[1], "python3.12")
    assert make() == [folders[0]]
    named = f"PYTHON={other if as_path else other.name}"
    assert make(named) == [folders[1]]
    assert make(named) == []
    assert make() == [], "what was named stays until another one is"
