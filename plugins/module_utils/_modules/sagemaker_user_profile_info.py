# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_user_profile_info does; plugins/modules documents it."""

from __future__ import annotations

from .._run import Call, Result, connect, info_module
from .._sagemaker.calls import SageMaker
from .._sagemaker.user_profile import describe_user_profiles


def read(call: Call) -> Result:
    sagemaker = SageMaker(connect(call, "sagemaker"))
    return {"user_profiles": describe_user_profiles(sagemaker, call.params["domain_id"], call.params["name"])}


MODULE = info_module(
    read,
    argument_spec={
        "domain_id": {"type": "str", "required": True},
        "name": {"type": "str", "aliases": ["user_profile_name"]},
    },
)
