# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module vpc_endpoints does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.vpc_endpoints import endpoint_items
from .._run import (
    STATE,
    TAGS,
    Call,
    Item,
    connect,
    set_module,
    wait_options,
)

IDS = {"type": "list", "elements": "str"}
ENDPOINT = {
    "service_name": {"type": "str", "required": True},
    "vpc_endpoint_type": {"type": "str", "choices": ["Interface", "Gateway"], "default": "Interface"},
    "subnet_ids": IDS,
    "security_group_ids": IDS,
    "route_table_ids": IDS,
    "private_dns_enabled": {"type": "bool"},
    "policy": {"type": "dict"},
    "tags": {"type": "dict"},
}
OPTIONS = {
    "vpc_id": {"type": "str", "required": True},
    "endpoints": {"type": "list", "elements": "dict", "required": True, "options": ENDPOINT},
    "purge": {"type": "bool", "default": False},
    "purge_match_tags": {"type": "dict"},
    "match_tags": {"type": "dict"},
    "adoption_tags": {"type": "dict"},
    "purge_all": {"type": "bool", "default": False},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return endpoint_items(
        connect(call, "ec2"),
        params["vpc_id"],
        params["endpoints"],
        tags=params["tags"],
        state=params["state"],
        purge=params["purge"],
        purge_all=params["purge_all"],
        purge_match_tags=params["purge_match_tags"] or {},
        wait=params["wait"],
        timeout=params["wait_timeout"],
        match_tags=params["match_tags"] or {},
        adoption_tags={key: str(value) for key, value in (params["adoption_tags"] or {}).items()},
    )


MODULE = set_module(
    make_items,
    "vpc_endpoints",
    argument_spec={**STATE, **TAGS, **wait_options(900), **OPTIONS},
    required_if=[("purge", True, ["purge_match_tags"])],
)
