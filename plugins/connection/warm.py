# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run modules on this machine in forks of a process that has boto3 loaded."""

from __future__ import annotations

DOCUMENTATION = r"""
name: warm
short_description: Run modules on this machine, without loading boto3 for each
version_added: 0.1.0
description:
  - Does what P(ansible.builtin.local#connection) does, and takes a fraction of the CPU time for modules that call AWS.
  - A module begins as a fork of a process that has boto3, botocore and Ansible's own parts of modules loaded already.
    Its options, environment, output and end are as ever, and any module can be run.
  - That process is started by the first module of a run, and ends with the run. It listens on a socket in the run's own
    temporary folder, which only the user who runs Ansible can enter, and answers that user only. It has no credentials
    itself, as these come with each module.
  - What it cannot do goes the way of P(ansible.builtin.local#connection) by itself - other systems than Linux,
    C(become), C(async), modules for another Python than the one that runs Ansible, programs that are no modules, an
    C(environment) that Python reads only when it starts, and everything where C(ANSIBLE_KEEP_REMOTE_FILES) is set.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  warm:
    description:
      - Whether modules run in forks of a process that has boto3 loaded. Without, this is
        P(ansible.builtin.local#connection).
    type: bool
    default: true
    vars:
      - name: ansible_warm_modules
    env:
      - name: STUDIO_WARM_MODULES
  become_success_timeout:
    description:
      - Number of seconds to wait for become to succeed when enabled.
      - The default is used if the configured value is less than 1.
    type: int
    default: 10
    vars:
      - name: ansible_local_become_success_timeout
  become_strip_preamble:
    description:
      - Strip internal become output preceding command execution. Disable for additional diagnostics.
    type: bool
    default: true
    vars:
      - name: ansible_local_become_strip_preamble
extends_documentation_fragment:
  - connection_pipelining
notes:
  - Modules of a warm process are always sent by pipelining. The option O(pipelining) is for those that go the way of
    P(ansible.builtin.local#connection).
  - The remote user is ignored, the user with which the ansible CLI was executed is used instead.
"""

import os
import sys
import typing as t

from ansible import constants
from ansible.plugins.connection.local import Connection as LocalConnection
from ansible.utils.display import Display

from ansible_collections.mlplatform.studio.plugins.plugin_utils import warm_client

display = Display()


class Connection(LocalConnection):  # type: ignore[misc]
    """The connection of this file."""

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Set options, and have modules sent by pipelining where a fork of the warm process can run them."""
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        if self._may_be_warm():
            self.set_option("pipelining", True)

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run a module in a fork of the warm process, and every other command as ever."""
        answer = self._run_warm(cmd, in_data) if in_data and self._may_be_warm() else None
        return answer or super().exec_command(cmd, in_data=in_data, sudoable=sudoable)

    def _may_be_warm(self) -> bool:
        return self.get_option("warm") and sys.platform == "linux" and not self.become

    def _run_warm(self, cmd: str, payload: bytes) -> warm_client.Answer | None:
        assignments = warm_client.assigned(cmd, sys.executable)
        if assignments is None:
            return None
        self._connect()
        directory = os.fsdecode(self.cwd or os.getcwd())
        answer = warm_client.ask(constants.DEFAULT_LOCAL_TMP, warm_client.request(payload, assignments, directory))
        how = "in a warm process" if answer else "without a warm process, as it does not answer"
        display.vvv(f"EXEC {cmd} {how}", host=self._play_context.remote_addr)
        return answer
