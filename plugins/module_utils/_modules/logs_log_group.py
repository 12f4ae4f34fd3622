# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module logs_log_group does; plugins/modules documents it."""

from __future__ import annotations

from .._logs import LogGroup
from .._run import STATE, TAGS, connect, resource_module

# The numbers that PutRetentionPolicy takes, and 0.
DAYS = [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]

IDENTITY = {"name": {"type": "str", "required": True, "aliases": ["log_group_name"]}}
ATTRIBUTES = {"retention_in_days": {"type": "int", "choices": DAYS}, "kms_key_id": {"type": "str", "no_log": False}}


MODULE = resource_module(
    lambda call: LogGroup(connect(call, "logs"), call.params["name"]),
    [*ATTRIBUTES, "tags"],
    argument_spec={**STATE, **TAGS, **IDENTITY, **ATTRIBUTES},
)
