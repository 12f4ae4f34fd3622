# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module logs_log_streams does; plugins/modules documents it."""

from __future__ import annotations

from .._logs import stream_items
from .._run import Call, Item, connect, set_module

OPTIONS = {
    "log_group_names": {"type": "list", "elements": "str", "required": True},
    "prefix": {"type": "str", "required": True},
    "delete_emptied": {"type": "bool", "default": False},
    "log_group_prefixes": {"type": "list", "elements": "str", "default": []},
}


def make_items(call: Call) -> list[Item]:
    return stream_items(connect(call, "logs"), **{name: call.params[name] for name in OPTIONS})


MODULE = set_module(make_items, "log_streams", argument_spec=OPTIONS)
