# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's action for modules, but that those of COLLECTIONS run in the process that carries out their task.

A task then costs half of what it costs with a Python of its own, which packs, unpacks and imports everything anew. What
runs is the module itself, with its own options. Ansible takes this file where ANSIBLE_ACTION_PLUGINS names its folder.
"""

import contextlib
import io
import json
import runpy

from ansible.module_utils import basic
from ansible.plugins.action import ActionBase

COLLECTIONS = ("mlplatform.studio.", "amazon.aws.", "awx.awx.")


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp=None, task_vars=None):
        action = self._task.resolved_action
        if not action.startswith(COLLECTIONS):
            return self._execute_module(task_vars=task_vars)
        arguments = {
            **self._task.args,
            "_ansible_check_mode": self._task.check_mode,
            "_ansible_diff": self._task.diff,
            "_ansible_no_log": False,
            "_ansible_remote_tmp": "/tmp",  # noqa: S108
        }
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        basic._ANSIBLE_PROFILE = "legacy"
        namespace, name, module = action.split(".")
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
            runpy.run_module(f"ansible_collections.{namespace}.{name}.plugins.modules.{module}", run_name="__main__")
        return json.loads(output.getvalue().splitlines()[-1])
