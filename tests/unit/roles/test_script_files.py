# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the file of a lifecycle script is looked for: beside the inventory, then in the project."""

import pytest

from tests.unit.policies.rendering import team_with

PLACES = ["inventory", "inventory/files", "project", "project/files"]


@pytest.fixture
def folders(tmp_path):
    """The folders, as a run has them: the role's own is two below the project's."""
    for place in (*PLACES, "project/roles/studio"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    return tmp_path


def texts(folders, script, **variables):
    """The texts of one script of a team of the inventory."""
    given = {
        "inventory_dir": str(folders / "inventory"),
        "role_path": str(folders / "project/roles/studio"),
        **variables,
    }
    described = [{"name": "proxy", "app_type": "JupyterLab", "script": script}]
    return team_with(studio_lifecycle_scripts=described, **given).value("studio__script_texts")


@pytest.mark.parametrize("number", range(len(PLACES)))
def test_file_of_the_nearest_folder_is_taken(folders, number):
    for place in PLACES[number:]:
        (folders / place / "proxy.sh").write_text(f"echo {place}\n\n")
    assert texts(folders, "proxy.sh") == [f"echo {PLACES[number]}\n\n"]


def test_path_may_name_folders_and_be_absolute(folders):
    """As in AWX, where only the project has files: the path begins at the project."""
    file = folders / "project/inventories/ours/files/proxy.sh"
    file.parent.mkdir(parents=True)
    file.write_text("echo ours\n")
    assert texts(folders, "inventories/ours/files/proxy.sh") == ["echo ours\n"]
    assert texts(folders, str(file)) == ["echo ours\n"]


def test_team_that_no_inventory_lists_has_its_files_beside_the_others(folders):
    (folders / "inventory/files/proxy.sh").write_text("echo other\n")
    hosts = {"new": {"inventory_dir": None}, "churn": {"inventory_dir": str(folders / "inventory")}}
    found = texts(folders, "proxy.sh", inventory_dir=None, groups={"all": list(hosts)}, hostvars=hosts)
    assert found == ["echo other\n"]


def test_file_that_is_nowhere_gives_no_text(folders):
    assert texts(folders, "proxy.sh") == [""]
