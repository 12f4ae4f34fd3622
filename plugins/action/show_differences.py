# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show what a look found as a task that would change it."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils.options import plain


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of this file; plugins/modules/show_differences.yml documents it."""

    _VALID_ARGS = frozenset({"differences"})

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return a result that is changed where there are differences, with a diff of each."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        differences = plain(self._task.args["differences"])
        return {**result, "changed": bool(differences), "diff": [_diff(one) for one in differences]}


def _diff(difference: dict[str, t.Any]) -> dict[str, t.Any]:
    header = " ".join(part for part in (difference["step"], difference["item"]) if part)
    sides = {side: difference[side] for side in ("before", "after")}
    return {**sides, "before_header": header, "after_header": f"{header} ({difference['action']})"}
