# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a team: what the role studio would do, by the very modules that its tasks use, in one process."""

from __future__ import annotations

import typing as t

from .._blueprint.found import found_of
from .._blueprint.plan import platform_mistakes, team_plan
from .._blueprint.steps import MADE, PLATFORM, TEAM, Step
from .._blueprint.team import Team, team_from
from .._engine import in_threads
from .._run import Call, Result, explain
from .modules import MODULES
from .prediction import Clients, predict

Difference = t.Dict[str, t.Any]


class NotSeen(Exception):
    """The team cannot be looked at, for the reason that the text gives."""


def look_at_all(call: Call) -> Result:
    """Return what studio_teams_info returns, for its options: all teams at the same time, with the same clients."""
    clients = Clients(call)

    def look(team: dict[str, t.Any]) -> dict[str, t.Any]:
        return look_at(team_from(team["description"], team["passwords"]), team["package_script"], clients)

    return {"teams": in_threads(look, call.params["teams"])}


def look_at(team: Team, package_script: str, clients: Clients) -> dict[str, t.Any]:
    """Return how a team differs from its description, as studio_teams_info returns it."""
    seen: dict[str, t.Any] = {"name": team.name, "error": "", "differences": [], "warnings": [], "result": {}}
    try:
        return {**seen, **_look(team, package_script, clients)}
    except NotSeen as error:
        return {**seen, "error": str(error)}
    except Exception as error:  # one team must not keep the others from being looked at
        return {**seen, "error": explain(error)}


def _look(team: Team, package_script: str, clients: Clients) -> dict[str, t.Any]:
    results: dict[str, Result] = {}
    found = found_of(results)
    plan = team_plan(team, found, package_script, predicts=True)
    differences: list[Difference] = []
    warnings: list[str] = []
    for step in TEAM:
        answers = [predict(MODULES[step.module], one, clients) for one in _uses(plan[step.part])]
        for answer in answers:
            if answer.get("failed"):
                raise NotSeen(f"{step.words}: {answer['msg']}")
            warnings += answer.pop("warnings")
            differences += differences_of(step, answer)
        results[step.name] = answers[0] if len(answers) == 1 else {"changed": any(one["changed"] for one in answers)}
        if step is PLATFORM:
            _refuse_missing(team, results)
        if found_of(results) != found:
            found = found_of(results)
            plan = team_plan(team, found, package_script, predicts=True)
    leavers = t.cast("dict[str, t.Any]", plan["leavers"] or {"warnings": []})
    return {"differences": differences, "warnings": warnings + leavers["warnings"], "result": plan["result"]}


def _uses(part: t.Any) -> list[dict[str, t.Any]]:
    """Return the arguments of each use of a step's module: none where the team does without, several in a loop."""
    if part is None:
        return []
    return part if isinstance(part, list) else [part]


def _refuse_missing(team: Team, results: dict[str, Result]) -> None:
    missing = platform_mistakes(team, results)
    if missing and not team.predict_platform:
        raise NotSeen(" ".join(missing))


def differences_of(step: Step, answer: Result) -> list[Difference]:
    """Return what a step would change, each {"step", "item", "action", "before", "after"}.

    A module of one thing has no item; one of a set has an item for each member that it would change.
    """
    if not answer.get("changed") or not step.name.startswith(MADE):
        return []
    diff = answer.get("diff") or {}
    sides = {side: diff.get(side) or {} for side in ("before", "after")}
    if "actions" not in answer:
        return [{"step": step.words, "item": "", "action": _action(sides), **sides}]
    return [
        {"step": step.words, "item": name, "action": action, **{side: sides[side].get(name, {}) for side in sides}}
        for name, action in answer["actions"].items()
    ]


def _action(sides: t.Mapping[str, t.Any]) -> str:
    if not sides["before"]:
        return "create"
    return "update" if sides["after"] else "delete"
