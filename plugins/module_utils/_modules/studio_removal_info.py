# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module studio_removal_info does; plugins/modules documents it."""

from __future__ import annotations

from .._removal.obstacles import SERVICES, Team, find_obstacles
from .._run import Call, Result, connect, info_module

TEXTS = (
    "domain_name",
    "work_prefix",
    "backup_vault_name",
    "security_group_name",
    "lifecycle_config_prefix",
    "role_path",
)
OPTIONS = {
    **{name: {"type": "str", "required": True} for name in TEXTS},
    **{name: {"type": "list", "elements": "str", "required": True} for name in ("policy_arns", "role_names")},
    "domain_tags": {"type": "dict", "default": {}},
    "match_tags": {"type": "dict", "required": True},
}


def read(call: Call) -> Result:
    team = Team(**{name: call.params[name] for name in OPTIONS})
    return find_obstacles(team, {service: connect(call, service) for service in SERVICES}, call.warn)


MODULE = info_module(read, argument_spec=OPTIONS)
