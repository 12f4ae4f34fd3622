# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Federated sign-in: values of several members, groups in every token, attributes that a client may not write.

Sources: Amazon Cognito developer guide, "Specifying identity provider attribute mappings", "Pre token generation Lambda
trigger", "Authorize endpoint" and "Case sensitivity of SAML user names"; model, CreateUserPoolClient.WriteAttributes.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure, Wrapper
from emulator.shared.upstream import cognito as upstream

ATTRIBUTE = "{urn:oasis:names:tc:SAML:2.0:assertion}Attribute"
VALUE = "{urn:oasis:names:tc:SAML:2.0:assertion}AttributeValue"
# What a client may write when it names nothing (model, WriteAttributes).
CUSTOM = ("custom:", "dev:custom:")


def install() -> None:
    """Wrap what ministack does with the answer of an identity provider."""
    wrap(upstream, "_parse_saml_response", _with_all_values)
    wrap(upstream, "_decode_id_token_unverified", _with_lists_as_text)
    wrap(upstream, "_extract_trigger_response", _with_groups_for_both_tokens)
    wrap(upstream, "_saml2_idp_response", _of_a_client_that_may_write("RelayState"))
    wrap(upstream, "_oauth2_idp_response", _of_a_client_that_may_write("state"))


def flattened(values: list[str]) -> str:
    """Several values as Cognito keeps them in one attribute: ``[a,b]``, all but letters, digits and .-*_ encoded."""
    return "[" + ",".join(quote_plus(value, safe="*").replace("~", "%7E") for value in values) + "]"


def _with_all_values(original: Function) -> Function:
    def parse_saml_response(encoded: str) -> Structure:
        parsed = original(encoded)
        for attribute in upstream.safe_xml_parse(base64.b64decode(encoded)).iter(ATTRIBUTE):
            values = [value.text for value in attribute.findall(VALUE) if value.text]
            if len(values) > 1:
                parsed["attributes"][attribute.get("Name", "")] = flattened(values)
        return parsed

    return parse_saml_response


def _with_lists_as_text(original: Function) -> Function:
    def decode(token: str) -> Structure:
        claims = original(token)
        return {
            name: flattened([str(item) for item in value]) if isinstance(value, list) and name != "aud" else value
            for name, value in claims.items()
        }

    return decode


def _with_groups_for_both_tokens(original: Function) -> Function:
    """Version 2 overrides the groups of both tokens in one place, beside what it says of each token."""

    def extract(payload: Any) -> Any:
        response = original(payload)
        details = (response or {}).get("claimsAndScopeOverrideDetails")
        if not details or not details.get("groupOverrideDetails"):
            return response
        groups = {"groupOverrideDetails": details["groupOverrideDetails"]}
        tokens = ("idTokenGeneration", "accessTokenGeneration")
        both = {token: {**(details.get(token) or {}), **groups} for token in tokens}
        return {**response, "claimsAndScopeOverrideDetails": {**details, **both}}

    return extract


def _of_a_client_that_may_write(state_name: str) -> Wrapper:
    """Sign-in fails where the client may not write an attribute that the provider fills."""

    def wrapper(original: Handler) -> Handler:
        def idp_response(*request: Any) -> Answer:
            body, query = (request[0], request[1]) if state_name == "RelayState" else (request[1], request[2])
            relay = upstream._auth_codes.get(_state(state_name, body, query)) or {}
            refused = sorted(_unwritable(relay)) if relay.get("type") == "relay" else []
            if not refused:
                return original(*request)
            error = {
                "error": "invalid_request",
                "error_description": f"attributes cannot be updated: {', '.join(refused)}",
                "state": relay.get("state", ""),
            }
            return 302, {"Location": f"{relay['redirect_uri']}?{urlencode(error)}"}, b""

        return idp_response

    return wrapper


def _state(name: str, body: bytes, query: Structure) -> str:
    form = parse_qs((body or b"").decode("utf-8", errors="replace"))
    value = query.get(name) or form.get(name) or ""
    return value[0] if isinstance(value, list) else value


def _unwritable(relay: Structure) -> set[str]:
    """The mapped attributes that the app client of a sign-in may not write."""
    _id, pool, client = upstream._find_pool_by_client_id(relay["client_id"])
    provider = ((pool or {}).get("_identity_providers") or {}).get(relay["provider_name"]) or {}
    mapped = set(provider.get("AttributeMapping") or {}) - {"username"}
    allowed = (client or {}).get("WriteAttributes")
    if allowed:
        return mapped - set(allowed)
    return {name for name in mapped if name.startswith(CUSTOM)}
