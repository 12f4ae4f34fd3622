# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By which options of an inventory a setting of AWS is described."""

from __future__ import annotations

import re
import typing as t

# (step in words, pattern of the dotted path of a setting, options). The first that fits counts. The empty path is the
# whole thing. What several options make together, such as the statements of a policy, has no row.
Rows = t.Tuple[t.Tuple[str, str, t.Tuple[str, ...]], ...]

_LAB, _EDITOR = r".*\.jupyter_lab_app_settings\.", r".*\.code_editor_app_settings\."
_IDLE = r"app_lifecycle_management\.idle_settings\."
_PEOPLE = ("studio_users",)
_SPACES = ("studio_spaces", "studio_personal_spaces")
_SCRIPTS = ("studio_lifecycle_scripts", "studio_package_index", "studio_sdk_config")


def _of_apps(path: str, name: str, general: str = "") -> Rows:
    """The rows of a setting that is said of all apps, and of each kind of them."""
    of_all = f"studio_{general or name}"
    return (
        ("domain", _LAB + path, (of_all, f"studio_jupyterlab.{name}")),
        ("domain", _EDITOR + path, (of_all, f"studio_code_editor.{name}")),
    )


OF_TEAMS: Rows = (
    ("domain", r"tags\.ProfileOnFirstSignIn", ("studio_members_make_their_profile",)),
    ("domain", r"tags\.ProfileRole(:.*)?", ("studio_members_make_their_profile", "studio_users")),
    ("domain", r"tags\.SessionMinutes", ("studio_session_minutes",)),
    ("domain", r"tags\.Budget", ("studio_budget.limit_usd",)),
    ("domain", r"(default_user_settings\.auto_mount_home_efs|home_efs_file_system_creation)", ("studio_home_efs",)),
    ("domain", r"default_user_settings\.security_groups", ("studio_people_separated",)),
    *_of_apps(_IDLE + "lifecycle_management", "idle_shutdown"),
    *_of_apps(_IDLE + "idle_timeout_in_minutes", "idle_timeout_minutes"),
    *_of_apps(_IDLE + "max_idle_timeout_in_minutes", "idle_timeout_maximum_minutes"),
    *_of_apps(r"default_resource_spec\.instance_type", "instance_type", "default_instance_type"),
    ("domain", r".*\.default_ebs_volume_size_in_gb", ("studio_ebs_default_gb",)),
    ("domain", r".*\.maximum_ebs_volume_size_in_gb", ("studio_ebs_maximum_gb",)),
    ("domain", r".*\.code_repositories", ("studio_code_repositories",)),
    ("domain", r".*\.custom_images", ("studio_custom_images",)),
    ("domain", r".*\.(lifecycle_config_arns?|built_in_lifecycle_config_arn)", _SCRIPTS),
    ("domain", r".*\.hidden_app_types", ("studio_hidden_app_types",)),
    ("domain", r".*\.hidden_instance_types", ("studio_allowed_instance_types",)),
    ("domain", r".*\.enable_docker_access", ("studio_docker_access",)),
    ("domain", r".*\.vpc_only_trusted_accounts", ("studio_docker_access", "studio_docker_trusted_accounts")),
    ("key", r"enable_key_rotation", ("studio_key_rotation",)),
    ("data bucket", r"lifecycle_rules", ("studio_infrequent_access_days", "studio_old_versions_days")),
    ("access log bucket", r"lifecycle_rules", ("studio_access_log_days",)),
    ("budget", r"limit", ("studio_budget.limit_usd",)),
    ("budget", r"notifications", ("studio_budget.notify", "studio_budget.thresholds", "studio_budget.forecast")),
    ("budget", r"", ("studio_budget",)),
    ("backup plan", r"rules", ("studio_backup_schedule", "studio_backup_days")),
    ("backup plan", r"", ("studio_backup",)),
    ("backup vault", r"", ("studio_backup",)),
    ("backup role", r"", ("studio_backup",)),
    ("roles and policies", r"permissions_boundary", ("studio_permissions_boundary_arn",)),
    ("roles and policies", r"policy_arns", ("studio_extra_policy_arns",)),
    ("lifecycle configurations", r"(?!tags\.).*", _SCRIPTS),
    ("unwanted lifecycle configurations", r".*", _SCRIPTS),
    ("images", r"(?!tags\.).*", ("studio_custom_images",)),
    ("unwanted images", r".*", ("studio_custom_images",)),
    ("user profiles", r"(?!tags\.).*", (*_PEOPLE, "studio_role_per_person")),
    ("people", r".*", (*_PEOPLE, "studio_remove_unlisted_people")),
    ("shut out people", r".*", _PEOPLE),
    ("people who left", r".*", _PEOPLE),
    ("spaces", r"(?!tags\.).*", _SPACES),
)
OF_PLATFORMS: Rows = (
    ("vpc", r"cidr_block", ("network_cidr",)),
    ("vpc", r"", ("network_cidr",)),
    ("flow log", r"", ("network_flow_logs",)),
    ("flow log role", r"", ("network_flow_logs",)),
    ("flow log group", r"retention_in_days", ("network_log_retention_days",)),
    ("flow log group", r"", ("network_flow_logs",)),
    ("endpoints", r"policy(_document)?\b.*", ("network_endpoint_policies",)),
    ("endpoints", r"", ("network_services", "network_extra_services")),
    ("log groups", r"retention_in_days", ("login_log_retention_days",)),
    ("user pool", r"policies\.password_policy\..*", ("login_password_policy",)),
    ("user pool", r"mfa_configuration", ("login_mfa",)),
    ("user pool", r"deletion_protection", ("login_deletion_protection",)),
    ("user pool", r"user_pool_tier", ("login_user_pool_tier",)),
    ("user pool", r"email_configuration\..*", ("login_email_configuration",)),
    ("hosted sign in", r"", ("login_domain_prefix",)),
    ("identity provider", r".*", ("login_identity_provider",)),
    ("api", r"stage\.(throttling\.|all_methods\.throttling_)rate_limit", ("login_throttling_rate_limit",)),
    ("api", r"stage\.(throttling\.|all_methods\.throttling_)burst_limit", ("login_throttling_burst_limit",)),
    ("api", r"stage\.access_log_settings\..*", ("login_access_log",)),
    ("api", r"stage\.tracing_enabled", ("login_tracing",)),
    ("api", r"endpoint_configuration\..*", ("login_endpoint_type",)),
    ("function", r"tracing_config\.mode", ("login_tracing",)),
    ("function", r"runtime", ("login_function_runtime",)),
    ("function", r"environment\.URL_LIFETIME_SECONDS", ("login_url_lifetime_seconds",)),
    ("function", r"environment\.SESSION_SECONDS", ("login_session_seconds",)),
    ("function", r"environment\.ORGANISATION_NAME", ("login_organisation_name",)),
    ("function", r"environment\.LOGO_TEXT", ("login_logo_text",)),
    ("function", r"environment\.HELP_URL", ("login_help_url",)),
    ("function", r"environment\.STUDIO_HOSTS", ("login_studio_hosts",)),
    ("function", r"environment\.HOSTED_UI_URL", ("login_hosted_ui_url", "login_domain_prefix")),
    ("function", r"environment\.LIVE_GROUP_CHECK", ("login_live_group_check",)),
    ("alarms", r"threshold", ("login_refused_alarm_threshold", "login_failed_alarm_threshold")),
    ("alarms", r"(alarm|ok)_actions", ("login_alarm_topic_arns",)),
    ("alarms", r"", ("login_alarms",)),
    ("metric filters", r"", ("login_alarms",)),
    ("web acl", r".*", ("login_web_acl_arn",)),
)
# Tags of these names say whose a thing is, and no option sets them.
OWN_TAGS = {"Platform", "DomainName", "Name", "Adopted", "UserSub", "ClosedForSignIn"}
_TAG = re.compile(r"tags\.(.+)")
_TAGS_OF_NETWORKS = {
    "vpc",
    "turns table",
    "security groups",
    "endpoints",
    "flow log group",
    "flow log role",
    "flow log",
}


def team_options(step: str, path: str) -> tuple[str, ...]:
    """Return the options that a setting of a team's step is described by; empty where none is known.

    step: in words, such as "data bucket"; path: the dotted name of the setting, empty for the whole thing.
    """
    return _found(OF_TEAMS, step, path) or (("studio_tags",) if _is_free_tag(path) else ())


def platform_options(step: str, path: str) -> tuple[str, ...]:
    """Return the same for a setting of a platform's network or sign-in."""
    tags = "network_tags" if step in _TAGS_OF_NETWORKS else "login_tags"
    return _found(OF_PLATFORMS, step, path) or ((tags,) if _is_free_tag(path) else ())


def _found(rows: Rows, step: str, path: str) -> tuple[str, ...]:
    fitting = (options for of, pattern, options in rows if of == step and re.fullmatch(pattern, path))
    return next(fitting, ())


def _is_free_tag(path: str) -> bool:
    tag = _TAG.fullmatch(path)
    return tag is not None and tag[1] not in OWN_TAGS
