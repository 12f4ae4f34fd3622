# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_user_pool does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.user_pool import UserPool, refuse_factors_beside_off
from .._options import (
    flag,
    group,
    groups,
    mapping,
    number,
    text,
    texts,
)
from .._run import STATE, TAGS, Call, connect, resource_module

IDENTITY = {
    "name": text(required=True, aliases=["pool_name"]),
    "user_pool_id": text(),
    "match_tags": mapping(),
    "adoption_tags": mapping(),
    "include_signing_keys": flag(default=False),
    "override_deletion_protection": flag(default=False),
}
# Ansible takes what is called a password or token for one.
PASSWORD_POLICY = {
    "minimum_length": number(),
    **{f"require_{kind}": flag() for kind in ("uppercase", "lowercase", "numbers", "symbols")},
    "temporary_password_validity_days": number(no_log=False),
    "password_history_size": number(no_log=False),
}
MESSAGE = {"email_subject": text(), "email_message": text(), "sms_message": text()}
ADMIN_CREATE_USER = {"allow_admin_create_user_only": flag(), "invite_message_template": group(MESSAGE)}
RECOVERY = {
    "name": text("verified_email", "verified_phone_number", "admin_only", required=True),
    "priority": number(required=True),
}
EMAIL = {
    "email_sending_account": text("COGNITO_DEFAULT", "DEVELOPER"),
    **{name: text() for name in ("source_arn", "from", "reply_to_email_address", "configuration_set")},
}
SCHEMA = {
    "name": text(required=True),
    "attribute_data_type": text("String", "Number", "DateTime", "Boolean"),
    "mutable": flag(),
    "required": flag(),
    "string_attribute_constraints": group({"min_length": text(), "max_length": text()}),
    "number_attribute_constraints": group({"min_value": text(), "max_value": text()}),
}
ATTRIBUTES = {
    "policies": group({"password_policy": group(PASSWORD_POLICY, no_log=False)}),
    "admin_create_user_config": group(ADMIN_CREATE_USER),
    "mfa_configuration": text("OFF", "ON", "OPTIONAL"),
    "software_token_mfa_configuration": group({"enabled": flag()}, no_log=False),
    "email_mfa_configuration": mapping(),
    "username_configuration": group({"case_sensitive": flag()}),
    "username_attributes": texts("email", "phone_number"),
    "alias_attributes": texts("email", "phone_number", "preferred_username"),
    "auto_verified_attributes": texts("email", "phone_number"),
    "account_recovery_setting": group({"recovery_mechanisms": groups(RECOVERY)}),
    "deletion_protection": text("ACTIVE", "INACTIVE"),
    "user_pool_tier": text("LITE", "ESSENTIALS", "PLUS"),
    "user_pool_add_ons": group({"advanced_security_mode": text("OFF", "AUDIT", "ENFORCED")}),
    "email_configuration": group(EMAIL),
    "verification_message_template": group(
        {"default_email_option": text("CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"), **MESSAGE}
    ),
    "schema": groups(SCHEMA),
    "custom_attributes": groups({key: SCHEMA[key] for key in ("name", "attribute_data_type", "mutable")}),
    "lambda_config": group(
        {
            "pre_token_generation_config": group(
                {"lambda_arn": text(), "lambda_version": text("V1_0", "V2_0", "V3_0")}, no_log=False
            )
        }
    ),
}


def make_resource(call: Call) -> UserPool:
    params = call.params
    refuse_factors_beside_off(params)
    return UserPool(
        connect(call, "cognito-idp"),
        connect(call, "cognito-idp", retries=False),
        params["name"],
        user_pool_id=params["user_pool_id"],
        schema=params["schema"],
        custom_attributes=params["custom_attributes"],
        protected=params["state"] == "absent" and not params["override_deletion_protection"],
        match_tags=params["match_tags"] or {},
        with_signing_keys=params["include_signing_keys"],
        adoption_tags={key: str(value) for key, value in (params["adoption_tags"] or {}).items()},
    )


MODULE = resource_module(
    make_resource, [*ATTRIBUTES, "tags"], argument_spec={**STATE, **TAGS, **IDENTITY, **ATTRIBUTES}
)
