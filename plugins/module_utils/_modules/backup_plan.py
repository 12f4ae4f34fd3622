# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module backup_plan does; plugins/modules documents it."""

from __future__ import annotations

from .._backup import BackupPlan
from .._run import STATE, TAGS, connect, resource_module

LIFECYCLE = {"move_to_cold_storage_after_days": {"type": "int"}, "delete_after_days": {"type": "int"}}
RULE = {
    "rule_name": {"type": "str", "required": True},
    "target_backup_vault_name": {"type": "str", "required": True},
    "schedule_expression": {"type": "str"},
    "start_window_minutes": {"type": "int"},
    "completion_window_minutes": {"type": "int"},
    "lifecycle": {"type": "dict", "options": LIFECYCLE},
    "enable_continuous_backup": {"type": "bool"},
    "recovery_point_tags": {"type": "dict"},
}
SELECTION = {
    "selection_name": {"type": "str", "required": True},
    "iam_role_arn": {"type": "str", "required": True},
    "resources": {"type": "list", "elements": "str", "required": True},
}
OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["backup_plan_name"]},
    "rules": {"type": "list", "elements": "dict", "options": RULE},
    "selections": {"type": "list", "elements": "dict", "options": SELECTION},
}


MODULE = resource_module(
    lambda call: BackupPlan(connect(call, "backup"), call.params["name"]),
    ["rules", "selections", "tags"],
    argument_spec={**STATE, **TAGS, **OPTIONS},
    required_if=[["state", "present", ["rules"]]],
)
