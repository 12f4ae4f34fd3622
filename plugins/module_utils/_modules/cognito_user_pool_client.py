# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_user_pool_client does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.user_pool_client import UserPoolClient
from .._run import STATE, connect, resource_module

UNIT = {"type": "str", "choices": ["seconds", "minutes", "hours", "days"]}
LIST = {"type": "list", "elements": "str"}

IDENTITY = {
    "user_pool_id": {"type": "str", "required": True},
    "name": {"type": "str", "required": True, "aliases": ["client_name"]},
}
ATTRIBUTES = {
    "generate_secret": {"type": "bool"},
    "callback_urls": LIST,
    "default_redirect_uri": {"type": "str"},
    "logout_urls": LIST,
    "allowed_o_auth_flows": {
        **LIST,
        "choices": ["code", "implicit", "client_credentials"],
        "aliases": ["allowed_oauth_flows"],
    },
    "allowed_o_auth_scopes": {**LIST, "aliases": ["allowed_oauth_scopes"]},
    "allowed_o_auth_flows_user_pool_client": {"type": "bool", "aliases": ["allowed_oauth_flows_user_pool_client"]},
    "supported_identity_providers": LIST,
    "explicit_auth_flows": LIST,
    "prevent_user_existence_errors": {"type": "str", "choices": ["ENABLED", "LEGACY"]},
    "enable_token_revocation": {"type": "bool"},
    "access_token_validity": {"type": "int", "no_log": False},
    "id_token_validity": {"type": "int", "no_log": False},
    "refresh_token_validity": {"type": "int", "no_log": False},
    "token_validity_units": {
        "type": "dict",
        "no_log": False,
        "options": {"access_token": UNIT, "id_token": UNIT, "refresh_token": UNIT},
    },
    "auth_session_validity": {"type": "int"},
    "managed_login_style": {"type": "bool"},
    "read_attributes": LIST,
    "write_attributes": LIST,
}


MODULE = resource_module(
    lambda call: UserPoolClient(
        connect(call, "cognito-idp"),
        connect(call, "cognito-idp", retries=False),
        call.params["user_pool_id"],
        call.params["name"],
        wants_secret=bool(call.params["generate_secret"]),
        wants_style=bool(call.params["managed_login_style"]),
    ),
    ATTRIBUTES,
    argument_spec={**STATE, **IDENTITY, **ATTRIBUTES},
)
