# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at something: what its role would do, by the very modules that the role's tasks use, in one process."""

from __future__ import annotations

import dataclasses
import typing as t

from .._blueprint.steps import MADE, Step, digest
from .._modules import implementation
from .._run import Result, explain
from .prediction import Clients, predict

Results = t.Dict[str, Result]
Difference = t.Dict[str, t.Any]
Plan = t.Mapping[str, t.Any]
Found = t.TypeVar("Found")


class NotSeen(Exception):
    """It cannot be looked at, for the reason that the text gives."""


class Refused(NotSeen):
    """What was found keeps it from being made, for the reason that the text gives."""


@dataclasses.dataclass(frozen=True)
class Subject(t.Generic[Found]):
    """What is looked at: the steps of its role, what their answers tell, and what is planned of that.

    mistakes(results) returns the sentences about what was found and keeps it from being made.
    """

    steps: t.Sequence[Step]
    found_of: t.Callable[[Results], Found]
    plan_of: t.Callable[[Found], Plan]
    mistakes: t.Callable[[Results], t.Sequence[str]]
    # Steps that answer the same to whoever asks with the same arguments, as they only read what is shared.
    shared: t.Collection[Step] = ()


@dataclasses.dataclass
class Sight:
    """What was seen. differences and left_alone are each {"step", "item", "action", "before", "after"}."""

    error: str = ""
    # Whether the error is that what was found keeps it from being made.
    refused: bool = False
    differences: list[Difference] = dataclasses.field(default_factory=list)
    left_alone: list[Difference] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    # What a role need not do, as nothing differs: the arguments' digest and the answer, by step.
    in_order: dict[str, dict[str, t.Any]] = dataclasses.field(default_factory=dict)
    # As it is at the end; empty where there is an error.
    plan: Plan = dataclasses.field(default_factory=dict)

    @property
    def result(self) -> dict[str, t.Any]:
        """What the role would tell at its end; empty where there is an error."""
        return dict(self.plan.get("result") or {})

    @property
    def told(self) -> dict[str, t.Any]:
        """What modules return of it."""
        names = ("error", "differences", "left_alone", "warnings")
        return {**{name: getattr(self, name) for name in names}, "result": self.result}


def look_at(subject: Subject[t.Any], clients: Clients) -> Sight:
    """Return how something differs from its description. Never raises, as one must not keep others from being seen."""
    try:
        return _look(subject, clients)
    except NotSeen as error:
        return Sight(error=str(error), refused=isinstance(error, Refused))
    except Exception as error:  # whatever happened, the role's own tasks say what is wrong
        return Sight(error=explain(error))


def _look(subject: Subject[t.Any], clients: Clients) -> Sight:
    results: Results = {}
    found = subject.found_of(results)
    seen = Sight(plan=subject.plan_of(found))
    for step in subject.steps:
        part = seen.plan[step.part]
        answers = [_ask(step, one, clients, step in subject.shared) for one in _uses(part)]
        for answer in answers:
            if answer.get("failed"):
                raise NotSeen(f"{step.words}: {answer['msg']}")
            seen.warnings += answer.pop("warnings")
            seen.differences += differences_of(step, answer)
            seen.left_alone += _left_alone(step, answer)
        results[step.name] = _registered(part, answers)
        if isinstance(part, dict) and not results[step.name]["changed"]:
            seen.in_order[step.name] = {"arguments": digest(part), "answer": results[step.name]}
        mistakes = subject.mistakes(results)
        if mistakes:
            raise Refused(" ".join(mistakes))
        now = subject.found_of(results)
        if now != found:
            found, seen.plan = now, subject.plan_of(now)
    return seen


def _ask(step: Step, arguments: dict[str, t.Any], clients: Clients, shared: bool) -> Result:
    def ask() -> Result:
        return predict(implementation(step.module), arguments, clients)

    return clients.answer_once(digest([step.name, arguments]), ask) if shared else ask()


def _uses(part: t.Any) -> list[dict[str, t.Any]]:
    """Return the arguments of each use of a step's module: none where a description does without, several in a loop."""
    if part is None:
        return []
    return part if isinstance(part, list) else [part]


def _registered(part: t.Any, answers: list[Result]) -> Result:
    """Return what Ansible would register of a task."""
    if isinstance(part, list):
        return {"changed": any(answer["changed"] for answer in answers), "results": answers}
    return answers[0] if answers else {"changed": False}


def differences_of(step: Step, answer: Result) -> list[Difference]:
    """Return what a step would change.

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


def _left_alone(step: Step, answer: Result) -> list[Difference]:
    """Return what is not as wanted, and is told and not changed."""
    return [
        {
            "step": step.words,
            "item": item,
            "action": "none",
            **{side: {name: values[side] for name, values in parts.items()} for side in ("before", "after")},
        }
        for item, parts in (answer.get("left_alone") or {}).items()
    ]
