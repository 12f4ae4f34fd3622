# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's custom images need in SageMaker."""

from __future__ import annotations

import typing as t

from .team import CODE_EDITOR, DATA_SCIENTIST, JUPYTERLAB, KERNEL_GATEWAY, Image, Team

CONFIGS = {
    JUPYTERLAB: "jupyter_lab_app_image_config",
    CODE_EDITOR: "code_editor_app_image_config",
    KERNEL_GATEWAY: "kernel_gateway_image_config",
}
FILES = {"mount_path": "mount_path", "uid": "default_uid", "gid": "default_gid"}
CONTAINER = {
    "entrypoint": "container_entrypoint",
    "arguments": "container_arguments",
    "environment": "container_environment_variables",
}
Thing = t.Dict[str, t.Any]


def sagemaker_images(team: Team) -> list[Thing]:
    """Return the images that sagemaker_images makes. SageMaker fetches them with the data scientists' role."""
    return [
        _given(
            {
                "name": team.names.image(image.name),
                "image_uri": image.image_uri,
                "role_arn": team.names.role_arn(DATA_SCIENTIST),
                "display_name": image.display_name or image.name,
                "description": image.description,
            }
        )
        for image in team.custom_images
    ]


def app_image_configs(team: Team) -> list[Thing]:
    """Return what each kind of app needs to start the images."""
    return [
        {
            "name": team.names.app_image_config(image.name, app_type),
            CONFIGS[app_type]: _kernel(image) if app_type == KERNEL_GATEWAY else _container(image),
        }
        for image in team.custom_images
        for app_type in image.app_types
    ]


def offered(team: Team, app_type: str) -> list[Thing]:
    """Return what a kind of app offers; it belongs to the domain from the moment the image exists."""
    return [
        {
            "image_name": team.names.image(image.name),
            "app_image_config_name": team.names.app_image_config(image.name, app_type),
        }
        for image in team.custom_images
        if app_type in image.app_types
    ]


def _kernel(image: Image) -> Thing:
    kernel = {"name": image.kernel, "display_name": image.display_name or image.name}
    return _given({"kernel_specs": [kernel], "file_system_config": _members(image, FILES)})


def _container(image: Image) -> Thing:
    return _given({"file_system_config": _members(image, FILES), "container_config": _members(image, CONTAINER)})


def _members(image: Image, names: t.Mapping[str, str]) -> Thing | None:
    members = {member: getattr(image, option) for option, member in names.items()}
    return {name: _plain(value) for name, value in _given(members).items()} or None


def _plain(value: t.Any) -> t.Any:
    return list(value) if isinstance(value, tuple) else value


def _given(values: Thing) -> Thing:
    return {name: value for name, value in values.items() if value is not None}
