# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the files of lifecycle scripts, and read them."""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t

from ansible import constants

from ..module_utils._blueprint.script_text import read_script
from ..module_utils._blueprint.team import Script, Team

FILES = "files"


def with_contents(team: Team, folders: t.Sequence[str], inventories: t.Sequence[str]) -> Team:
    """Return the team with the texts of its scripts' files.

    folders: where files are looked for, the nearest first; inventories: what the run's inventory was read from.
    """
    scripts = tuple(_with_content(script, folders, inventories) for script in team.lifecycle_scripts)
    return dataclasses.replace(team, lifecycle_scripts=scripts)


def script_folders(inventory_dir: str | None, playbook_dir: str | None) -> list[str]:
    """Return where scripts are looked for: beside the inventory, in the project, and where the run was started."""
    near = [inventory_dir, os.path.dirname(inventory_dir) if inventory_dir else None]
    project = [playbook_dir, os.path.dirname(playbook_dir) if playbook_dir else None, os.getcwd()]
    places = [os.path.join(place, below) for place in [*near, *project] if place for below in ("", FILES)]
    return list(dict.fromkeys(map(os.path.normpath, places)))


def _with_content(script: Script, folders: t.Sequence[str], inventories: t.Sequence[str]) -> Script:
    if script.content and script.script:
        return dataclasses.replace(script, fault="has a script and a content; give one of them.")
    if not script.script:
        return script
    path = _path(script.script, folders)
    if path is None:
        where = "" if script.script.startswith(("/", "~")) else f", looked for in {', '.join(folders)}"
        return dataclasses.replace(script, fault=f"cannot be read: {script.script}{where}.")
    inventory = next((one for one in inventories if _is_read_as_inventory(path, one)), None)
    if inventory:
        return dataclasses.replace(script, fault=_in_the_inventory(path, inventory))
    with open(path, "rb") as file:
        content, fault = read_script(file.read())
    if not fault and not content.strip():
        fault = f"is empty: {path}."
    return dataclasses.replace(script, content=content, fault=fault or "")


def _path(name: str, folders: t.Sequence[str]) -> str | None:
    places = (os.path.join(folder, os.path.expanduser(name)) for folder in folders)
    return next((os.path.realpath(place) for place in places if os.path.isfile(place)), None)


def _is_read_as_inventory(path: str, inventory: str) -> bool:
    """Return whether Ansible takes a file for an inventory, which it runs where the file has the run bit."""
    if not os.path.isdir(inventory):
        return False
    below = os.path.relpath(path, os.path.realpath(inventory)).split(os.sep)
    ignored = [re.compile(pattern) for pattern in constants.INVENTORY_IGNORE_PATTERNS]
    outside = below[0] in ("..", "group_vars", "host_vars")
    return not outside and not any(pattern.search(part) for pattern in ignored for part in below)


def _in_the_inventory(path: str, inventory: str) -> str:
    return (
        f"lies in the inventory's folder ({path}), where Ansible takes every file for an inventory and runs those with "
        f"the run bit. Move it to {os.path.join(os.path.dirname(os.path.realpath(inventory)), FILES)}."
    )
