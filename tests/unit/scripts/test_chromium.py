# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Chromium is found, or installed, or it is said in a sentence that there is none."""

from __future__ import annotations

import os
import subprocess

import pytest

from scripts import chromium


@pytest.fixture
def folder(tmp_path):
    """A folder for programs, alone on the PATH."""
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def program(path, text="exit 0"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def environ(folder, **more):
    return {"PATH": str(folder), "HOME": str(folder.parent), **more}


@pytest.mark.parametrize("name", chromium.NAMES)
def test_a_chromium_on_the_path_is_found(folder, name):
    path = program(folder / name)
    assert chromium.find(environ(folder)) == path


@pytest.mark.parametrize("variable", chromium.VARIABLES)
def test_a_named_one_comes_first(folder, tmp_path, variable):
    program(folder / "chromium")
    named = program(tmp_path / "mine")
    assert chromium.find(environ(folder, **{variable: str(named)})) == named


def test_playwrights_own_is_found(folder):
    path = program(folder.parent / ".cache/ms-playwright/chromium-1200/chrome-linux64/chrome")
    assert chromium.find(environ(folder)) == path


def test_none_is_a_sentence_that_says_what_to_do(folder):
    with pytest.raises(chromium.NoChromiumError, match=r"there is none on the PATH.*apt-get install chromium"):
        chromium.find(environ(folder))


def test_a_wrong_name_is_not_replaced_by_another(folder):
    program(folder / "chromium")
    with pytest.raises(chromium.NoChromiumError, match="CHROMIUM names /nowhere, which is no program here"):
        chromium.find(environ(folder, CHROMIUM="/nowhere"))


@pytest.fixture
def as_root(folder, monkeypatch):
    """main() as root with this folder as PATH."""
    for name in chromium.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ(folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_root_installs_it_after_an_update(folder, as_root, capfd):
    making = f"echo > {folder}/chromium && /bin/chmod +x {folder}/chromium"
    program(folder / "apt-get", f'echo "$@" >> {folder}/asked; [ "$1" = update ] || {{ {making}; }}')
    assert chromium.main() == 0
    update, install = (folder / "asked").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install") and install.endswith(" chromium")


def test_nothing_is_installed_where_there_is_one(folder, as_root, monkeypatch):
    program(folder / "chromium")
    monkeypatch.setattr(subprocess, "run", pytest.fail)
    assert chromium.main() == 0


def test_others_than_root_are_told(folder, as_root, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program(folder / "apt-get")
    assert chromium.main() == 1
    assert "only root can install it" in capsys.readouterr().err


def test_an_installation_that_fails_is_told(folder, as_root, capsys):
    program(folder / "apt-get", 'echo "E: Unable to locate package chromium" >&2; exit 100')
    assert chromium.main() == 1
    assert "apt-get update could not install Chromium: E: Unable to locate package" in capsys.readouterr().err
