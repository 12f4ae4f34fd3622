# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_users does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.user_items import (
    Leaving,
    Pool,
    Presence,
    absent_items,
    is_shut_out,
    leaving_items,
    present_items,
)
from .._cognito.users import User
from .._run import (
    STATE,
    Call,
    Item,
    connect,
    set_module,
)

OPTIONS = {
    "user_pool_id": {"type": "str", "required": True},
    "users": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True, "aliases": ["username"]},
            "email": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "update_password": {
                "type": "str",
                "choices": ["on_create", "always"],
                "default": "on_create",
                "no_log": False,
            },
            "resend_invitation": {"type": "bool", "default": False},
            "attributes": {"type": "dict"},
            "groups": {"type": "list", "elements": "str"},
            "enabled": {"type": "bool"},
            "update_existing": {"type": "str", "choices": ["always", "unless_in_other_groups"], "default": "always"},
            "admit_existing": {"type": "str", "choices": ["always", "same_email", "reset"], "default": "always"},
        },
    },
    "enable_joining": {"type": "bool", "default": False},
    "purge_groups": {"type": "bool", "default": False},
    "purge_groups_prefix": {"type": "str", "default": ""},
    "exclusive_groups": {"type": "list", "elements": "str", "default": []},
    "purge_all": {"type": "bool", "default": False},
    "leave_groups": {"type": "list", "elements": "str", "default": []},
    "leave_groups_prefix": {"type": "str", "default": ""},
    "ignored_groups": {"type": "list", "elements": "str", "default": []},
    "without_group": {"type": "str", "choices": ["delete", "disable", "keep"]},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    users, pool = params["users"], Pool(connect(call, "cognito-idp"), params["user_pool_id"])
    if params["state"] == "present":
        purged = params["purge_groups_prefix"] if params["purge_groups"] else None
        presence = Presence(purged, params["exclusive_groups"], params["purge_all"], params["enable_joining"])
        items = present_items(pool, users, presence)
        for item in items:
            if is_shut_out(item):
                call.warn(
                    f"{item.resource.name} is disabled in the user pool, so nobody signs in with that name. "
                    "It stays so: enable the account by hand, or with enabled: true."
                )
            if isinstance(item.resource, User) and item.resource.takes_over:
                call.warn(
                    f"{item.resource.name} was in the user pool already, without the e-mail address that is given: "
                    "the account gets that address and a new password, and whoever was signed in with it is signed out."
                )
        return items
    if params["leave_groups"] or params["without_group"]:
        without_group = params["without_group"] or "delete"
        groups = (params["leave_groups"], params["leave_groups_prefix"])
        leaving = Leaving(*groups, without_group, params["ignored_groups"])
        return leaving_items(pool, users, leaving)
    return absent_items(pool, users)


MODULE = set_module(make_items, "users", argument_spec={**STATE, **OPTIONS})
