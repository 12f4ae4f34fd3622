# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_user_pool_domain does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.user_pool_domain import UserPoolDomain
from .._run import (
    STATE,
    Call,
    connect,
    resource_module,
    wait_options,
)

IDENTITY = {
    "user_pool_id": {"type": "str", "required": True},
    "domain": {"type": "str", "required": True},
}
ATTRIBUTES = {
    "managed_login_version": {"type": "int", "choices": [1, 2]},
    "custom_domain_config": {"type": "dict", "options": {"certificate_arn": {"type": "str", "required": True}}},
}


def make_resource(call: Call) -> UserPoolDomain:
    params = call.params
    return UserPoolDomain(
        connect(call, "cognito-idp"),
        params["user_pool_id"],
        params["domain"],
        wanted=params["state"] == "present",
        timeout=params["wait_timeout"],
    )


MODULE = resource_module(
    make_resource, ATTRIBUTES, argument_spec={**STATE, **wait_options(3600), **IDENTITY, **ATTRIBUTES}
)
