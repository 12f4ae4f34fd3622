# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module apigateway_account does; plugins/modules documents it."""

from __future__ import annotations

from .._apigateway.account import account_item
from .._run import STATE, Call, Item, connect, resource_module

OPTIONS = {
    "cloudwatch_role_arn": {"type": "str", "required": True},
    "only_when_unset": {"type": "bool", "default": True},
}


def make_item(call: Call) -> Item:
    params = call.params
    names = ("cloudwatch_role_arn", "only_when_unset", "state")
    return account_item(connect(call, "apigateway"), *(params[name] for name in names))


MODULE = resource_module(make_item, argument_spec={**STATE, **OPTIONS})
