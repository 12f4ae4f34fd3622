# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module kms_key does; plugins/modules documents it."""

from __future__ import annotations

from .._kms import key_item
from .._run import TAGS, Call, Item, connect, resource_module, wait_options

ATTRIBUTES = {
    "description": {"type": "str"},
    "enable_key_rotation": {"type": "bool"},
    "policy": {"type": "dict"},
}


def make_item(call: Call) -> Item:
    params = call.params
    return key_item(
        connect(call, "kms"),
        connect(call, "kms", retries=False),
        connect(call, "resourcegroupstaggingapi"),
        params["alias"],
        {name: params[name] for name in (*ATTRIBUTES, "tags")},
        warn=call.warn,
        timeout=params["wait_timeout"],
    )


MODULE = resource_module(
    make_item,
    argument_spec={"alias": {"type": "str", "required": True}, **ATTRIBUTES, **TAGS, **wait_options(120)},
)
