# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module iam_roles does; plugins/modules documents it."""

from __future__ import annotations

from .._iam import check_names, policy_items, policy_prefix, role_items
from .._run import (
    STATE,
    TAGS,
    Call,
    Stages,
    connect,
    stages_module,
)

INLINE = {"name": {"type": "str", "required": True}, "document": {"type": "dict", "required": True}}
POLICY = {
    "name": {"type": "str", "required": True, "aliases": ["policy_name"]},
    "description": {"type": "str"},
    "document": {"type": "dict"},
    **STATE,
}
ROLE = {
    "name": {"type": "str", "required": True, "aliases": ["role_name"]},
    "path": {"type": "str"},
    "description": {"type": "str"},
    "assume_role_policy_document": {"type": "dict"},
    "max_session_duration": {"type": "int"},
    "permissions_boundary": {"type": "str"},
    "policy_arns": {"type": "list", "elements": "str"},
    "inline_policies": {"type": "list", "elements": "dict", "options": INLINE},
}
OPTIONS = {
    "policies": {"type": "list", "elements": "dict", "default": [], "options": POLICY},
    "roles": {"type": "list", "elements": "dict", "default": [], "options": ROLE},
    "create": {"type": "bool", "default": True},
    "purge_path": {"type": "str"},
}


def make_stages(call: Call) -> Stages:
    params = call.params
    check_names({option: [one["name"] for one in params[option]] for option in ("policies", "roles")})
    iam = connect(call, "iam")
    state, tags = params["state"], params["tags"]
    kept = [policy for policy in params["policies"] if policy["state"] == state == "present"]
    gone = [policy for policy in params["policies"] if policy not in kept]
    prefix = policy_prefix(connect(call, "sts")) if params["policies"] else ""
    roles = role_items(iam, params["roles"], tags, state=state, purge_path=params["purge_path"])
    return [
        ("policies", policy_items(iam, prefix, kept, tags, "present")),
        ("roles", [item for item in roles if params["create"] or item.state == "absent"]),
        ("policies", policy_items(iam, prefix, gone, None, "absent")),
    ]


MODULE = stages_module(make_stages, argument_spec={**STATE, **TAGS, **OPTIONS})
