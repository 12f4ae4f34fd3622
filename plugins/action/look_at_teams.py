# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at the teams of inventory hosts: read their descriptions here, and compare them with AWS in the module."""

from __future__ import annotations

import typing as t

from ansible.utils.vars import load_extra_vars

from ..module_utils._blueprint.team import carried_team
from ..plugin_utils.descriptions import Descriptions
from ..plugin_utils.looks import unseen
from ..plugin_utils.one_payload import OnePayload
from ..plugin_utils.options import option_names, plain
from ..plugin_utils.package_script import package_script

MODULE = "mlplatform.studio.studio_teams_info"


class ActionModule(OnePayload):
    """The action of this file; plugins/modules/look_at_teams.yml documents it."""

    _VALID_ARGS = frozenset({"ask_cost_explorer", "connection", "hosts", "include_activity", "place"})

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return what the module answers, and an error for each team whose description cannot be read."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self._variables = task_vars or {}
        arguments = plain(self._task.args)
        said = self._said_by_the_play()
        if said:
            reason = f"The play says {', '.join(said)} of the teams, which only its own tasks know."
            return {**result, "teams": [_unseen(host, reason) for host in arguments["hosts"]], "in_order": []}
        described, unread = self._described(arguments["hosts"], arguments["place"])
        answer: dict[str, t.Any] = {"changed": False, "teams": []}
        if described:
            activity = {name: arguments.get(name, False) for name in ("include_activity", "ask_cost_explorer")}
            options = {**arguments["connection"], **activity, "teams": described}
            answer = self._execute_module(MODULE, options, task_vars=task_vars)
        # A team that could not be looked at is worked on, and its own tasks say what is wrong.
        failed = answer.pop("failed", False)
        names = [team["description"]["name"] for team in described] if failed else []
        lost = [_unseen(name, answer.get("msg", "")) for name in names]
        answer.pop("invocation", None)
        teams = [*answer.get("teams", []), *lost, *unread]
        in_order = [line for team in teams if not (team["error"] or team["differences"]) for line in _in_order(team)]
        return {**result, **answer, "teams": teams, "in_order": in_order}

    def _said_by_the_play(self) -> list[str]:
        """Return the names of a team's options that are variables of the play, as of import_playbook with vars.

        They hold for the tasks of the role and not for what is asked here of the variables of hosts.
        """
        own = self._variables["hostvars"].raw_get(self._variables["inventory_hostname"])
        names = option_names("studio", self._variables)
        return [name for name in names if name not in own or own[name] != self._variables[name]]

    def _described(
        self, hosts: list[str], place: dict[str, str]
    ) -> tuple[list[dict[str, t.Any]], list[dict[str, t.Any]]]:
        """Return (teams as the module takes them, what is to be told of those that cannot be read)."""
        descriptions = Descriptions(self._variables["hostvars"])
        described, unread = [], []
        said = load_extra_vars(self._loader)
        for host in hosts:
            chosen = descriptions.value(host, "chosen") or {}
            if chosen.get("mistakes"):
                unread.append(_unseen(host, " ".join(chosen["mistakes"])))
                continue
            added = chosen.get("added_people", [])
            told = descriptions.told_of_team(host, place, added)
            # What the command line says goes before what the playbooks say, as in the tasks of the role.
            told = {name: value for name, value in told.items() if f"studio_{name}" not in said}
            team, mistakes = descriptions.team(host, told)
            if team is None or mistakes:
                unread.append(_unseen(host, " ".join(mistakes)))
                continue
            description, passwords = carried_team(team)
            script = package_script(team, self._loader, self._templar, self._variables)
            described.append({"description": description, "passwords": passwords, "package_script": script})
        return described, unread


def _in_order(team: dict[str, t.Any]) -> list[str]:
    """What people are told of a team of which nothing differs: where it is, what stays as it was, and warnings."""
    told = team["result"]
    return [
        f"{team['name']}: unchanged, domain {told['domain_id']} is {told['status']}, sign in: {told['sign_in_url']}",
        *told["differences"],
        *team["warnings"],
    ]


def _unseen(name: str, reason: str) -> dict[str, t.Any]:
    return {"name": name, **unseen(reason)}
