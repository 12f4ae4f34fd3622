# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action that runs the module of its name where Ansible runs: a playbook of 40 tasks takes seconds, not a minute.

`overlay()` gives it to every module of a collection. What runs is the module itself, with its own options.
"""

import contextlib
import io
import json
import runpy
from pathlib import Path

from ansible.module_utils import basic, urls  # noqa: F401 - what modules import stays in the process that forks
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        arguments = {
            **self._task.args,
            "_ansible_check_mode": self._task.check_mode,
            "_ansible_no_log": False,
            "_ansible_remote_tmp": "/tmp",  # noqa: S108
        }
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        basic._ANSIBLE_PROFILE = "legacy"
        namespace, name, module = self._task.resolved_action.split(".")
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
            runpy.run_module(f"ansible_collections.{namespace}.{name}.plugins.modules.{module}", run_name="__main__")
        return json.loads(output.getvalue().splitlines()[-1])


def overlay(collection, folder):
    """Make a collection of the same name below `folder`, and return `folder`."""
    made = folder / "ansible_collections" / collection.parent.name / collection.name
    actions = made / "plugins" / "action"
    actions.mkdir(parents=True)
    for path in [*collection.iterdir(), *(collection / "plugins").iterdir()]:
        link = made / path.relative_to(collection)
        if not link.exists():
            link.symlink_to(path)
    for module in (collection / "plugins" / "modules").glob("[a-z]*.py"):
        (actions / module.name).symlink_to(Path(__file__))
    return folder
