# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_vpc_removal_info does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.vpc_removal import Search, find_removals
from .._run import Call, Result, connect, info_module

NAMES = {"type": "list", "elements": "str", "default": []}
OPTIONS = {
    "match_tags": {"type": "dict", "required": True},
    "adoption_tag": {"type": "str", "default": ""},
    "security_group_names": NAMES,
    "leaving_security_group_names": NAMES,
}


def read(call: Call) -> Result:
    params = call.params
    search = Search(
        params["match_tags"],
        params["adoption_tag"],
        params["security_group_names"],
        params["leaving_security_group_names"],
    )
    return find_removals(connect(call, "ec2"), search)


MODULE = info_module(read, argument_spec=OPTIONS)
