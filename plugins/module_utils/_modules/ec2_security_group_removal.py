# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_security_group_removal does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.security_groups import removal_items
from .._run import Call, Item, connect, set_module

OPTIONS = {
    "names": {"type": "list", "elements": "str", "required": True},
    "match_tags": {"type": "dict", "required": True},
    "wait_timeout": {"type": "int", "default": 300},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return removal_items(connect(call, "ec2"), params["names"], params["match_tags"], params["wait_timeout"])


MODULE = set_module(make_items, "security_groups", argument_spec=OPTIONS)
