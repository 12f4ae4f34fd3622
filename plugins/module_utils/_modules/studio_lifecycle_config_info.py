# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module studio_lifecycle_config_info does; plugins/modules documents it."""

from __future__ import annotations

from .._run import Call, Result, connect, info_module
from .._sagemaker.calls import SageMaker
from .._sagemaker.lifecycle_config import (
    describe_lifecycle_configs,
)


def read(call: Call) -> Result:
    sagemaker = SageMaker(connect(call, "sagemaker"))
    found = describe_lifecycle_configs(sagemaker, call.params["name"], call.params["app_type"])
    return {"studio_lifecycle_configs": found}


MODULE = info_module(
    read,
    argument_spec={
        "name": {"type": "str"},
        "app_type": {"type": "str", "choices": ["JupyterLab", "CodeEditor", "JupyterServer", "KernelGateway"]},
    },
)
