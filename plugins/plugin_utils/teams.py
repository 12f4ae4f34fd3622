# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team that the variables of a host describe."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.team import Team, team_of
from ..module_utils._blueprint.team_rules import team_mistakes
from .options import plain, read_options
from .script_files import script_folders, with_contents


def described_team(
    specs: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any], value_of: t.Callable[[str], t.Any]
) -> tuple[Team | None, list[str]]:
    """Return (team, sentences about its mistakes); the team is None where its options cannot be read.

    specs: the options of the role studio; variables: those of the host; value_of: returns one with its templates
    resolved.
    """
    values, mistakes = read_options("studio", specs, variables, value_of)
    if mistakes:
        return None, mistakes
    folders = script_folders(_text(value_of, variables, "inventory_dir"), _text(value_of, variables, "playbook_dir"))
    sources = plain(value_of("ansible_inventory_sources")) if "ansible_inventory_sources" in variables else []
    team = with_contents(team_of(values), folders, sources or [])
    return team, team_mistakes(team)


def _text(value_of: t.Callable[[str], t.Any], variables: t.Mapping[str, t.Any], name: str) -> str | None:
    return str(value_of(name)) if variables.get(name) else None
