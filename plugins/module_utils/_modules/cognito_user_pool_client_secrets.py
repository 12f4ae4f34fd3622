# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_user_pool_client_secrets does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.user_pool_client_secrets import (
    UserPoolClientSecrets,
)
from .._run import connect, resource_module

OPTIONS = {
    "user_pool_id": {"type": "str", "required": True},
    "client_id": {"type": "str", "required": True},
    "number": {"type": "int", "required": True, "choices": [1, 2]},
    "keep": {"type": "str", "choices": ["newest", "oldest"], "default": "newest"},
    "dest": {"type": "path"},
}


MODULE = resource_module(
    # A second attempt after a lost answer would meet its own secret as one too many.
    lambda call: UserPoolClientSecrets(
        connect(call, "cognito-idp", retries=False),
        *(call.params[name] for name in ("user_pool_id", "client_id", "keep", "dest")),
    ),
    ["number"],
    argument_spec=OPTIONS,
    required_if=[["number", 2, ["dest"]]],
)
