# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module works on, as its waits name it, and where it is remembered how long they took."""

from __future__ import annotations

import os
import typing as t
from urllib.parse import urlsplit

from ansible import constants


def remembered() -> str:
    """Return the file of what the last runs took, in Ansible's folder of the user."""
    home = constants.config.get_config_value("ANSIBLE_HOME")
    return os.path.join(os.path.expanduser(str(home)), "mlplatform.studio", "waits.json")


def host_and_place(variables: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any]) -> tuple[str, str]:
    """Return (the host that a task works on, its platform with region and, where it is not AWS, machine).

    variables: of the task, with templates that nobody has resolved; arguments: of the task.
    """
    host = str(variables.get("inventory_hostname", ""))
    told = [variables.get(name) for name in ("studio_platform", "part_of")]
    own = host if "platform_name" in variables else ""
    platform = next((name for name in told if isinstance(name, str) and name and "{" not in name), own)
    connection = arguments.get("connection")
    given = {**arguments, **(connection if isinstance(connection, dict) else {})}
    region, machine = given.get("region") or "", urlsplit(str(given.get("endpoint_url") or "")).hostname or ""
    return host, " ".join(part for part in (platform, str(region), machine) if part)
