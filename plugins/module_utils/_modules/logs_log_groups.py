# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module logs_log_groups does; plugins/modules documents it."""

from __future__ import annotations

from .._logs import log_group_items
from .._run import STATE, TAGS, Call, Item, connect, set_module

# The numbers that PutRetentionPolicy takes, and 0.
DAYS = [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]

LOG_GROUP = {
    "name": {"type": "str", "required": True, "aliases": ["log_group_name"]},
    "retention_in_days": {"type": "int", "choices": DAYS},
    "kms_key_id": {"type": "str", "no_log": False},
}
OPTIONS = {"log_groups": {"type": "list", "elements": "dict", "required": True, "options": LOG_GROUP}}


def make_items(call: Call) -> list[Item]:
    params = call.params
    groups = [{name: group[name] for name in LOG_GROUP} for group in params["log_groups"]]
    return log_group_items(connect(call, "logs"), groups, params["tags"], params["state"])


MODULE = set_module(make_items, "log_groups", argument_spec={**STATE, **TAGS, **OPTIONS})
