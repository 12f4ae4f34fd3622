# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps in their order: the tasks of the roles that make something, and what a look goes through."""

from __future__ import annotations

import hashlib
import json
import typing as t


class Step(t.NamedTuple):
    """A use of a module.

    The role registers what it answers as <role>__<name>. Those whose name begins with made_ say what was changed.
    ``part`` is where the plan has its arguments; where that is a list, the module is used for each of its items.
    """

    name: str
    module: str
    part: str

    @property
    def words(self) -> str:
        """What people call the step, such as "access log bucket"."""
        return self.name.removeprefix(MADE).replace("_", " ")


# In whose arguments passwords are.
PEOPLE = "made_people"
MADE = "made_"
# Without its platform a team has nothing to live on.
PLATFORM = Step("found_platform", "studio_platform_info", "platform")
NAMESAKES = Step("found_namesakes", "sagemaker_domain_info", "namesakes")
TEAM = (
    NAMESAKES,
    PLATFORM,
    Step("made_group", "cognito_groups", "cognito_groups"),
    Step(PEOPLE, "cognito_users", "cognito_users"),
    Step("made_unwanted_groups", "cognito_groups", "unwanted_cognito_groups"),
    Step("made_key", "kms_key", "key"),
    Step("made_access_log_bucket", "s3_bucket", "access_log_bucket"),
    Step("made_data_bucket", "s3_bucket", "data_bucket"),
    Step("made_security_group", "ec2_security_groups", "security_group"),
    Step("made_roles_and_policies", "iam_roles", "roles"),
    Step("made_lifecycle_configurations", "studio_lifecycle_configs", "lifecycle_configs"),
    Step("made_images", "sagemaker_images", "images"),
    Step("made_domain", "sagemaker_domain", "domain"),
    Step("made_home", "sagemaker_domain_home", "home"),
    Step("made_unwanted_lifecycle_configurations", "studio_lifecycle_configs", "unwanted_lifecycle_configs"),
    Step("made_unwanted_images", "sagemaker_images", "unwanted_images"),
    Step("made_budget", "budgets_budget", "budget"),
    Step("made_user_profiles", "sagemaker_user_profiles", "user_profiles"),
    Step("all_profiles", "sagemaker_user_profile_info", "all_profiles"),
    Step("all_spaces", "sagemaker_space_info", "all_spaces"),
    Step("made_stopped_apps", "sagemaker_apps", "stopped_apps"),
    Step("made_closed_spaces", "sagemaker_apps", "closed_spaces"),
    Step("made_private_spaces", "sagemaker_spaces", "private_spaces"),
    Step("made_shut_out_people", "cognito_users", "shut_out_people"),
    Step("made_people_who_left", "sagemaker_user_profiles", "leaving_profiles"),
    Step("made_owners_who_left", "sagemaker_user_profiles", "staying_profiles"),
    Step("made_unwanted_roles", "iam_roles", "unwanted_roles"),
    Step("found_spaces", "sagemaker_space_info", "found_spaces"),
    Step("made_spaces", "sagemaker_spaces", "spaces"),
    Step("made_backup_role", "iam_roles", "backup_role"),
    Step("made_backup_vault", "backup_vault", "backup_vault"),
    Step("made_backup_plan", "backup_plan", "backup_plan"),
)
# What is found decides whether the platform has a VPC of its own, or lives in one that somebody else made.
VPC = Step("found_vpc", "ec2_vpc_info", "lookups")
NETWORK = (
    # First, as what it finds may keep the network from being made.
    VPC,
    Step("made_turns_table", "dynamodb_table", "turns_table"),
    Step("made_vpc", "ec2_vpc", "vpc"),
    Step("made_adoption", "ec2_tags", "adoption"),
    Step("made_security_groups", "ec2_security_groups", "security_groups"),
    Step("made_endpoints", "vpc_endpoints", "endpoints"),
    Step("made_flow_log_group", "logs_log_groups", "flow_log_group"),
    Step("made_flow_log_role", "iam_roles", "flow_log_role"),
    Step("made_flow_log", "ec2_flow_log", "flow_log"),
)
SIGN_IN = (
    # First, as what it finds may keep the sign-in from being made.
    Step("found_pools", "cognito_user_pool_info", "pools"),
    Step("made_log_groups", "logs_log_groups", "log_groups"),
    Step("made_token_groups_role", "iam_roles", "token_groups_role"),
    Step("made_token_groups_function", "lambda_function", "token_groups_function"),
    Step("made_user_pool", "cognito_user_pool", "user_pool"),
    Step("made_hosted_sign_in", "cognito_user_pool_domain", "hosted_ui"),
    Step("made_user_pool_permission", "lambda_permission", "pool_permission"),
    Step("made_identity_provider", "cognito_identity_provider", "identity_provider"),
    Step("made_roles_and_policies", "iam_roles", "roles"),
    Step("made_api_gateway_account", "apigateway_account", "gateway_account"),
    Step("made_api", "apigateway_rest_api", "api"),
    Step("made_app_clients", "cognito_user_pool_client", "app_clients"),
    Step("all_app_clients", "cognito_user_pool_info", "all_app_clients"),
    Step("made_security_group", "ec2_security_groups", "function_group"),
    Step("made_function", "lambda_function", "function"),
    Step("made_api_permission", "lambda_permission", "api_permission"),
    Step("made_metric_filters", "logs_metric_filters", "metric_filters"),
    Step("made_alarms", "cloudwatch_alarms", "alarms"),
    Step("made_web_acl", "wafv2_web_acl_association", "web_acl"),
)


def digest(part: t.Any) -> str:
    """Return a text that is the same for the same arguments of a step, and for no others."""
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()


def changed_steps(steps: t.Iterable[Step], results: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """Return what was changed, in words. results: what each step answered, by its name."""
    return sorted(
        step.words for step in steps if step.name.startswith(MADE) and results.get(step.name, {}).get("changed")
    )
