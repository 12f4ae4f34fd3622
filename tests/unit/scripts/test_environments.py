# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments of other Pythons: found, made once, and never left out in silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environments, version_matrix


def test_python_of_a_version_is_found(monkeypatch, tmp_path):
    broken = tmp_path / f"python{sys.version_info.major}.{sys.version_info.minor}"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(sys.executable).parent}")
    found = environments.find_python(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert found != broken
    command = [str(found), "-c", "import sys; print(sys.version_info[:2])"]
    assert subprocess.check_output(command, text=True).strip() == str(tuple(sys.version_info[:2]))


def test_missing_python_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(environments.MissingPython, match=r"Python 3\.13 was not found"):
        environments.find_python("3.13")


def test_row_whose_python_is_missing_failed(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(environments, "BUILD", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["version_matrix", "python-3.13"])
    assert version_matrix.main() == 1
    assert "Python 3.13 was not found" in capsys.readouterr().err


@pytest.mark.long
def test_environment_is_made_once_for_its_packages(monkeypatch, tmp_path):
    monkeypatch.setattr(environments, "BUILD", tmp_path)
    python = Path(sys.executable)
    programs = environments.make("one", python, ["pip"])
    (programs / "kept").touch()
    assert environments.make("one", python, ["pip"]) == programs
    assert (programs / "kept").exists()
    environments.make("one", python, ["pip", "pip>=1"])
    assert not (programs / "kept").exists()
