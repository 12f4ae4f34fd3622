# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of a platform beside its defaults: each option changed, with what it needs."""

from tests.support import saml
from tests.support.emulator_plugin import ACCOUNT

TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:operators"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team1-execution"
TAGS = {"CostCenter": "4711"}
POLICY = {
    "minimum_length": 21,
    "require_lowercase": True,
    "require_uppercase": True,
    "require_numbers": True,
    "require_symbols": False,
    "temporary_password_validity_days": 3,
}
SAML = {
    "name": "company",
    "type": "SAML",
    "details": {"MetadataURL": saml.ADDRESS},
    "teams": {"team1": ["data-science"]},
}
OIDC = {
    "name": "company",
    "type": "OIDC",
    "details": {"client_id": "studio", "oidc_issuer": "https://login.example.com", "authorize_scopes": "openid email"},
    "teams": {"team1": ["data-science"]},
    "exclusive": True,
}
ADDRESS = "studio@example.com"
SENDER = {
    "source_arn": f"arn:aws:ses:eu-central-1:{ACCOUNT}:identity/{ADDRESS}",
    "from": f"Studio <{ADDRESS}>",
    "reply_to_email_address": "help@example.com",
    "configuration_set": "studio",
}
SECRET = "Difference-Engine-1822"

# The options of each change, by the option that it is about.
NETWORK = {
    "network_subnet_count": {"network_subnet_count": 3},
    "network_services": {"network_services": ["sagemaker.api", "aws.sagemaker.{region}.studio", "glue"]},
    "network_extra_services": {"network_extra_services": ["codeartifact.api"]},
    "network_optional_endpoint_services": {"network_optional_endpoint_services": ["sagemaker.metrics"]},
    "network_private_api": {"network_private_api": True},
    "network_browser_cidrs": {"network_private_api": True, "network_browser_cidrs": ["10.9.0.0/16"]},
    "network_endpoint_policies": {"network_endpoint_policies": False},
    "network_studio_endpoint_full_access": {"network_studio_endpoint_full_access": True},
    "network_image_owner_ids": {"network_image_owner_ids": ["222222222222"]},
    "network_package_owner_ids": {"network_package_owner_ids": ["222222222222"]},
    "network_foreign_bucket_arns": {"network_foreign_bucket_arns": ["arn:aws:s3:::elsewhere"]},
    "network_flow_logs": {"network_flow_logs": False},
    "network_log_retention_days": {"network_log_retention_days": 30},
    "network_tags": {"network_tags": TAGS},
}
LOGIN = {
    "login_callback_urls": {"login_callback_urls": ["https://tools.example.com/callback"]},
    "login_endpoint_type": {"login_endpoint_type": "private"},
    "login_password_policy": {"login_password_policy": POLICY},
    "login_deletion_protection": {"login_deletion_protection": False},
    "login_mfa": {"login_mfa": "optional"},
    "login_user_pool_tier": {"login_user_pool_tier": "PLUS"},
    "login_threat_protection": {"login_user_pool_tier": "PLUS", "login_threat_protection": "enforced"},
    "login_email_configuration": {"login_email_configuration": SENDER},
    "login_identity_provider": {"login_identity_provider": SAML, "login_profile_role_arns": [ROLE]},
    "login_identity_provider_secret": {"login_identity_provider": OIDC, "login_identity_provider_secret": SECRET},
    "login_url_lifetime_seconds": {"login_url_lifetime_seconds": 45},
    "login_session_seconds": {"login_session_seconds": 7200},
    "login_throttling_rate_limit": {"login_throttling_rate_limit": 7},
    "login_throttling_burst_limit": {"login_throttling_burst_limit": 13},
    "login_portal_throttling_rate_limit": {"login_portal_throttling_rate_limit": 5},
    "login_portal_throttling_burst_limit": {"login_portal_throttling_burst_limit": 11},
    "login_access_log": {"login_access_log": False, "login_alarms": False},
    "login_log_retention_days": {"login_log_retention_days": 30},
    "login_manage_api_gateway_log_role": {"login_manage_api_gateway_log_role": False},
    "login_alarms": {"login_alarms": False},
    "login_refused_alarm_threshold": {"login_refused_alarm_threshold": 17},
    "login_failed_alarm_threshold": {"login_failed_alarm_threshold": 3},
    "login_alarm_topic_arns": {"login_alarm_topic_arns": [TOPIC]},
    "login_web_acl_arn": {"login_web_acl_arn": ""},
    "login_tracing": {"login_tracing": True},
    "login_live_group_check": {"login_live_group_check": False},
    "login_profile_role_arns": {"login_profile_role_arns": [ROLE]},
    "login_brought_role_arns": {"login_brought_role_arns": {"team1": [ROLE]}},
    "login_organisation_name": {"login_organisation_name": "Analytical Engines"},
    "login_logo_text": {"login_logo_text": "AE"},
    "login_help_url": {"login_help_url": "https://help.example.com/"},
    "login_postman_dir": {"login_postman_dir": "/somewhere"},
    "login_postman_team": {"login_postman_dir": "/somewhere", "login_postman_team": "team2"},
    "login_function_runtime": {"login_function_runtime": "python3.12"},
    "login_api_url": {"login_api_url": "https://studio.example.com"},
    "login_hosted_ui_url": {"login_hosted_ui_url": "https://sign-in.example.com"},
    "login_studio_hosts": {"login_studio_hosts": ["*.example.com"]},
    "login_tags": {"login_tags": TAGS},
}
# What says where the platform is, and what cannot be changed: its VPC, its user pool and the address of that.
PLACE = ("platform_name", "region", "account_id", "partition")
OF_ITS_PLACE = {
    *(
        f"{role}_{name}"
        for role in ("network", "login")
        for name in ("platform_name", "region", "account_id", "partition")
    ),
    "network_cidr",
    "network_vpc_id",
    "network_subnet_ids",
    "login_user_pool_id",
    "login_domain_prefix",
}
# What one part is told of the other, or of a run.
OF_A_RUN = {"login_network", "network_leaving_groups"}
# What stays when it is taken out of the description.
ONE_WAY = {"network_subnet_count", "login_email_configuration"}
