# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_app_info does; plugins/modules documents it."""

from __future__ import annotations

from .._run import Call, Result, connect, info_module
from .._sagemaker.app import describe_apps
from .._sagemaker.calls import SageMaker

OWNERS = ("space_name", "user_profile_name")


def read(call: Call) -> Result:
    params = call.params
    owner = {name: params[name] for name in OWNERS if params[name]}
    sagemaker = SageMaker(connect(call, "sagemaker"))
    return {"apps": describe_apps(sagemaker, params["domain_id"], owner, params["include_deleted"])}


MODULE = info_module(
    read,
    argument_spec={
        "domain_id": {"type": "str", "required": True},
        "space_name": {"type": "str"},
        "user_profile_name": {"type": "str"},
        "include_deleted": {"type": "bool", "default": False},
    },
    mutually_exclusive=[OWNERS],
)
