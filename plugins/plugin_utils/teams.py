# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team that the variables of a host describe."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.survey import PREFIX, survey_answers, with_answers
from ..module_utils._blueprint.team import Team, team_of
from ..module_utils._blueprint.team_rules import team_mistakes
from .options import given_options, plain, read_given
from .script_files import script_folders, with_contents

Variables = t.Mapping[str, t.Any]
Value = t.Callable[[str], t.Any]


def described_team(specs: Variables, variables: Variables, value_of: Value) -> tuple[Team | None, list[str]]:
    """Return (team, sentences about its mistakes); the team is None where its options cannot be read.

    specs: the options of the role studio; variables: those of the host; value_of: returns one with its templates
    resolved. Answers of a survey go before the description.
    """
    given, mistakes = given_options("studio", specs, variables, value_of)
    answers, wrong = survey_answers(survey_variables(variables, value_of), specs)
    values, found = read_given(with_answers(given, answers), specs, mistakes)
    mistakes = [*mistakes, *wrong, *found]
    if mistakes:
        return None, mistakes
    folders = script_folders(_inventory_dir(variables, value_of), _text(value_of, variables, "playbook_dir"))
    sources = plain(value_of("ansible_inventory_sources")) if "ansible_inventory_sources" in variables else []
    team = with_contents(team_of(values), folders, sources or [])
    return team, team_mistakes(team)


def survey_variables(variables: Variables, value_of: Value) -> dict[str, t.Any]:
    """Return the variables that answer a survey."""
    return {name: plain(value_of(name)) for name in variables if isinstance(name, str) and name.startswith(PREFIX)}


def _inventory_dir(variables: Variables, value_of: Value) -> str | None:
    """Return the inventory's folder. A team that is in no inventory has its files beside the others'."""
    own = _text(value_of, variables, "inventory_dir")
    if own or "hostvars" not in variables:
        return own
    others = (variables["hostvars"][host].get("inventory_dir") for host in plain(value_of("groups")).get("all", []))
    return next((str(folder) for folder in others if folder), None)


def _text(value_of: Value, variables: Variables, name: str) -> str | None:
    return str(value_of(name)) if variables.get(name) else None
