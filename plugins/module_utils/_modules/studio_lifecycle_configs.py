# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module studio_lifecycle_configs does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    TAGS,
    Call,
    Item,
    connect,
    set_module,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.lifecycle_configs import (
    SetRequest,
    lifecycle_config_items,
)

OPTIONS = {
    "lifecycle_configs": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "app_type": {
                "type": "str",
                "required": True,
                "choices": ["JupyterLab", "CodeEditor", "JupyterServer", "KernelGateway"],
            },
            "content": {"type": "str", "required": True},
        },
    },
    "create": {"type": "bool", "default": True},
    "purge": {"type": "bool", "default": False},
    "purge_all": {"type": "bool", "default": False},
    "refuse_used": {"type": "bool", "default": False},
    "match_tags": {"type": "dict"},
    "name_prefix": {"type": "str", "default": ""},
    "ignored_domain_ids": {"type": "list", "elements": "str", "default": []},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    request = SetRequest(
        create=params["create"],
        purge=params["purge"],
        purge_all=params["purge_all"],
        refuse_used=params["refuse_used"],
        match_tags=params["match_tags"] or {},
        name_prefix=params["name_prefix"],
        ignored_domain_ids=params["ignored_domain_ids"],
    )
    return lifecycle_config_items(
        SageMaker(connect(call, "sagemaker")),
        lambda: connect(call, "sts").get_caller_identity()["Arn"],
        params["lifecycle_configs"],
        request,
        params["tags"],
        call.warn,
    )


MODULE = set_module(
    make_items,
    "studio_lifecycle_configs",
    argument_spec={**TAGS, **OPTIONS},
    required_if=[("purge", True, ("match_tags",))],
)
