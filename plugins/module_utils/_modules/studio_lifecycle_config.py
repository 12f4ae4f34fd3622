# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module studio_lifecycle_config does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    STATE,
    TAGS,
    Call,
    Item,
    connect,
    resource_module,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.lifecycle_config import (
    script_item,
    versions_item,
)

OPTIONS = {
    "name": {"type": "str", "required": True},
    "app_type": {"type": "str", "choices": ["JupyterLab", "CodeEditor", "JupyterServer", "KernelGateway"]},
    "content": {"type": "str"},
    "purge_previous": {"type": "bool", "default": False},
}


def make_item(call: Call) -> Item:
    params, sagemaker = call.params, SageMaker(connect(call, "sagemaker"))
    if params["state"] == "absent":
        return versions_item(sagemaker, params["name"], params["app_type"])
    return script_item(
        sagemaker,
        lambda: connect(call, "sts").get_caller_identity()["Arn"],
        {name: params[name] for name in ("name", "app_type", "content")},
        params["tags"],
        purge_previous=params["purge_previous"],
    )


MODULE = resource_module(
    make_item,
    argument_spec={**STATE, **TAGS, **OPTIONS},
    required_if=[("state", "present", ("app_type", "content"))],
)
