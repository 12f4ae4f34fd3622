# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_tags does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.tagged import tag_items
from .._run import (
    STATE,
    Call,
    Item,
    connect,
    set_module,
    wait_options,
)

OPTIONS = {
    "resource_ids": {"type": "list", "elements": "str", "required": True},
    "tags": {"type": "dict", "required": True},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return tag_items(
        connect(call, "ec2"), params["resource_ids"], params["tags"], params["state"], params["wait_timeout"]
    )


MODULE = set_module(make_items, "tagged_resources", argument_spec={**STATE, **wait_options(120), **OPTIONS})
