# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What apps start with: the settings of the domain, in SageMaker's own names."""

from __future__ import annotations

import typing as t

from . import images, instance_types, scripts
from .found import Found
from .team import CODE_EDITOR, DATA_SCIENTIST, JUPYTER_SERVER, JUPYTERLAB, KERNEL_GATEWAY, SPACE, Team

Settings = t.Dict[str, t.Any]
# The least idle time that AWS takes, in minutes (SageMaker API reference, IdleSettings).
SHORTEST_IDLE_MINUTES = 60
LONGEST_IDLE_MINUTES = 525600
IMAGE_MEMBERS = {
    "image_arn": "sage_maker_image_arn",
    "image_version_arn": "sage_maker_image_version_arn",
    "image_version_alias": "sage_maker_image_version_alias",
}


def idle_settings(team: Team, app_type: str) -> Settings:
    """Return when an idle app of a kind is stopped."""
    app = team.app(app_type)
    if not app.idle_shutdown:
        return {"lifecycle_management": "DISABLED"}
    return {
        "lifecycle_management": "ENABLED",
        "idle_timeout_in_minutes": app.idle_timeout_minutes,
        "min_idle_timeout_in_minutes": SHORTEST_IDLE_MINUTES,
        "max_idle_timeout_in_minutes": app.idle_timeout_maximum_minutes,
    }


def resource_spec(team: Team, found: Found, app_type: str) -> Settings:
    """Return on what an app of a kind starts unless the person chooses otherwise."""
    app = team.app(app_type)
    named = {member: getattr(app, option) for option, member in IMAGE_MEMBERS.items() if getattr(app, option)}
    return {
        **named,
        "lifecycle_config_arn": scripts.default_arn(team, found, app_type),
        "instance_type": app.instance_type,
    }


def domain_settings(team: Team, found: Found) -> Settings:
    """Return the settings of the domain itself."""
    return {
        "security_group_ids": [found.team_group_id],
        "execution_role_identity_config": "USER_PROFILE_NAME",
        "docker_settings": docker_settings(team),
    }


def docker_settings(team: Team) -> Settings:
    """Return who uses Docker, and where images come from.

    Without internet, Docker pulls from the registries of trusted accounts alone (amazon-sagemaker-feedback #219).
    SageMaker keeps a list that it is not told of, so none is told when nobody uses Docker.
    """
    if not team.docker_access:
        return {"enable_docker_access": "DISABLED", "vpc_only_trusted_accounts": []}
    given = team.docker_trusted_accounts
    return {
        "enable_docker_access": "ENABLED",
        "vpc_only_trusted_accounts": [team.platform.account_id] if given is None else list(given),
    }


def space_settings(team: Team, found: Found) -> Settings:
    """Return what holds in shared spaces. AWS has no settings for Code Editor there (API reference,
    DefaultSpaceSettings)."""
    return {
        "execution_role": team.names.role_arn(SPACE),
        "security_groups": [found.team_group_id, found.network.client_group_id],
        "space_storage_settings": {
            "default_ebs_storage_settings": {
                "default_ebs_volume_size_in_gb": team.ebs_default_gb,
                "maximum_ebs_volume_size_in_gb": team.ebs_maximum_gb,
            }
        },
        "jupyter_lab_app_settings": {
            **_studio_app_settings(team, found, JUPYTERLAB),
            "code_repositories": [{"repository_url": url} for url in team.code_repositories],
        },
    }


def user_settings(team: Team, found: Found) -> Settings:
    """Return what holds for people and their own spaces."""
    return {
        **space_settings(team, found),
        "security_groups": groups_of_people(team, found),
        "execution_role": team.names.role_arn(DATA_SCIENTIST),
        "studio_web_portal": "ENABLED",
        "default_landing_uri": "studio::",
        "studio_web_portal_settings": {
            "hidden_app_types": list(team.hidden_app_types),
            "hidden_instance_types": instance_types.hidden(team.allowed_instance_types),
        },
        "auto_mount_home_efs": "Enabled" if team.home_efs else "Disabled",
        "sharing_settings": {"notebook_output_option": "Disabled"},
        "code_editor_app_settings": _studio_app_settings(team, found, CODE_EDITOR),
        **_classic_settings(team, found),
    }


def groups_of_people(team: Team, found: Found) -> list[str]:
    """Return the groups of the apps of private spaces: the team's own lets its members in, the other one nobody.

    A profile's groups would come on top of these (API reference, UserSettings: "SecurityGroups is aggregated").
    """
    shared = [] if team.people_separated else [found.team_group_id]
    return [*shared, found.network.client_group_id]


def _studio_app_settings(team: Team, found: Found, app_type: str) -> Settings:
    return {
        "default_resource_spec": resource_spec(team, found, app_type),
        "lifecycle_config_arns": scripts.arns(team, found, app_type),
        "built_in_lifecycle_config_arn": scripts.built_in_arn(team, found, app_type),
        "custom_images": images.offered(team, app_type),
        "app_lifecycle_management": {"idle_settings": idle_settings(team, app_type)},
    }


def _classic_settings(team: Team, found: Found) -> Settings:
    """Settings of Classic are sent for teams that still have Classic scripts; for others, what attached one is taken
    back."""
    return {
        "jupyter_server_app_settings": _classic_scripts(team, found, JUPYTER_SERVER, "system"),
        "kernel_gateway_app_settings": {
            **_classic_scripts(team, found, KERNEL_GATEWAY, team.default_instance_type),
            "custom_images": images.offered(team, KERNEL_GATEWAY),
        },
    }


def _classic_scripts(team: Team, found: Found, app_type: str, instance_type: str) -> Settings:
    arns = scripts.arns(team, found, app_type)
    spec = {"lifecycle_config_arn": scripts.default_arn(team, found, app_type)}
    return {
        "default_resource_spec": {"instance_type": instance_type, **spec} if arns else spec,
        "lifecycle_config_arns": arns,
    }
