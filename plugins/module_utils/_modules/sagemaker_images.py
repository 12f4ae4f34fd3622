# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_images does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    STATE,
    TAGS,
    Call,
    Stages,
    connect,
    stages_module,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.image import (
    CONFIGS,
    Purge,
    app_image_config_items,
    image_items,
)

IMAGE = {
    "name": {"type": "str", "required": True, "aliases": ["image_name"]},
    "image_uri": {"type": "str", "aliases": ["base_image"]},
    "role_arn": {"type": "str"},
    "display_name": {"type": "str"},
    "description": {"type": "str"},
}
CONFIG = {
    "name": {"type": "str", "required": True, "aliases": ["app_image_config_name"]},
    **{name: {"type": "dict"} for name in CONFIGS},
}
OPTIONS = {
    "images": {"type": "list", "elements": "dict", "default": [], "options": IMAGE},
    "app_image_configs": {"type": "list", "elements": "dict", "default": [], "options": CONFIG},
    "create": {"type": "bool", "default": True},
    "purge_match_tags": {"type": "dict"},
    "purge_name_prefixes": {"type": "list", "elements": "str", "default": []},
    "ignored_domain_ids": {"type": "list", "elements": "str", "default": []},
    "wait_timeout": {"type": "int", "default": 600},
}


def make_stages(call: Call) -> Stages:
    params = call.params
    sagemaker = SageMaker(connect(call, "sagemaker"))
    purge = Purge(
        match_tags=params["purge_match_tags"] or {},
        prefixes=tuple(params["purge_name_prefixes"] or [""]),
        tell=call.warn,
        ignored_domain_ids=params["ignored_domain_ids"],
        even_used=params["state"] == "absent",
    )
    common = {
        "state": params["state"],
        "create": params["create"],
        "purge": purge if params["purge_match_tags"] else None,
    }
    images = [
        {"base_image": image["image_uri"], **{name: image[name] for name in IMAGE if name != "image_uri"}}
        for image in params["images"]
    ]
    configs = [{name: config[name] for name in CONFIG} for config in params["app_image_configs"]]
    return [
        ("images", image_items(sagemaker, images, params["tags"], timeout=params["wait_timeout"], **common)),
        ("app_image_configs", app_image_config_items(sagemaker, configs, params["tags"], **common)),
    ]


MODULE = stages_module(make_stages, argument_spec={**STATE, **TAGS, **OPTIONS})
