# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work out what a team needs: the arguments of every task of the role studio."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.found import found_of
from ..module_utils._blueprint.in_order import still_in_order, without
from ..module_utils._blueprint.plan import namesake_mistakes, platform_mistakes, team_plan
from ..module_utils._blueprint.removal import End, Leaving, removal_plan
from ..module_utils._blueprint.removal_report import removed, retained
from ..module_utils._blueprint.steps import TEAM
from ..module_utils._blueprint.team import Team
from ..plugin_utils.options import plain
from ..plugin_utils.package_script import package_script
from ..plugin_utils.planning import PlanAction
from ..plugin_utils.teams import described_team


class ActionModule(PlanAction):
    """The action of this file; plugins/modules/studio_plan.yml documents it."""

    role = "studio"
    _VALID_ARGS = frozenset({"found", "results", "state"})

    def planned(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return the plan of a team, or of its end."""
        team, mistakes = described_team(self.specification(), self.variables, self.value_of)
        if team is None or mistakes:
            name = team.name if team else self.variables.get("inventory_hostname")
            return {}, [f"Team {name}:", *mistakes]
        if args.get("state") == "absent":
            return self._end(team, args), []
        script = package_script(team, self._loader, self._templar, self.variables)
        results = self.results(step.name for step in TEAM)
        # What build_teams.yml gives to a team that it looked at.
        seen = plain(self.variables.get("studio__look") or {}).get("in_order") or {}
        answers = still_in_order(lambda found: team_plan(team, found, script, predicts=True), results, seen)
        known = {**answers, **results}
        taken = namesake_mistakes(team, known)
        if taken:
            return {}, taken
        missing = platform_mistakes(team, known)
        if missing and not (self.is_prediction and team.predict_platform):
            return {}, missing
        plan = team_plan(team, found_of(known), script, self.is_prediction)
        # The passwords of the people are in it.
        return {**without(plan, answers), "_ansible_no_log": True}, []

    def _end(self, team: Team, args: dict[str, t.Any]) -> dict[str, t.Any]:
        found = Leaving(**(args.get("found") or {}))
        plan: dict[str, t.Any] = removal_plan(team, found, self.is_prediction)
        if args.get("results"):
            end = End(team, found)
            plan["result"] = {"removed": removed(end, args["results"], self.is_prediction), "retained": retained(end)}
        return plan
