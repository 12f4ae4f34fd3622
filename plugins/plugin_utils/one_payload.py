# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run any module of this collection by one payload.

Ansible reads all files that a module imports before it runs it for the first time in a run, which takes longer than
most modules do. One module that can do what each of them does is read once.
"""

from __future__ import annotations

import typing as t

from ansible import constants
from ansible.plugins.action import ActionBase

from .progress import beside, places

RUN_MODULE = "mlplatform.studio.run_module"


class OnePayload(ActionBase):  # type: ignore[misc]
    """An action whose modules are those of this collection."""

    _asked_for = ""

    def _execute_module(self, module_name: str | None = None, *args: t.Any, **options: t.Any) -> dict[str, t.Any]:
        self._asked_for = module_name or self._module_of_the_task()
        variables = options.get("task_vars") or {}
        host, place = places.host_and_place(variables, self._task.args)
        temporary = constants.DEFAULT_LOCAL_TMP
        with beside.telling(temporary, places.remembered(), host, place, self._display.display):
            result: dict[str, t.Any] = super()._execute_module(RUN_MODULE, *args, **options)
        return result

    def _update_module_args(self, module_name: str, module_args: dict[str, t.Any], *args: t.Any, **more: t.Any) -> None:
        """Tell the module which one it is: by the name that Ansible tells every module, and that its messages give."""
        super()._update_module_args(module_name, module_args, *args, **more)
        module_args["_ansible_module_name"] = self._asked_for

    def _module_of_the_task(self) -> str:
        found = self._shared_loader_obj.module_loader.find_plugin_with_context(
            self._task.action, collection_list=self._task.collections
        )
        return str(found.resolved_fqcn)
