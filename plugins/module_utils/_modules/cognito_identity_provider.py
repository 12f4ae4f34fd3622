# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_identity_provider does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.identity_provider import (
    IdentityProvider,
    as_texts,
)
from .._run import STATE, Call, Item, connect, resource_module

IDENTITY = {
    "user_pool_id": {"type": "str", "required": True},
    "name": {"type": "str", "required": True, "aliases": ["provider_name"]},
}
TYPES = ["SAML", "OIDC", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"]
ATTRIBUTES = {
    "provider_type": {"type": "str", "choices": TYPES},
    "provider_details": {"type": "dict"},
    "client_secret": {"type": "str", "no_log": True},
    "attribute_mapping": {"type": "dict"},
    "idp_identifiers": {"type": "list", "elements": "str"},
}


def make_item(call: Call) -> Item:
    params = call.params
    provider = IdentityProvider(connect(call, "cognito-idp"), params["user_pool_id"], params["name"])
    # Cognito keeps every detail as text.
    details = {"provider_details": as_texts(params["provider_details"])}
    return Item(provider, {**{name: params[name] for name in ATTRIBUTES}, **details}, params["state"])


MODULE = resource_module(
    make_item,
    argument_spec={**STATE, **IDENTITY, **ATTRIBUTES},
    required_if=[("state", "present", ["provider_type", "provider_details"])],
)
