# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""App clients of user pools: what CreateUserPoolClient and UpdateUserPoolClient refuse, reset and leave out.

Sources: botocore model cognito-idp (CreateUserPoolClient and its members); Amazon Cognito developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from urllib.parse import urlsplit

from ministack.core.responses import error_response_json

from emulator.settings import settings
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import cognito as upstream

STANDARD_SCOPES = {"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
# Member -> (unit when none is given, shortest and longest life in seconds).
TOKEN_LIVES = {
    "AccessToken": ("hours", 300, 86400),
    "IdToken": ("hours", 300, 86400),
    "RefreshToken": ("days", 3600, 315360000),
}
# What UpdateUserPoolClient resets when it is left out; the client's name stays (model, UpdateUserPoolClient).
RESETTABLE: Structure = {
    "RefreshTokenValidity": 30,
    "AccessTokenValidity": None,
    "IdTokenValidity": None,
    "TokenValidityUnits": {},
    "ReadAttributes": [],
    "WriteAttributes": [],
    "ExplicitAuthFlows": [],
    "SupportedIdentityProviders": [],
    "CallbackURLs": [],
    "LogoutURLs": [],
    "DefaultRedirectURI": "",
    "AllowedOAuthFlows": [],
    "AllowedOAuthScopes": [],
    "AllowedOAuthFlowsUserPoolClient": False,
    "AnalyticsConfiguration": None,
    "PreventUserExistenceErrors": "LEGACY",
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
    "RefreshTokenRotation": None,
}


class Refusal(Exception):
    """A request that Cognito refuses: an error code and AWS's message."""

    def __init__(self, message: str, code: str = "InvalidParameterException") -> None:
        super().__init__(message)
        self.code = code


def install() -> None:
    """Wrap the three app client calls of ministack."""
    wrap(upstream, "_create_user_pool_client", _checked_creation)
    wrap(upstream, "_update_user_pool_client", _checked_update)
    wrap(upstream, "_describe_user_pool_client", _shown)


def _checked_creation(original: Handler) -> Handler:
    def create_user_pool_client(data: Structure) -> Answer:
        return _answer(original, data, has_secret=bool(data.get("GenerateSecret")))

    return create_user_pool_client


def _checked_update(original: Handler) -> Handler:
    def update_user_pool_client(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        client = pool.get("_clients", {}).get(data.get("ClientId")) or {}
        return _answer(original, {**RESETTABLE, **data}, has_secret=bool(client.get("ClientSecret")))

    return update_user_pool_client


def _answer(original: Function, data: Structure, has_secret: bool) -> Answer:
    pool = upstream._user_pools.get(data.get("UserPoolId"))
    try:
        if pool:
            check(data, pool, has_secret)
    except Refusal as refusal:
        return error_response_json(refusal.code, str(refusal), 400)
    answer = _leave_out_unset(original(data))
    if answer[0] == 200 and pool:
        client_id = json.loads(answer[2])["UserPoolClient"]["ClientId"]
        pool["_clients"][client_id]["RefreshTokenRotation"] = data.get("RefreshTokenRotation")
    return answer


def _shown(original: Function) -> Function:
    def describe_user_pool_client(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        rotated = data.get("ClientId") in pool.get("_rotated_clients", ())
        hidden = rotated and settings.switch("client_secret_after_rotation") == "hidden"
        return _leave_out_unset(original(data), {"ClientSecret"} if hidden else set())

    return describe_user_pool_client


def _leave_out_unset(answer: Answer, hidden: Collection[str] = ()) -> Answer:
    status, headers, body = answer
    if status != 200:
        return answer
    client = json.loads(body)["UserPoolClient"]
    client = {name: value for name, value in client.items() if value not in (None, "", [], {}) and name not in hidden}
    return status, headers, json.dumps({"UserPoolClient": client}).encode()


def check(data: Structure, pool: Structure, has_secret: bool) -> None:
    """Raise Refusal for what Cognito refuses in an app client's settings; ``data`` is complete, with defaults."""
    _check_flows(data, has_secret)
    _check_scopes(data, pool)
    _check_addresses(data)
    _check_token_lives(data)
    _check_providers(data, pool)


def _check_flows(data: Structure, has_secret: bool) -> None:
    flows, scopes = data.get("AllowedOAuthFlows") or [], data.get("AllowedOAuthScopes") or []
    if data.get("AllowedOAuthFlowsUserPoolClient") and not (flows and scopes):
        raise Refusal(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
        )
    if "client_credentials" in flows and len(flows) > 1:
        raise Refusal(
            "client_credentials flow can not be selected along with code flow or implicit flow.",
            "InvalidOAuthFlowException",
        )
    if "client_credentials" in flows and not has_secret:
        raise Refusal(
            "client_credentials flow can not be selected if client does not have a client secret.",
            "InvalidOAuthFlowException",
        )
    # A program has no user whose data these scopes would give it (terraform-provider-aws #4984 quotes code and text).
    for scope in scopes if "client_credentials" in flows else ():
        if scope in STANDARD_SCOPES:
            raise Refusal(f"{scope} is not supported with client_credentials flow", "InvalidOAuthFlowException")


def _check_scopes(data: Structure, pool: Structure) -> None:
    custom = {
        f"{identifier}/{scope['ScopeName']}"
        for identifier, server in (pool.get("_resource_servers") or {}).items()
        for scope in server.get("Scopes") or []
    }
    for scope in data.get("AllowedOAuthScopes") or []:
        if scope not in STANDARD_SCOPES and scope not in custom:
            raise Refusal(f"Invalid scope requested: {scope}", "ScopeDoesNotExistException")


def _check_addresses(data: Structure) -> None:
    callbacks = data.get("CallbackURLs") or []
    for address in [*callbacks, *(data.get("LogoutURLs") or [])]:
        parts = urlsplit(address)
        if not parts.scheme or "://" not in address:
            raise Refusal(f"{address} is not a valid URL.")
        if "#" in address:
            raise Refusal(f"{address} cannot contain a fragment.")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise Refusal(f"{address} cannot use the HTTP protocol.")
    default = data.get("DefaultRedirectURI")
    if default and default not in callbacks:
        raise Refusal("Default redirect uri must be in the list of callback urls.")


def _check_token_lives(data: Structure) -> None:
    units = data.get("TokenValidityUnits") or {}
    lives = {}
    for token, (unit, shortest, longest) in TOKEN_LIVES.items():
        value = data.get(f"{token}Validity")
        if value:
            lives[token] = value * SECONDS[units.get(token) or unit]
            if not shortest <= lives[token] <= longest:
                raise Refusal("Invalid range for token validity.")
    refresh = lives.get("RefreshToken", 30 * SECONDS["days"])
    if any(lives.get(token, 0) > refresh for token in ("AccessToken", "IdToken")):
        raise Refusal("Refresh token validity must be longer than access and id token validity.")


def _check_providers(data: Structure, pool: Structure) -> None:
    for provider in data.get("SupportedIdentityProviders") or []:
        if provider != "COGNITO" and provider not in (pool.get("_identity_providers") or {}):
            raise Refusal(f"The provider {provider} does not exist for User Pool {pool['Id']}.")
