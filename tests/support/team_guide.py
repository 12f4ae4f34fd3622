# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of docs/teams.md, as users would copy them."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "teams.md").read_text()
BLOCK = re.compile(r"^```(\w+)( alternative)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language):
    """(whether it stands for another one, text) of each example in a language."""
    return [(bool(other), text) for found, other, text in BLOCK.findall(GUIDE) if found == language]


def descriptions():
    """The parts of a team's description, each as a dict."""
    return [yaml.safe_load(text) for _other, text in blocks("yaml")]


def whole_description():
    """The description that all parts make together, without those that stand for another one."""
    found = {}
    for part in (yaml.safe_load(text) for other, text in blocks("yaml") if not other):
        assert not found.keys() & part.keys(), "an option stands in two parts"
        found.update(part)
    return found


def inventory():
    """The example of an inventory with two platforms, in Ansible's ini format."""
    ((_other, text),) = blocks("ini")
    return text
