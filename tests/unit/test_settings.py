# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible settings with which a project begins are those of a clone, but for what only a clone has."""

import configparser
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Where things are, and what no project needs that has neither a link to the collection nor hosts that answer by ssh.
OF_A_CLONE = {"inventory", "collections_path", "nocows", "retry_files_enabled", "host_key_checking"}


def settings(path):
    """The settings of a file, by section."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string((ROOT / path).read_text())
    return {name: dict(parser[name]) for name in parser.sections()}


def test_project_that_begins_has_the_settings_of_a_clone():
    clone, begun = settings("ansible.cfg"), settings("playbooks/files/ansible.cfg")
    assert begun["defaults"].pop("inventory") == "inventories/ours"
    clone["defaults"] = {name: value for name, value in clone["defaults"].items() if name not in OF_A_CLONE}
    assert begun == clone
