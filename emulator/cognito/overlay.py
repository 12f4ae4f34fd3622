# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cognito user pools: requests checked against the model, updates that reset, guards on deletion, case of user names.

Sources: botocore model cognito-idp with its documentation; Amazon Cognito developer guide; error texts as public tools
quote them.
"""

from __future__ import annotations

import functools
from typing import Any

from botocore.model import OperationModel, OperationNotFoundError
from ministack.core.concurrency import run_reentrant
from ministack.core.responses import (
    get_region,
    json_response,
    set_request_account_id,
    set_request_region,
)

from emulator.cognito import (
    attributes,
    branding,
    client_secrets,
    clients,
    factors,
    federation,
    hosted_ui,
    identity_providers,
    invitations,
    passwords,
    plans,
    sender,
    words,
)
from emulator.cognito.refusals import refused
from emulator.shared import validation
from emulator.shared.models import service_model
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, AsyncHandler, Function, Handler, Structure
from emulator.shared.upstream import cognito as upstream

DEFAULT_PASSWORD_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
# What UpdateUserPool resets when it is left out (model, UpdateUserPool). The pool's name and feature plan stay, and its
# policies and second factor too, as go-to-k/cdkd measured on AWS (src/provisioning/providers/cognito-provider.ts).
RESETTABLE: Structure = {
    "AutoVerifiedAttributes": [],
    "SmsVerificationMessage": "",
    "EmailVerificationMessage": "",
    "EmailVerificationSubject": "",
    "SmsAuthenticationMessage": "",
    "DeviceConfiguration": None,
    "EmailConfiguration": {},
    "SmsConfiguration": {},
    "UserPoolTags": {},
    "AdminCreateUserConfig": {},
    "UserPoolAddOns": None,
    "VerificationMessageTemplate": None,
    "AccountRecoverySetting": {},
    "LambdaConfig": {},
    "UserAttributeUpdateSettings": None,
    "DeletionProtection": "INACTIVE",
}
# Empty in DescribeUserPool although nothing was set; everything else that is empty is left out.
SHOWN_EMPTY = {"LambdaConfig", "UserPoolTags"}
RESERVED_IN_DOMAINS = ("aws", "amazon", "cognito")
# https://github.com/mineiros-io/terraform-aws-cognito-user-pool/issues/69
NO_PREFIX = (
    "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
    "hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$"
)


def install() -> None:
    """Install the user pool, app client and hosted UI parts of the overlay."""
    wrap(upstream, "_dispatch_idp", _checked_dispatch)
    wrap(upstream, "_create_user_pool", _with_pool_defaults)
    wrap(upstream, "_update_user_pool", _resetting_what_is_omitted)
    wrap(upstream, "_delete_user_pool", _guarding_deletion)
    wrap(upstream, "_pool_out", _without_unset_members)
    wrap(upstream, "_sign_up", _refusing_admin_only)
    wrap(upstream, "_create_user_pool_domain", _checking_domain)
    wrap(upstream, "_delete_user_pool_domain", _refusing_unknown_domain)
    wrap(upstream, "_resolve_user", _ignoring_case)
    wrap(upstream, "_generate_temp_password", _of_any_policy)
    wrap(upstream, "_create_group", _without_precedence)
    replace(upstream, "_group_out", group_structure)
    wrap(upstream, "_pin_unsigned_idp_scope", _in_the_account_of_the_pool)
    wrap(upstream, "_run_idp_handler", _checking_clients_and_tokens)
    attributes.install()
    branding.install()
    clients.install()
    client_secrets.install()
    hosted_ui.install()
    factors.install()
    federation.install()
    identity_providers.install()
    invitations.install()
    passwords.install()
    plans.install()
    sender.install()
    words.install()


def _in_the_account_of_the_pool(original: Function) -> Function:
    """InitiateAuth and its likes come unsigned: the app client or the token says whose pool it is, on AWS too."""

    def pin(data: Structure) -> None:
        client_id = data.get("ClientId")
        pool_id = data.get("UserPoolId") or upstream._pool_id_from_token(data.get("AccessToken"))
        for (account, region, stored_id), pool in upstream._user_pools.all_items():
            if stored_id == pool_id or client_id in pool.get("_clients", {}):
                set_request_account_id(account)
                set_request_region(region)
                return
        original(data)

    return pin


def _checking_clients_and_tokens(original: Function) -> Function:
    """Secret hashes, flows and access tokens are checked with and without ``--auth`` (model, ExplicitAuthFlows).

    ministack has these checks and makes them with AUTH alone.
    """

    def run(handler: Function, action: str, data: Structure) -> Any:
        if action in upstream._UNSIGNED_IDP_ACTIONS:
            upstream._pin_unsigned_idp_scope(data)
        error = (
            upstream._validate_client_secret_hash(action, data)
            or upstream._auth_flow_error(action, data)
            or upstream._access_token_error(data)
        )
        return error or original(handler, action, data)

    return run


def _of_any_policy(original: Function) -> Function:
    """AWS makes temporary passwords that the pool takes; the longest minimum that a pool can ask for is 99."""

    def generate() -> str:
        return "".join(original() for _part in range(9))[:99]

    return generate


@functools.cache
def _operation(name: str) -> OperationModel | None:
    try:
        return service_model("cognito-idp").operation_model(name)
    except OperationNotFoundError:
        return None


def _checked_dispatch(original: AsyncHandler) -> AsyncHandler:
    """Check every request against the model, and serve the operations that ministack lacks."""

    async def dispatch(action: str, data: Structure) -> Answer:
        operation = _operation(action)
        if operation is None:
            return await original(action, data)
        try:
            data = check_input(operation, data)
        except validation.SerializationError as error:
            return refused(str(error), "SerializationException")
        except validation.ConstraintError as error:
            return refused(str(error))
        data = _with_stored_name(action, data)
        if action in OPERATIONS:
            return await run_reentrant(OPERATIONS[action], data)
        return await original(action, data)

    return dispatch


def check_input(operation: OperationModel, data: Structure) -> Structure:
    """validation.check() for one request.

    The model's pattern of a domain fits prefixes alone, although a custom domain is a whole name (model,
    CreateUserPoolDomain.Domain): each of its labels is checked like a prefix.
    """
    domain = data.get("Domain") if isinstance(data, dict) else None
    if not isinstance(domain, str) or "." not in domain:
        return validation.check(operation, data)
    for label in domain.split("."):
        checked = validation.check(operation, {**data, "Domain": label})
    return {**checked, "Domain": domain}


# --- case of user names ----------------------------------------------------------------------------------------------


def ignores_case(pool: Structure) -> bool:
    """Whether user names of the pool are case insensitive (UsernameConfiguration; the default is sensitive)."""
    return (pool.get("UsernameConfiguration") or {}).get("CaseSensitive") is False


def _with_stored_name(action: str, data: Structure) -> Structure:
    """New users of a case insensitive pool are kept in lower case, so that no variation becomes a second user."""
    if action not in ("AdminCreateUser", "SignUp") or "Username" not in data:
        return data
    pool = upstream._user_pools.get(data.get("UserPoolId")) or upstream._find_pool_by_client_id(data.get("ClientId"))[1]
    return {**data, "Username": data["Username"].lower()} if pool and ignores_case(pool) else data


def _ignoring_case(original: Function) -> Function:
    def resolve_user(pool: Structure, username: str | None) -> Any:
        # A provider's names keep their case in every pool (developer guide, "Case sensitivity of SAML user names").
        if username and ignores_case(pool) and username not in pool["_users"]:
            username = _stored_alias(pool, username) or username.lower()
        return original(pool, username)

    return resolve_user


def _stored_alias(pool: Structure, given: str) -> str | None:
    """An alias as somebody has it, if one is the same but for case (model, UsernameConfigurationType.CaseSensitive)."""
    aliases = {*pool.get("AliasAttributes", ()), *pool.get("UsernameAttributes", ())} & {"email", "preferred_username"}
    stored = (one for user in pool["_users"].values() for one in user.get("Attributes", []) if one["Name"] in aliases)
    return next((one["Value"] for one in stored if one["Value"].casefold() == given.casefold()), None)


# --- pools -----------------------------------------------------------------------------------------------------------


def pool_defaults(settings: Structure) -> Structure:
    """The policies and sign-up settings of a pool, with what AWS fills in for members that were not given."""
    policies = settings.get("Policies") or {}
    password = policies.get("PasswordPolicy")
    if password:
        weakest = {name: value if name == "TemporaryPasswordValidityDays" else False
                   for name, value in DEFAULT_PASSWORD_POLICY.items() if name != "MinimumLength"}  # fmt: skip
        password = {"MinimumLength": 8, **weakest, **password}
        # 0 is taken as no value (model, TemporaryPasswordValidityDays).
        password["TemporaryPasswordValidityDays"] = password["TemporaryPasswordValidityDays"] or 7
    password = password or dict(DEFAULT_PASSWORD_POLICY)
    sign_in = policies.get("SignInPolicy") or {"AllowedFirstAuthFactors": ["PASSWORD"]}
    return {
        "Policies": {"PasswordPolicy": password, "SignInPolicy": sign_in},
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": False,
            "UnusedAccountValidityDays": password["TemporaryPasswordValidityDays"],
            **(settings.get("AdminCreateUserConfig") or {}),
        },
    }


def _with_pool_defaults(original: Handler) -> Handler:
    def create_user_pool(data: Structure) -> Answer:
        return original({**data, **pool_defaults(data)})

    return create_user_pool


def _resetting_what_is_omitted(original: Handler) -> Handler:
    def update_user_pool(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId"))
        kept = (pool or {}).get("Policies") or {}
        complete = {**RESETTABLE, **data, "Policies": {**kept, **(data.get("Policies") or {})}}
        answer = original({**complete, **pool_defaults(complete)})
        if answer[0] == 200 and pool and data.get("PoolName"):
            pool["Name"] = data["PoolName"]
        return answer

    return update_user_pool


def _guarding_deletion(original: Handler) -> Handler:
    def delete_user_pool(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        if pool.get("DeletionProtection") == "ACTIVE":
            return refused(
                "The user pool cannot be deleted because deletion protection is activated. Deletion protection must "
                "be inactivated first."
            )
        if pool.get("Domain") or pool.get("CustomDomain"):
            return refused("User pool cannot be deleted. It has a domain configured that should be deleted first.")
        return original(data)

    return delete_user_pool


def _without_unset_members(original: Function) -> Function:
    def pool_structure(pool: Structure) -> Structure:
        shown = original(pool)
        return {name: value for name, value in shown.items() if value not in (None, "", [], {}) or name in SHOWN_EMPTY}

    return pool_structure


def _refusing_admin_only(original: Handler) -> Handler:
    def sign_up(data: Structure) -> Answer:
        pool = upstream._find_pool_by_client_id(data.get("ClientId"))[1] or {}
        if (pool.get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly"):
            return refused("SignUp is not permitted for this user pool", "NotAuthorizedException")
        return original(data)

    return sign_up


# --- domains ---------------------------------------------------------------------------------------------------------


def _checking_domain(original: Handler) -> Handler:
    """A prefix is unique in its region across all accounts and must not contain a reserved word (developer guide)."""

    def create_user_pool_domain(data: Structure) -> Answer:
        domain = data.get("Domain", "")
        if not data.get("CustomDomainConfig"):
            if "." in domain:
                return refused(NO_PREFIX)
            for word in RESERVED_IN_DOMAINS:
                if word in domain:
                    return refused(f"Domain cannot contain reserved word: {word}")
        for _account, region, taken in dict(upstream._pool_domain_map.all_items()):
            if (region, taken) == (get_region(), domain):
                return refused("Domain already associated with another user pool.")
        return original(data)

    return create_user_pool_domain


def _refusing_unknown_domain(original: Handler) -> Handler:
    def delete_user_pool_domain(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        if data.get("Domain") not in (pool.get("Domain"), pool.get("CustomDomain")):
            return refused("No such domain or user pool exists.")
        return original(data)

    return delete_user_pool_domain


# --- groups ----------------------------------------------------------------------------------------------------------


def group_structure(group: Structure) -> Structure:
    """A GroupType of the API, without what was never set."""
    return {name: value for name, value in group.items() if not name.startswith("_") and value not in (None, "")}


def _without_precedence(original: Handler) -> Handler:
    """A group's precedence is null unless it is given (model, CreateGroup)."""

    def create_group(data: Structure) -> Answer:
        answer = original(data)
        if answer[0] != 200 or "Precedence" in data:
            return answer
        group = upstream._user_pools[data["UserPoolId"]]["_groups"][data["GroupName"]]
        group["Precedence"] = None
        return json_response({"Group": group_structure(group)})

    return create_group


def update_group(data: Structure) -> Answer:
    """UpdateGroup: changes description, role and precedence; what is left out stays."""
    pool, error = upstream._resolve_pool(data["UserPoolId"])
    if error:
        return error
    group = pool["_groups"].get(data["GroupName"])
    if not group:
        return refused("Group not found.", "ResourceNotFoundException")
    group.update({name: data[name] for name in ("Description", "RoleArn", "Precedence") if name in data})
    group["LastModifiedDate"] = upstream._now_epoch()
    return json_response({"Group": group_structure(group)})


# What ministack lacks.
OPERATIONS = {"UpdateGroup": update_group, **client_secrets.OPERATIONS, **branding.OPERATIONS}
