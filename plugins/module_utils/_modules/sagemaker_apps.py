# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_apps does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    Call,
    Item,
    connect,
    set_module,
    wait_options,
)
from .._sagemaker.app import AppRequest, app_items
from .._sagemaker.calls import SageMaker

TYPES = [
    "JupyterServer",
    "KernelGateway",
    "DetailedProfiler",
    "TensorBoard",
    "CodeEditor",
    "JupyterLab",
    "RStudioServerPro",
    "RSessionGateway",
    "Canvas",
]
APP = {
    "space_name": {"type": "str"},
    "user_profile_name": {"type": "str"},
    "app_type": {"type": "str", "required": True, "choices": TYPES},
    "app_name": {"type": "str", "default": "default"},
    "resource_spec": {"type": "dict"},
}
STATES = {"present": "present", "started": "present", "absent": "absent", "stopped": "absent"}
OPTIONS = {
    "domain_id": {"type": "str", "required": True},
    "apps": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": APP,
        "required_one_of": [["space_name", "user_profile_name"]],
        "mutually_exclusive": [["space_name", "user_profile_name"]],
    },
    "scope": {"type": "str", "choices": ["listed", "domain", "space", "user_profile"], "default": "listed"},
    "space_name": {"type": "str"},
    "user_profile_name": {"type": "str"},
    "state": {"type": "str", "choices": list(STATES), "default": "present"},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    return app_items(
        SageMaker(connect(call, "sagemaker")),
        AppRequest(params["domain_id"], params["wait"], params["wait_timeout"]),
        [{name: app[name] for name in APP} for app in params["apps"]],
        STATES[params["state"]],
        {name: params[name] for name in ("scope", "space_name", "user_profile_name")},
    )


MODULE = set_module(
    make_items,
    "apps",
    argument_spec={**wait_options(1200), **OPTIONS},
    required_if=[["scope", "space", ["space_name"]], ["scope", "user_profile", ["user_profile_name"]]],
)
