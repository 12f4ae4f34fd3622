# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosted UI: /oauth2/authorize sends to /login, a session cookie signs in again, /logout and /oauth2/revoke.

Source: Amazon Cognito developer guide, "User pool endpoints" (authorize, login, logout, revoke); classic hosted UI.
"""

from __future__ import annotations

import secrets
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ministack.core.responses import request_scope

from emulator.cognito import branding
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Headers, Structure
from emulator.shared.upstream import app
from emulator.shared.upstream import cognito as upstream

SESSION_COOKIE = "cognito"
SESSION_SECONDS = 3600

# Cookie value -> {"pool", "username", "until"}. Browser sessions end with the process, as ministack's codes do.
_sessions: dict[str, Structure] = {}


def install() -> None:
    """Put the missing endpoints in front of ministack's."""
    wrap(app, "_handle_cognito_get_request", _with_get_endpoints)
    wrap(app, "_handle_cognito_body_request", _with_post_endpoints)
    wrap(upstream, "handle_login_submit", _starting_session)
    wrap(upstream, "reset", _forgetting_sessions)
    wrap(upstream, "_token_validity", _in_any_account)


def _in_any_account(original: Function) -> Function:
    """A browser's token request is not signed: the app client's settings are found without the caller's account."""

    def token_validity(pool_id: str, client_id: str, token_type: str) -> Any:
        for (account, region, key), _pool in upstream._user_pools.all_items():
            if key == pool_id:
                with request_scope(account, region):
                    return original(pool_id, client_id, token_type)
        return original(pool_id, client_id, token_type)

    return token_validity


def _forgetting_sessions(original: Function) -> Function:
    def reset() -> Any:
        _sessions.clear()
        return original()

    return reset


def _flat(query: Structure) -> Structure:
    return {name: value[0] if isinstance(value, list) else value for name, value in query.items()}


def _redirect(location: str, **headers: str) -> Answer:
    return 302, {"Location": location, "Cache-Control": "no-store", **headers}, b""


# --- GET -------------------------------------------------------------------------------------------------------------


def _with_get_endpoints(original: Function) -> Function:
    async def handle(method: str, path: str, headers: Headers, query: Structure) -> Answer | None:
        if method == "GET" and path in ("/oauth2/authorize", "/login") and not _has_pages(query):
            return branding.UNAVAILABLE
        if method == "GET" and path == "/oauth2/authorize":
            return authorize(headers, query)
        if method == "GET" and path == "/login":
            return upstream.handle_oauth2_authorize(method, path, headers, query)
        if method == "GET" and path == "/logout":
            return logout(headers, query)
        if method == "GET" and path == "/oauth2/idpresponse":
            return await _of_a_provider(method, path, headers, b"", query)
        return await original(method, path, headers, query)

    return handle


def _has_pages(query: Structure) -> bool:
    client_id = _flat(query).get("client_id", "")
    pool = upstream._find_pool_by_client_id(client_id)[1]
    return pool is None or branding.has_pages(pool, client_id)


def authorize(headers: Structure, query: Structure) -> Answer:
    """/oauth2/authorize: errors at once, a code for a browser that is signed in, else the way to /login."""
    flat = _flat(query)
    pool_id, pool, client = upstream._find_pool_by_client_id(flat.get("client_id", ""))
    providers = (client or {}).get("SupportedIdentityProviders") or []
    if len(providers) == 1 and providers != ["COGNITO"] and "identity_provider" not in flat:
        # There is nothing to choose, so the browser goes straight to the one provider.
        query = {**query, "identity_provider": providers}
    form = upstream.handle_oauth2_authorize("GET", "/oauth2/authorize", headers, query)
    if form[0] != 200 or not client:
        return form
    if not client.get("AllowedOAuthFlowsUserPoolClient"):
        return upstream._oauth2_error("unauthorized_client", "The client is not enabled for OAuth2.0 flows.")
    session = _session(headers, pool_id)
    if session and session["username"] in pool["_users"]:
        return upstream._issue_auth_code_redirect(
            flat["client_id"],
            pool_id,
            flat.get("redirect_uri") or client.get("DefaultRedirectURI", ""),
            flat.get("scope", ""),
            session["username"],
            flat.get("nonce", ""),
            flat.get("code_challenge", ""),
            flat.get("code_challenge_method", ""),
            flat.get("state", ""),
        )
    return _redirect(f"/login?{urlencode(flat)}")


def logout(headers: Structure, query: Structure) -> Answer:
    """/logout ends the browser's session; with redirect_uri it leads to a new sign-in, else to logout_uri."""
    flat = _flat(query)
    if flat.get("redirect_uri") and not flat.get("logout_uri"):
        answer = upstream.handle_oauth2_authorize("GET", "/logout", headers, query)
        if answer[0] == 200:
            answer = _redirect(f"/login?{urlencode(flat)}")
    else:
        answer = upstream.handle_logout("GET", "/logout", headers, query)
    if answer[0] == 302:
        _sessions.pop(_cookie(headers), None)
        answer[1]["Set-Cookie"] = f"{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly"
    return answer


# --- session ---------------------------------------------------------------------------------------------------------


def _cookie(headers: Structure) -> str:
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[SESSION_COOKIE].value if SESSION_COOKIE in jar else ""


def _session(headers: Structure, pool_id: str) -> Structure | None:
    session = _sessions.get(_cookie(headers))
    valid = session and session["pool"] == pool_id and session["until"] > time.time()
    return session if valid else None


def _starting_session(original: Handler) -> Handler:
    """A successful sign-in, which hands out a code, also starts a session of one hour."""

    def handle_login_submit(*request: Any) -> Answer:
        answer = original(*request)
        location = answer[1].get("Location", "") if answer[0] == 302 else ""
        code = dict(parse_qsl(location.partition("?")[2])).get("code", "")
        issued = upstream._authorization_codes.get(code)
        if issued:
            value = secrets.token_urlsafe(32)
            _sessions[value] = {
                "pool": issued["pool_id"],
                "username": issued["username"],
                "until": time.time() + SESSION_SECONDS,
            }
            answer[1]["Set-Cookie"] = f"{SESSION_COOKIE}={value}; Path=/; Max-Age={SESSION_SECONDS}; HttpOnly"
        return answer

    return handle_login_submit


# --- POST ------------------------------------------------------------------------------------------------------------


def _with_post_endpoints(original: Function) -> Function:
    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer | None:
        if method == "POST" and path == "/oauth2/revoke":
            return revoke(headers, body)
        if method == "POST" and path in ("/saml2/idpresponse", "/oauth2/idpresponse"):
            return await _of_a_provider(method, path, headers, body, query)
        return await original(method, path, headers, body, query)

    return handle


async def _of_a_provider(*request: Any) -> Answer:
    """What an identity provider's answer leads to. ministack asks its router first, which an Action would lead away."""
    return await upstream.handle_request(*request)


def revoke(headers: Structure, body: bytes) -> Answer:
    """/oauth2/revoke: takes a refresh token of the client that asks; 200 with an empty body, also when repeated."""
    form = dict(parse_qsl((body or b"").decode("utf-8", errors="replace")))
    client_id, secret = upstream._authenticate_client(headers, form)
    client = upstream._find_pool_by_client_id(client_id)[2]
    if not form.get("token"):
        return upstream._oauth2_error("invalid_request", "token is required.")
    if not client or (client.get("ClientSecret") or "") != (secret or ""):
        return upstream._oauth2_error("invalid_client", "Invalid client credentials.")
    claims = upstream._token_claims(form["token"])
    if claims.get("token_use") != "refresh":
        return upstream._oauth2_error("unsupported_token_type", "Only refresh tokens can be revoked.")
    if claims.get("client_id") not in (None, client_id):
        return upstream._oauth2_error("invalid_request", "The token was issued to another client.")
    if not client.get("EnableTokenRevocation", True):
        return upstream._oauth2_error("invalid_request", "Token revocation is not enabled for the client.")
    upstream._revoke_token({"Token": form["token"]})
    return 200, {"Content-Type": "application/json"}, b""
