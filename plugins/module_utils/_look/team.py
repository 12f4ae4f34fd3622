# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at teams: what the role studio would do."""

from __future__ import annotations

import typing as t

from .._blueprint.found import Found, found_of
from .._blueprint.plan import namesake_mistakes, platform_mistakes, team_plan
from .._blueprint.steps import PEOPLE, PLATFORM, TEAM
from .._blueprint.team import Team, team_from
from .._engine import in_threads
from .._run import Call, Result
from .activity import activity_of
from .costs import budget_of, costs_of
from .look import Results, Subject, look_at
from .prediction import Clients


def look_at_teams(call: Call) -> Result:
    """Return what studio_teams_info returns, for its options: all teams at the same time, with the same clients."""
    clients, params = Clients(call), call.params
    teams = [team_from(team["description"], team["passwords"]) for team in params["teams"]]
    scripts = [team["package_script"] for team in params["teams"]]
    costs = costs_of(teams, clients) if params["ask_cost_explorer"] and teams else {}

    def look(team: Team, package_script: str) -> dict[str, t.Any]:
        seen = look_at_team(team, package_script, clients)
        return {**seen, "activity": activity(team)} if params["include_activity"] else seen

    def activity(team: Team) -> dict[str, t.Any]:
        money = {"budget": budget_of(team, clients), "cost": costs.get(team.name, {})}
        return {**activity_of(team, clients), **money}

    return {"teams": in_threads(lambda one: look(*one), list(zip(teams, scripts)))}


def look_at_team(team: Team, package_script: str, clients: Clients) -> dict[str, t.Any]:
    """Return how a team differs from its description, as studio_teams_info returns it."""

    def plan_of(found: Found) -> t.Mapping[str, t.Any]:
        return team_plan(team, found, package_script, predicts=True)

    def mistakes(results: Results) -> list[str]:
        return namesake_mistakes(team, results) or ([] if team.predict_platform else platform_mistakes(team, results))

    seen = look_at(Subject(TEAM, found_of, plan_of, mistakes, shared=[PLATFORM]), clients)
    leavers = seen.plan.get("leavers") or {"warnings": []}
    told = {"name": team.name, **seen.told, "warnings": seen.warnings + leavers["warnings"]}
    # For the role, which does not run where nothing differs. The digest of passwords stays here.
    in_order = {name: one for name, one in seen.in_order.items() if name != PEOPLE}
    return {**told, "in_order": in_order if seen.differences and not seen.error else {}}
