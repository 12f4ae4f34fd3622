# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_groups does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.groups import group_items
from .._run import (
    STATE,
    Call,
    Item,
    connect,
    set_module,
)

OPTIONS = {
    "user_pool_id": {"type": "str", "required": True},
    "groups": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True, "aliases": ["group_name"]},
            "description": {"type": "str"},
            "precedence": {"type": "int"},
            "role_arn": {"type": "str"},
        },
    },
    "purge": {"type": "bool", "default": False},
    "purge_prefix": {"type": "str", "default": ""},
    "purge_all": {"type": "bool", "default": False},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return group_items(
        connect(call, "cognito-idp"),
        params["user_pool_id"],
        params["groups"],
        state=params["state"],
        purge=params["purge"],
        purge_prefix=params["purge_prefix"],
        purge_all=params["purge_all"],
    )


MODULE = set_module(make_items, "groups", argument_spec={**STATE, **OPTIONS})
