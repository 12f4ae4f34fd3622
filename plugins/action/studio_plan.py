# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work out what a team needs: the arguments of every task of the role studio."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._blueprint.found import Found
from ..module_utils._blueprint.plan import platform_mistakes, team_plan
from ..module_utils._blueprint.removal import End, Leaving, removal_plan
from ..module_utils._blueprint.removal_report import removed, retained
from ..module_utils._blueprint.team import Team
from ..plugin_utils.options import plain, specification
from ..plugin_utils.teams import described_team


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of this file; plugins/modules/studio_plan.yml documents it."""

    _VALID_ARGS = frozenset({"found", "package_script", "results", "state"})

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the plan by step."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables, args = task_vars or {}, plain(self._task.args)
        specs = specification(self._loader, "studio")
        team, mistakes = described_team(specs, variables, lambda name: self._templar.template(variables[name]))
        if team is None or mistakes:
            name = team.name if team else variables.get("inventory_hostname")
            return {**result, "failed": True, "msg": f"Team {name}: {' '.join(mistakes)}"}
        if args.get("state") == "absent":
            return {**result, **self._end(team, args)}
        found = Found(**(args.get("found") or {}))
        missing = platform_mistakes(team, found) if args.get("found") else []
        if missing and not (self._task.check_mode and team.predict_platform):
            return {**result, "failed": True, "msg": " ".join(missing)}
        # The passwords of the people are in it.
        return {**result, **team_plan(team, found, args.get("package_script") or ""), "_ansible_no_log": True}

    def _end(self, team: Team, args: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        found, check_mode = Leaving(**(args.get("found") or {})), bool(self._task.check_mode)
        plan = removal_plan(team, found, check_mode)
        if args.get("results"):
            end = End(team, found)
            plan["result"] = {"removed": removed(end, args["results"], check_mode), "retained": retained(end)}
        return plan
