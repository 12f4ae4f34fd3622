# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module lambda_permission does; plugins/modules documents it."""

from __future__ import annotations

from .._lambda import OTHERS, Permission
from .._run import STATE, Call, Item, connect, resource_module

ATTRIBUTES = {
    "function_name": {"type": "str", "required": True},
    "statement_id": {"type": "str", "required": True},
    "action": {"type": "str", "default": "lambda:InvokeFunction"},
    "principal": {"type": "str"},
    "source_arn": {"type": "str"},
    "source_account": {"type": "str"},
}


def make_item(call: Call) -> Item:
    params = call.params
    permission = Permission(
        connect(call, "lambda"),
        lambda: connect(call, "lambda", retries=False),
        params["function_name"],
        params["statement_id"],
        params["principal"],
    )
    desired = {name: params[name] for name in ATTRIBUTES}
    desired[OTHERS] = [] if params["purge"] else None
    return Item(permission, desired, params["state"])


MODULE = resource_module(
    make_item,
    argument_spec={**STATE, **ATTRIBUTES, "purge": {"type": "bool", "default": False}},
    required_if=[("state", "present", ["principal"])],
)
