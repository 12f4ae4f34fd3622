# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the file of a lifecycle script is looked for, and which files are refused."""

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils import script_files
from tests.unit.policies.rendering import team_with

PLACES = ["inventories/ours", "inventories/ours/files", "inventories/files", "project", "project/files", "here/files"]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The folders, as a run has them: playbooks lie below the project's."""
    for place in (*PLACES, "project/playbooks"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def script(folders, path, inventory="inventories/ours/hosts.yml"):
    """The only script of a team whose inventory is a file, or a folder, as the run read it."""
    places = script_files.script_folders(str(folders / "inventories/ours"), str(folders / "project/playbooks"))
    described = [{"name": "proxy", "app_type": "JupyterLab", "script": str(path)}]
    team = team_with(studio_lifecycle_scripts=described).team
    return script_files.with_contents(team, places, [str(folders / inventory)]).lifecycle_scripts[0]


@pytest.mark.parametrize("number", range(len(PLACES)))
def test_file_of_the_nearest_folder_is_taken(folders, number):
    for place in PLACES[number:]:
        (folders / place / "proxy.sh").write_text(f"echo {place}\n\n")
    assert script(folders, "proxy.sh").content == f"echo {PLACES[number]}\n\n"


def test_path_may_name_folders_and_be_absolute(folders):
    """As in AWX, where only the project has files: the path begins at the project."""
    file = folders / "project/inventories/theirs/files/proxy.sh"
    file.parent.mkdir(parents=True)
    file.write_text("echo ours\n")
    assert script(folders, "inventories/theirs/files/proxy.sh").content == "echo ours\n"
    assert script(folders, file).content == "echo ours\n"


def test_file_that_is_nowhere_is_said_to_be_missing(folders):
    found = script(folders, "proxy.sh")
    assert found.content == "" and found.fault.startswith("cannot be read: proxy.sh, looked for in ")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"echo \xe4\n", "is not UTF-8 text"),
        (b" \n", "is empty"),
        ("echo \N{OK HAND SIGN}\n".encode(), ""),
    ],
)
def test_file_is_utf_8_text(folders, content, fault):
    (folders / "project/files/proxy.sh").write_bytes(content)
    assert script(folders, "proxy.sh").fault.startswith(fault)


@pytest.mark.parametrize(
    ("place", "refused"), [("inventories/ours", True), ("inventories/ours/host_vars", False), ("inventories", False)]
)
def test_script_that_ansible_would_run_as_an_inventory_is_refused(folders, place, refused):
    file = folders / place / "proxy.sh"
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/bash\necho hello\n")
    found = script(folders, file, inventory="inventories/ours")
    assert found.fault.startswith("lies in the inventory's folder") is refused
    assert bool(found.content) is not refused


@pytest.mark.parametrize("patterns", [[], ["^files$"]])
def test_folder_that_ansible_is_told_to_ignore_is_no_inventory(folders, monkeypatch, patterns):
    (folders / "inventories/ours/files/proxy.sh").write_text("echo hello\n")
    monkeypatch.setattr(script_files.constants, "INVENTORY_IGNORE_PATTERNS", patterns)
    assert bool(script(folders, "proxy.sh", inventory="inventories/ours").fault) is not bool(patterns)
