# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions that plan for roles have in common."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from .options import plain, read_options, specification


class PlanAction(ActionBase):  # type: ignore[misc]
    """An action that reads options of roles from the variables of the host and answers with a plan."""

    role: str

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the plan by step, or the sentences about what is wrong."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self.variables = task_vars or {}
        plan, mistakes = self.planned(plain(self._task.args))
        if mistakes:
            return {**result, "failed": True, "msg": " ".join(mistakes)}
        return {**result, **plan}

    def planned(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return (plan, mistakes) for the arguments of the task."""
        raise NotImplementedError

    def specification(self) -> dict[str, t.Any]:
        """Return the options of the role."""
        return specification(self.role)

    def options(self) -> tuple[dict[str, t.Any], list[str]]:
        """Return (values, mistakes) of the role's options."""
        return self.options_of(self.role)

    def options_of(self, role: str) -> tuple[dict[str, t.Any], list[str]]:
        """Return (values, mistakes) of the options of any role."""
        return read_options(role, specification(role), self.variables, self.value_of)

    def value_of(self, name: str) -> t.Any:
        """Return a variable of the host with its templates resolved."""
        return self._templar.template(self.variables[name])

    def results(self, names: t.Iterable[str]) -> dict[str, dict[str, t.Any]]:
        """Return what the tasks answered that the role has done, by the names of their steps."""
        registered = {name: f"{self.role}__{name}" for name in names}
        answers = {name: plain(self.variables[key]) for name, key in registered.items() if key in self.variables}
        return {name: answer for name, answer in answers.items() if not answer.get("skipped")}

    @property
    def is_prediction(self) -> bool:
        """Whether the run only says what it would do."""
        return bool(self._task.check_mode)
