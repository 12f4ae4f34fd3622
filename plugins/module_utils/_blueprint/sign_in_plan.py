# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a platform's sign-in: the arguments of every task of the role login, by the task's part (steps.py)."""

from __future__ import annotations

import json
import typing as t

from .policies.document import Document
from .policies.sign_in import function_trust, gateway_trust, presigned_url_policy, token_groups_policy
from .sender import pool_sender
from .sign_in import API_LOGS, MFA, PRESIGNED_URL, THREAT_PROTECTION, TOKEN_GROUPS, SignIn
from .sign_in_addresses import CLIENTS, PORTAL, PROGRAMS, Addresses, FoundSignIn
from .sign_in_api import rest_api
from .sign_in_monitoring import monitoring

Step = t.Dict[str, t.Any]
# By part; a list where a task is done for each of several.
Steps = t.Dict[str, t.Any]
ADOPTED = {"Adopted": "true"}
HANDLER = "handler.handler"


def sign_in_plan(sign_in: SignIn, found: FoundSignIn, files: str) -> Steps:
    """Return the arguments by part; a part that this sign-in does without is None.

    files: the absolute folder with the code of the functions.
    """
    at = Addresses(sign_in, found)
    return {
        "pools": {
            "name": None if sign_in.user_pool_id else sign_in.platform.name,
            "user_pool_id": sign_in.user_pool_id or None,
        },
        "log_groups": _log_groups(sign_in),
        **_token_groups(sign_in, files),
        "user_pool": _user_pool(sign_in),
        "hosted_ui": {
            "user_pool_id": at.user_pool_id,
            "domain": at.pool_domain,
            "managed_login_version": at.managed_login_version,
        },
        **_identity_provider(sign_in, at),
        "roles": _roles_and_policies(sign_in, at),
        "gateway_account": _gateway_account(sign_in),
        "api": rest_api(sign_in, at),
        "app_clients": _app_clients(sign_in, at),
        "all_app_clients": {"user_pool_id": at.user_pool_id, "include_clients": True},
        "foreign_app_clients": _foreign_app_clients(sign_in, found, at),
        "function_group": _function_group(sign_in),
        "function": _function(sign_in, found, at, files),
        "api_permission": _permission(
            sign_in, PRESIGNED_URL, "rest-api", "apigateway.amazonaws.com", f"{at.api_arn}/*"
        ),
        **monitoring(sign_in, at),
        "postman": _postman(sign_in, at),
        "result": {
            "api_url": at.api_url,
            "portal_url": at.portal_url,
            "hosted_ui_url": at.hosted_ui_url,
            "user_pool_id": at.user_pool_id,
            "user_pool_arn": at.user_pool_arn,
            "client_ids": at.client_ids,
            "differences": _differences(found, at),
        },
    }


def _roles(sign_in: SignIn, purpose: str, description: str, policy: Document) -> Step:
    """A role of a function, with the policy of the same name."""
    name = sign_in.role(purpose)
    return {
        "policies": [{"name": name, "description": description, "document": policy}],
        "roles": [
            {
                "name": name,
                "path": "/",
                "description": description,
                "assume_role_policy_document": function_trust(),
                "policy_arns": [sign_in.policy_arn(purpose)],
            }
        ],
        "tags": sign_in.all_tags,
        "owner_tags": sign_in.platform.tags,
    }


def _log_groups(sign_in: SignIn) -> Step:
    """The log groups, before anything writes to them and would make them itself."""
    names = [
        *([sign_in.function_log_group(TOKEN_GROUPS)] if sign_in.identity_provider else []),
        *([sign_in.access_log_group] if sign_in.access_log else []),
        sign_in.function_log_group(PRESIGNED_URL),
    ]
    groups = [{"name": name, "retention_in_days": sign_in.log_retention_days} for name in names]
    return {"log_groups": groups, "tags": sign_in.all_tags, "owner_tags": sign_in.platform.tags}


def _permission(sign_in: SignIn, purpose: str, statement_id: str, principal: str, source_arn: str) -> Step:
    return {
        "function_name": sign_in.function(purpose),
        "statement_id": statement_id,
        "action": "lambda:InvokeFunction",
        "principal": principal,
        "source_arn": source_arn,
        # Whoever else may call the function could name any team.
        "purge": True,
    }


def _token_groups(sign_in: SignIn, files: str) -> Steps:
    """The function that puts the teams into the tokens of federated people. It is there before the pool asks for it."""
    provider, name = sign_in.identity_provider, sign_in.platform.name
    if not provider:
        return {"token_groups_role": None, "token_groups_function": None}
    return {
        "token_groups_role": _roles(
            sign_in, TOKEN_GROUPS, f"Lets the groups' function of {name} write its log", token_groups_policy(sign_in)
        ),
        "token_groups_function": {
            "name": sign_in.function(TOKEN_GROUPS),
            "description": f"Puts the teams of {name} into the tokens of federated people",
            "role": sign_in.role_arn(TOKEN_GROUPS),
            "runtime": sign_in.function_runtime,
            "handler": HANDLER,
            "source_dir": f"{files}/token_groups",
            # Cognito waits five seconds for it.
            "timeout": 5,
            "memory_size": 256,
            "environment": {
                "PROVIDER_NAME": provider.name,
                "GROUPS_ATTRIBUTE": "custom:groups",
                "TEAMS": json.dumps(dict(provider.teams)),
                "TEAMS_BY_NAME": "true" if provider.teams_by_name else "false",
            },
            "tags": sign_in.all_tags,
            "owner_tags": sign_in.platform.tags,
        },
    }


def _user_pool(sign_in: SignIn) -> Step:
    federated = bool(sign_in.identity_provider)
    mfa = MFA.get(sign_in.mfa, "OFF")
    return {
        "name": sign_in.platform.name,
        "user_pool_id": sign_in.user_pool_id or None,
        "match_tags": sign_in.platform.tags,
        "adoption_tags": ADOPTED,
        "user_pool_tier": sign_in.user_pool_tier,
        "admin_create_user_config": {"allow_admin_create_user_only": True},
        # Studio takes profile names in any case, so the pool must not tell Ada from ada.
        "username_configuration": {"case_sensitive": False},
        "policies": {"password_policy": dict(sign_in.password_policy)},
        "mfa_configuration": mfa,
        "software_token_mfa_configuration": {"enabled": True} if mfa != "OFF" else None,
        "user_pool_add_ons": {"advanced_security_mode": THREAT_PROTECTION.get(sign_in.threat_protection, "OFF")},
        "account_recovery_setting": {"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
        "auto_verified_attributes": ["email"],
        "email_configuration": pool_sender(sign_in),
        "custom_attributes": [{"name": "groups", "attribute_data_type": "String", "mutable": True}]
        if federated
        else None,
        "lambda_config": _triggers(sign_in),
        "deletion_protection": "ACTIVE" if sign_in.deletion_protection else "INACTIVE",
        "include_signing_keys": sign_in.is_private,
        "tags": sign_in.all_tags,
        "owner_tags": sign_in.platform.tags,
    }


def _triggers(sign_in: SignIn) -> Step | None:
    """A pool that somebody else made may have a function of its own, which stays where there is no provider."""
    if sign_in.identity_provider:
        trigger = {"lambda_version": "V2_0", "lambda_arn": sign_in.function_arn(TOKEN_GROUPS)}
        return {"pre_token_generation_config": trigger}
    return None if sign_in.user_pool_id else {"pre_token_generation_config": {"lambda_arn": ""}}


def _identity_provider(sign_in: SignIn, at: Addresses) -> Steps:
    provider = sign_in.identity_provider
    if not provider:
        return {"pool_permission": None, "identity_provider": None}
    source, principal = at.user_pool_arn, "cognito-idp.amazonaws.com"
    return {
        "pool_permission": _permission(sign_in, TOKEN_GROUPS, "user-pool", principal, source),
        "identity_provider": {
            "user_pool_id": at.user_pool_id,
            "name": provider.name,
            "provider_type": provider.type,
            "provider_details": dict(provider.details),
            "client_secret": sign_in.identity_provider_secret or None,
            "attribute_mapping": provider.attribute_mapping,
        },
    }


def _manages_gateway(sign_in: SignIn) -> bool:
    """Whether the setting of API Gateway for all APIs of the account and region is seen to."""
    return sign_in.access_log and sign_in.manage_api_gateway_log_role


def _roles_and_policies(sign_in: SignIn, at: Addresses) -> Step:
    """The role of the function, and that with which API Gateway writes logs."""
    description = f"Lets the sign-in of {sign_in.platform.name} make presigned URLs"
    policy = presigned_url_policy(sign_in, at.user_pool_arn, at.presigned_url_endpoint_ids)
    own = _roles(sign_in, PRESIGNED_URL, description, policy)
    logs_policy = f"arn:{sign_in.platform.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    gateway = {
        "name": sign_in.role(API_LOGS),
        "path": "/",
        "description": f"Lets API Gateway write logs in {sign_in.platform.region}",
        "assume_role_policy_document": gateway_trust(),
        "policy_arns": [logs_policy],
    }
    return {**own, "roles": [*own["roles"], *([gateway] if _manages_gateway(sign_in) else [])]}


def _gateway_account(sign_in: SignIn) -> Step | None:
    if not _manages_gateway(sign_in):
        return None
    return {"cloudwatch_role_arn": sign_in.role_arn(API_LOGS), "only_when_unset": True}


def _app_clients(sign_in: SignIn, at: Addresses) -> list[Step]:
    """The app clients of the portal, which has no secret, and of programs."""
    provider, portal = sign_in.identity_provider, [at.portal_url]
    clients = [
        {"generate_secret": False, "callback_urls": portal, "logout_urls": portal},
        {"generate_secret": True, "callback_urls": callback_urls(sign_in, at), "logout_urls": []},
    ]
    minutes = {"access_token": 5, "id_token": 5, "refresh_token": 60}
    both = {
        "allowed_o_auth_flows": ["code"],
        "allowed_o_auth_scopes": ["openid"],
        "allowed_o_auth_flows_user_pool_client": True,
        "supported_identity_providers": [
            *([] if provider.exclusive else ["COGNITO"]),
            *([provider.name] if provider else []),
        ],
        # A provider fills what the client may write, and nothing else.
        "write_attributes": list(provider.attribute_mapping) if provider else [],
        # No flow but this: a password is given to the hosted sign-in alone.
        "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        "managed_login_style": True if at.needs_style else None,
        "prevent_user_existence_errors": "ENABLED",
        "enable_token_revocation": True,
        **{f"{token}_validity": number for token, number in minutes.items()},
        "token_validity_units": dict.fromkeys(minutes, "minutes"),
    }
    return [
        {"user_pool_id": at.user_pool_id, "name": f"{sign_in.platform.name}-{purpose}", **client, **both}
        for purpose, client in zip(CLIENTS, clients)
    ]


def callback_urls(sign_in: SignIn, at: Addresses) -> list[str]:
    """Return where the hosted sign-in may send the browser of a user of the programs' client back to."""
    return list(sign_in.callback_urls) or [at.portal_url]


def _foreign_app_clients(sign_in: SignIn, found: FoundSignIn, at: Addresses) -> Step | None:
    """App clients that were not made here.

    The function takes no token of theirs, so they open nothing; but somebody should know why they are there.
    """
    own = {f"{sign_in.platform.name}-{purpose}" for purpose in CLIENTS}
    names = [client["client_name"] for client in found.user_pool_clients if client["client_name"] not in own]
    if not names:
        return None
    return {
        "warning": (
            f"User pool {at.user_pool_id} of {sign_in.platform.name} has app clients that were not made here: "
            f"{', '.join(names)}. Their tokens open no Studio. Delete them, or find out whose they are."
        )
    }


def _function_group(sign_in: SignIn) -> Step | None:
    if not sign_in.is_private:
        return None
    # The function reaches the endpoints through the clients' group; by this one it is told apart.
    group = {
        "name": sign_in.function_security_group,
        "description": "Sign-in function, which reaches the endpoints as one of their clients",
        "rules": [],
        "rules_egress": [],
    }
    return {
        "vpc_id": sign_in.network.get("vpc_id"),
        "security_groups": [group],
        "tags": {**sign_in.all_tags, "Name": sign_in.function_security_group},
        "owner_tags": sign_in.platform.tags,
    }


def _function(sign_in: SignIn, found: FoundSignIn, at: Addresses, files: str) -> Step:
    name, place = sign_in.platform.name, sign_in.platform
    hosts = sign_in.studio_hosts or (f"*.studio.{place.region}.sagemaker.aws",)
    network = sign_in.network
    groups = [found.function_group_id or "sg-predicted", network.get("client_security_group_id") or "sg-predicted"]
    in_vpc = {"subnet_ids": list(network.get("subnet_ids") or ()), "security_group_ids": groups}
    return {
        "name": sign_in.function(PRESIGNED_URL),
        "description": f"Signs members of {name} in to Studio",
        "role": sign_in.role_arn(PRESIGNED_URL),
        "runtime": sign_in.function_runtime,
        "handler": HANDLER,
        "source_dir": f"{files}/presigned_url",
        # Less than the gateway waits for it.
        "timeout": 28,
        "memory_size": 512,
        "environment": {
            "PLATFORM_NAME": name,
            "CLIENT_IDS": ",".join(sorted(at.client_ids.values())),
            "PORTAL_CLIENT_ID": at.client_ids[PORTAL],
            "HOSTED_UI_URL": at.hosted_ui_url,
            "STUDIO_HOSTS": ",".join(hosts),
            "URL_LIFETIME_SECONDS": str(sign_in.url_lifetime_seconds),
            "SESSION_SECONDS": str(sign_in.session_seconds),
            "LIVE_GROUP_CHECK": "true" if sign_in.checks_groups else "false",
            "USER_POOL_ID": at.user_pool_id,
            "TOKEN_KEYS": _token_keys(sign_in, found),
            "BROUGHT_ROLES": json.dumps(dict(sign_in.brought_role_arns), sort_keys=True),
            "ORGANISATION_NAME": sign_in.organisation_name,
            "LOGO_TEXT": sign_in.logo_text,
            "HELP_URL": sign_in.help_url,
        },
        "vpc_config": in_vpc if sign_in.is_private else {"subnet_ids": [], "security_group_ids": []},
        "tracing_config": {"mode": "Active" if sign_in.tracing else "PassThrough"},
        "tags": sign_in.all_tags,
        "owner_tags": sign_in.platform.tags,
    }


def _token_keys(sign_in: SignIn, found: FoundSignIn) -> str:
    """The pool's public keys for a function that has no way to the pool; any other reads them itself."""
    keys = found.user_pool.get("signing_keys") if sign_in.is_private else None
    return json.dumps({"keys": keys}, separators=(",", ":")) if keys else ""


def _postman(sign_in: SignIn, at: Addresses) -> Step | None:
    """What the files for Postman say, and where they go."""
    if not sign_in.postman_dir:
        return None
    return {
        "dir": sign_in.postman_dir,
        "platform_name": sign_in.platform.name,
        "region": sign_in.platform.region,
        "rest_api_id": at.rest_api_id,
        "api_url": at.api_url,
        "hosted_ui_url": at.hosted_ui_url,
        "callback_url": callback_urls(sign_in, at)[0],
        "client_id": at.client_ids[PROGRAMS],
        "team": sign_in.postman_team,
    }


def _differences(found: FoundSignIn, at: Addresses) -> list[str]:
    """What an adopted user pool keeps, a sentence for each."""
    kept, pool = found.user_pool_differences, f"user pool {at.user_pool_id}"
    sentences = [
        f"{pool} keeps its own {option.replace('_', ' ')}: {json.dumps(values['present'])}, not "
        f"{json.dumps(values['wanted'])}."
        for option, values in kept.items()
        if values["present"] is not None or option == "username_configuration"
    ]
    if "username_configuration" in kept:
        sentences.append(
            f"{pool} tells names apart by their case, and Studio does not: let no two people differ by case alone."
        )
    if at.pool_is_adopted:
        sentences.append(
            f"{pool} keeps its people, groups and app clients; tokens of other app clients open no Studio."
        )
    return sentences
