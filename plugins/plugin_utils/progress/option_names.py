# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which option of a team's description stands behind what a module sets."""

from __future__ import annotations

# By the end of the module's option, as a dotted path.
OPTIONS = {
    "idle_settings.idle_timeout_in_minutes": "studio_idle_timeout_minutes",
    "idle_settings.max_idle_timeout_in_minutes": "studio_idle_timeout_maximum_minutes",
    "idle_settings.lifecycle_management": "studio_idle_shutdown",
    "default_ebs_storage_settings.default_ebs_volume_size_in_gb": "studio_ebs_default_gb",
    "default_ebs_storage_settings.maximum_ebs_volume_size_in_gb": "studio_ebs_maximum_gb",
    "studio_web_portal_settings.hidden_app_types": "studio_hidden_app_types",
    "studio_web_portal_settings.hidden_instance_types": "studio_allowed_instance_types",
    "docker_settings.enable_docker_access": "studio_docker_access",
    "docker_settings.vpc_only_trusted_accounts": "studio_docker_trusted_accounts",
    "app_settings.lifecycle_config_arns": "studio_lifecycle_scripts",
    "default_resource_spec.lifecycle_config_arn": "studio_lifecycle_scripts",
    "app_settings.code_repositories": "studio_code_repositories",
    "enable_key_rotation": "studio_key_rotation",
}


def option_of(path: str) -> str:
    """Return what a module's option is called in messages: by the option of the description, where that is known."""
    for end, option in OPTIONS.items():
        if path.endswith(end):
            return f"{option} ({end.rpartition('.')[2]})"
    return path
