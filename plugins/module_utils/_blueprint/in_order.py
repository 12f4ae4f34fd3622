# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a team need not be done, as a look has just found it in order."""

from __future__ import annotations

import typing as t

from .found import Found, found_of
from .steps import TEAM, digest

Results = t.Dict[str, t.Dict[str, t.Any]]
Plan = t.Dict[str, t.Any]
PARTS = {step.name: step.part for step in TEAM}


def still_in_order(plan_of: t.Callable[[Found], Plan], results: Results, seen: t.Mapping[str, t.Any]) -> Results:
    """Return the answers to steps that need not be done, by step.

    plan_of: works the plan out as the look did; results: what the role's steps answered; seen: what the look says is in
    order, {step: {"arguments": digest, "answer"}}. A step whose arguments are others by now has to be done, and with it
    what depends on its answer.
    """
    answers = {name: one["answer"] for name, one in seen.items() if name in PARTS and name not in results}
    while answers:
        plan = plan_of(found_of({**answers, **results}))
        others = [name for name in answers if digest(plan[PARTS[name]]) != seen[name]["arguments"]]
        if not others:
            break
        answers = {name: answer for name, answer in answers.items() if name not in others}
    return answers


def without(plan: Plan, names: t.Collection[str]) -> Plan:
    """Return a plan in which the parts of some steps are left out."""
    return {**plan, **{PARTS[name]: None for name in names}}
