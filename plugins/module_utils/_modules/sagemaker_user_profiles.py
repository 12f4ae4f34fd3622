# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_user_profiles does; plugins/modules documents it."""

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
from .._sagemaker.user_profile import user_profile_items

PROFILE = {
    "name": {"type": "str", "required": True, "aliases": ["user_profile_name"]},
    "user_settings": {"type": "dict"},
    "single_sign_on_user_identifier": {"type": "str", "choices": ["UserName"]},
    "single_sign_on_user_value": {"type": "str"},
    "tags": {"type": "dict"},
}
ATTRIBUTES = [attribute for attribute in PROFILE if attribute != "name"]
OPTIONS = {
    **MEMBER_OPTIONS,
    "user_profiles": {"type": "list", "elements": "dict", "default": [], "options": PROFILE},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return user_profile_items(
        SageMaker(connect(call, "sagemaker")),
        member_request(params),
        [{name: profile[name] for name in ("name", *ATTRIBUTES)} for profile in params["user_profiles"]],
        state=params["state"],
        purge=params["purge"],
        purge_all=params["purge_all"],
    )


MODULE = set_module(make_items, "user_profiles", argument_spec={**STATE, **wait_options(600), **OPTIONS})
