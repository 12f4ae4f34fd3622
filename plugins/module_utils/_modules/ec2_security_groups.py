# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_security_groups does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.group_set import group_stages
from .._run import (
    TAGS,
    Call,
    Stages,
    connect,
    stages_module,
    wait_options,
)

TEXTS = {"type": "list", "elements": "str"}
RULE = {
    "proto": {"type": "str", "default": "tcp"},
    "ports": TEXTS,
    "cidr_ip": TEXTS,
    "cidr_ipv6": TEXTS,
    "group_id": {"type": "str"},
    "group_name": {"type": "str"},
    "prefix_list_id": {"type": "str"},
    "rule_desc": {"type": "str"},
}
GROUP = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "rules": {"type": "list", "elements": "dict", "options": RULE},
    "rules_egress": {"type": "list", "elements": "dict", "options": RULE},
    "tags": {"type": "dict"},
}
OPTIONS = {
    "vpc_id": {"type": "str", "required": True},
    "security_groups": {"type": "list", "elements": "dict", "required": True, "options": GROUP},
}


def make_stages(call: Call) -> Stages:
    params = call.params
    return group_stages(
        connect(call, "ec2"), params["vpc_id"], params["security_groups"], params["tags"], params["wait_timeout"]
    )


MODULE = stages_module(make_stages, argument_spec={**TAGS, **wait_options(120), **OPTIONS})
