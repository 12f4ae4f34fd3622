# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_spaces does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    STATE,
    Call,
    Item,
    connect,
    set_module,
    wait_options,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.member import MEMBER_OPTIONS, member_request
from .._sagemaker.space import space_items

SPACE = {
    "name": {"type": "str", "required": True, "aliases": ["space_name"]},
    "space_display_name": {"type": "str"},
    "owner": {"type": "str", "aliases": ["owner_user_profile_name"]},
    "sharing_type": {"type": "str", "choices": ["Private", "Shared"]},
    "space_settings": {"type": "dict"},
    "tags": {"type": "dict"},
}
OPTIONS = {
    **MEMBER_OPTIONS,
    "spaces": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": SPACE,
        "required_together": [["owner", "sharing_type"]],
    },
    "inherited_tags": {"type": "dict"},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return space_items(
        SageMaker(connect(call, "sagemaker")),
        member_request(params),
        [{name: space[name] for name in SPACE} for space in params["spaces"]],
        state=params["state"],
        purge=params["purge"],
        purge_all=params["purge_all"],
        inherited_tags=params["inherited_tags"],
    )


MODULE = set_module(make_items, "spaces", argument_spec={**STATE, **wait_options(1200), **OPTIONS})
