# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that a look uses, by their names: all that the steps of a team name, and those that read."""

from __future__ import annotations

from .._modules import (
    backup_plan,
    backup_vault,
    budgets_budget,
    cognito_groups,
    cognito_user_pool_info,
    cognito_users,
    ec2_security_groups,
    iam_roles,
    kms_key,
    s3_bucket,
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
    studio_lifecycle_configs,
    studio_platform_info,
)
from .._run import Module

MODULES: dict[str, Module] = {
    "backup_plan": backup_plan.MODULE,
    "backup_vault": backup_vault.MODULE,
    "budgets_budget": budgets_budget.MODULE,
    "cognito_groups": cognito_groups.MODULE,
    "cognito_user_pool_info": cognito_user_pool_info.MODULE,
    "cognito_users": cognito_users.MODULE,
    "ec2_security_groups": ec2_security_groups.MODULE,
    "iam_roles": iam_roles.MODULE,
    "kms_key": kms_key.MODULE,
    "s3_bucket": s3_bucket.MODULE,
    "sagemaker_app_info": sagemaker_app_info.MODULE,
    "sagemaker_apps": sagemaker_apps.MODULE,
    "sagemaker_domain": sagemaker_domain.MODULE,
    "sagemaker_domain_home": sagemaker_domain_home.MODULE,
    "sagemaker_domain_info": sagemaker_domain_info.MODULE,
    "sagemaker_images": sagemaker_images.MODULE,
    "sagemaker_space_info": sagemaker_space_info.MODULE,
    "sagemaker_spaces": sagemaker_spaces.MODULE,
    "sagemaker_user_profile_info": sagemaker_user_profile_info.MODULE,
    "sagemaker_user_profiles": sagemaker_user_profiles.MODULE,
    "studio_lifecycle_configs": studio_lifecycle_configs.MODULE,
    "studio_platform_info": studio_platform_info.MODULE,
}
