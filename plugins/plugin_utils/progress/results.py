# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of tasks, as the versions of Ansible give them to callbacks, in one form."""

from __future__ import annotations

import dataclasses
import os
import typing as t

Data = t.Dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Seen:
    """What became of a task, or of an item of its loop, on a host. data is what it returned; path is file:line."""

    host: str
    task: str
    action: str
    data: Data
    path: str
    is_loop: bool
    ignores_unreachable: bool = False

    @property
    def changed(self) -> bool:
        """Whether it changed anything, or would."""
        return bool(self.data.get("changed"))

    @property
    def is_debug(self) -> bool:
        """Whether it is a message of the playbook's author."""
        return self.action in ("debug", "ansible.builtin.debug", "ansible.legacy.debug")


def seen(result: t.Any) -> Seen:
    """Return a result in our form. ansible-core 2.19 names its parts without an underscore, earlier ones with it."""
    if hasattr(result, "result"):
        host, task, data, fields = result.host, result.task, result.result, result.task_fields
    else:
        host, task, data, fields = result._host, result._task, result._result, result._task_fields
    return Seen(
        host.get_name(),
        task_name(task, str((fields or {}).get("name") or "")),
        str(task.action),
        dict(data),
        short_path(task.get_path() or ""),
        bool(task.loop) and "results" in data,
        bool(task.ignore_unreachable),
    )


def task_name(task: t.Any, templated: str = "") -> str:
    """Return a task's name without its role's, with its templates resolved where that is known."""
    return (templated or str(task.name or "") or str(task.get_name())).strip()


def short_path(path: str) -> str:
    """Return a path as seen from here, where that is not longer."""
    return min(path, os.path.relpath(path), key=len) if path else ""
