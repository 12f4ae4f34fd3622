# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module dynamodb_table does; plugins/modules documents it."""

from __future__ import annotations

from .._dynamodb import Table
from .._run import STATE, TAGS, Call, connect, resource_module, wait_options

OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["table_name"]},
    "partition_key": {"type": "str", "no_log": False},
}


def make_resource(call: Call) -> Table:
    return Table(connect(call, "dynamodb"), call.params["name"], call.params["wait_timeout"])


MODULE = resource_module(
    make_resource,
    ["partition_key", "tags"],
    argument_spec={**STATE, **TAGS, **wait_options(300), **OPTIONS},
    required_if=[("state", "present", ("partition_key",))],
)
