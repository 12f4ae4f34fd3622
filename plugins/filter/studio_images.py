# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter studio_images."""

from __future__ import annotations

from ansible_collections.mlplatform.studio.plugins.filter.bounded_name import bounded_name

DOCUMENTATION = r"""
name: studio_images
short_description: Work out what a team's custom images need in SageMaker
version_added: 0.1.0
description:
  - Returns the images and configurations that M(mlplatform.studio.sagemaker_images) makes, and which of them
    each kind of app offers, in the names of SageMaker.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
positional: _input, platform, team, role_arn
options:
  _input:
    description: The images as C(studio_custom_images) of the role C(studio) describes them.
    type: list
    elements: dict
    required: true
  platform:
    description: The platform's name.
    type: str
    required: true
  team:
    description: The team's name.
    type: str
    required: true
  role_arn:
    description: The role with which SageMaker fetches the container images.
    type: str
    required: true
"""

EXAMPLES = r"""
wanted: "{{ studio_custom_images | mlplatform.studio.studio_images('ml', 'team1', studio_image_role_arn) }}"
"""

RETURN = r"""
_value:
  description: A dict of C(images), C(app_image_configs), and C(offered) (custom images by kind of app).
  type: dict
"""

APPS = {
    "JupyterLab": "jupyter_lab_app_image_config",
    "CodeEditor": "code_editor_app_image_config",
    "KernelGateway": "kernel_gateway_image_config",
}
FILES = {"mount_path": "mount_path", "uid": "default_uid", "gid": "default_gid"}
CONTAINER = {
    "entrypoint": "container_entrypoint",
    "arguments": "container_arguments",
    "environment": "container_environment_variables",
}


def studio_images(images: list[dict], platform: str, team: str, role_arn: str) -> dict:
    """Return {"images", "app_image_configs", "offered"} for a team's custom images."""
    wanted: dict = {"images": [], "app_image_configs": [], "offered": {app_type: [] for app_type in APPS}}
    for image in images:
        # Image names take single hyphens and dots; a team's name has no dot, so no two teams meet in one.
        name = bounded_name(f"{platform}.{team}.{image['name']}", 63)
        shown = {"display_name": image.get("display_name") or image["name"], "description": image.get("description")}
        wanted["images"].append({"name": name, "image_uri": image["image_uri"], "role_arn": role_arn, **_given(shown)})
        for app_type in image.get("app_types") or ["JupyterLab"]:
            config = bounded_name(f"{platform}--{team}--{image['name']}--{app_type.lower()}", 63)
            wanted["app_image_configs"].append({"name": config, APPS[app_type]: _config(image, app_type)})
            wanted["offered"][app_type].append({"image_name": name, "app_image_config_name": config})
    return wanted


def _config(image: dict, app_type: str) -> dict:
    files, container = _members(image, FILES), _members(image, CONTAINER)
    if app_type == "KernelGateway":
        kernel = {"name": image.get("kernel") or "python3", "display_name": image.get("display_name") or image["name"]}
        return _given({"kernel_specs": [kernel], "file_system_config": files or None})
    return _given({"file_system_config": files or None, "container_config": container or None})


def _members(image: dict, names: dict[str, str]) -> dict:
    return _given({member: image.get(option) for option, member in names.items()})


def _given(values: dict) -> dict:
    return {name: value for name, value in values.items() if value is not None}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"studio_images": studio_images}
