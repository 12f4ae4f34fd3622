# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what the tasks of a play would change, or only tell, for the tasks that come after it.

Ansible loads it beside these playbooks without being told. It does nothing but in plays with the variable
collects_drift; there every host gets drift_found, a list of {"task", "item", "before", "after"}. What Ansible hides
from callbacks, such as results of tasks with no_log, it does not see.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: drift
type: aggregate
short_description: Gather what the tasks of a play would change
version_added: 0.1.0
description:
  - Gives each host of a play with the variable C(collects_drift) the list C(drift_found) of what would change.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Collects results by host that changed something, or tell of something that they leave alone."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "drift"

    def __init__(self, *arguments: t.Any, **options: t.Any) -> None:
        super().__init__(*arguments, **options)
        self.variables: t.Any = None
        self.found: dict[str, list[dict[str, t.Any]]] = {}

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        """Begin anew where the play wants to know."""
        self.variables = play.get_variable_manager() if play.get_vars().get("collects_drift") else None

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Keep what changed, and hand it on at once: a later task of the same play may ask."""
        if self.variables is None:
            return
        answer, host = public(result, "result"), public(result, "host").get_name()
        changes = [part for part in answer.get("results", [answer]) if part.get("changed") or part.get("left_alone")]
        if not changes:
            return
        known = self.found.setdefault(host, [])
        for part in changes:
            task, label = public(result, "task").name, str(part.get("_ansible_item_label", ""))
            known += [{"task": task, "item": label, **diff} for diff in differences(part)]
        self.variables.set_nonpersistent_facts(host, {"drift_found": list(known)})


def public(result: t.Any, name: str) -> t.Any:
    """Return a part of a task's result; before ansible-core 2.19 it has no public name."""
    return getattr(result, name) if hasattr(result, name) else getattr(result, f"_{name}")


def differences(result: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return {"before", "after"} of each difference that a result shows; both None where it shows none.

    What a module tells and leaves alone has the item "left alone".
    """
    shown = result.get("diff") or {}
    shown = [one for one in (shown if isinstance(shown, list) else [shown]) if one] if result.get("changed") else []
    told = result.get("left_alone") or {}
    found = [{"before": one.get("before"), "after": one.get("after")} for one in shown]
    if told:
        sides = {side: {name: _side(parts, side) for name, parts in told.items()} for side in ("before", "after")}
        found.append({"item": "left alone", **sides})
    return found or [{"before": None, "after": None}]


def _side(parts: dict[str, dict[str, t.Any]], side: str) -> dict[str, t.Any]:
    return {name: values[side] for name, values in parts.items()}
