# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module run_module does: it is the module of this collection that Ansible was told to run."""

from __future__ import annotations

import typing as t

from ansible.module_utils import basic

from . import implementation

if t.TYPE_CHECKING:
    # Ansible packs what it finds imported here. Only the one that is asked for is imported when it runs.
    from . import (  # noqa: F401
        apigateway_account,
        apigateway_rest_api,
        apigateway_rest_api_info,
        backup_plan,
        backup_vault,
        budgets_budget,
        cloudwatch_alarms,
        cognito_groups,
        cognito_identity_provider,
        cognito_user_pool,
        cognito_user_pool_client,
        cognito_user_pool_client_secrets,
        cognito_user_pool_domain,
        cognito_user_pool_info,
        cognito_users,
        dynamodb_table,
        ec2_flow_log,
        ec2_security_group_removal,
        ec2_security_groups,
        ec2_tags,
        ec2_vpc,
        ec2_vpc_info,
        ec2_vpc_removal_info,
        iam_roles,
        kms_key,
        kms_key_removal,
        kms_keys_info,
        lambda_function,
        lambda_permission,
        logs_log_groups,
        logs_log_streams,
        logs_metric_filters,
        presigned_url,
        s3_bucket,
        s3_bucket_content_info,
        sagemaker_app_info,
        sagemaker_apps,
        sagemaker_domain,
        sagemaker_domain_home,
        sagemaker_domain_info,
        sagemaker_images,
        sagemaker_space_info,
        sagemaker_spaces,
        sagemaker_user_profile_info,
        sagemaker_user_profiles,
        studio_lifecycle_config,
        studio_lifecycle_config_info,
        studio_lifecycle_configs,
        studio_platform_info,
        studio_platform_parts_info,
        studio_preflight_info,
        studio_removal_info,
        studio_teams_info,
        vpc_endpoints,
        wafv2_web_acl_association,
    )


class RunModule:
    """Whatever module Ansible says is running."""

    def main(self) -> None:
        """The whole life of that module as a program."""
        # Ansible has this function for modules whose options depend on what they are given; its own tests give nothing.
        given = basic._load_params() or {}
        name = given.get("_ansible_module_name", "run_module").rpartition(".")[2]
        if name != "run_module":
            implementation(name).main()
        module = basic.AnsibleModule({}, supports_check_mode=True)
        module.fail_json(f"{name} runs other modules of this collection. Name the one that you want in its place.")


MODULE = RunModule()
