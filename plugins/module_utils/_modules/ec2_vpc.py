# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_vpc does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.vpc import vpc_stages
from .._run import (
    TAGS,
    Call,
    Stages,
    connect,
    stages_module,
    wait_options,
)

ROUTE = {"destination": {"type": "str", "required": True}, "target": {"type": "str", "required": True}}
ROUTE_TABLE = {
    "tags": {"type": "dict"},
    "routes": {"type": "list", "elements": "dict", "default": [], "options": ROUTE},
}
SUBNET = {
    "cidr_block": {"type": "str", "required": True},
    "availability_zone": {"type": "str"},
    "map_public_ip_on_launch": {"type": "bool", "default": False},
    "tags": {"type": "dict"},
}
OPTIONS = {
    "vpc_id": {"type": "str"},
    "match_tags": {"type": "dict", "required": True},
    "cidr_block": {"type": "str", "required": True},
    "enable_dns_support": {"type": "bool"},
    "enable_dns_hostnames": {"type": "bool"},
    "subnets": {"type": "list", "elements": "dict", "default": [], "options": SUBNET},
    "route_table": {"type": "dict", "options": ROUTE_TABLE},
}


def make_stages(call: Call) -> Stages:
    clients = connect(call, "ec2"), connect(call, "ec2", retries=False)
    return vpc_stages(*clients, call.params, warn=call.warn, timeout=call.params["wait_timeout"])


MODULE = stages_module(make_stages, argument_spec={**TAGS, **wait_options(120), **OPTIONS})
