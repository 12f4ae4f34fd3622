# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cognito_user_pool_info does; plugins/modules documents it."""

from __future__ import annotations

from .._cognito.user_pool_info import read_user_pools
from .._run import Call, Result, connect, info_module

OPTIONS = {
    "name": {"type": "str", "aliases": ["pool_name"]},
    "user_pool_id": {"type": "str"},
    "include_clients": {"type": "bool", "default": False},
}


def read(call: Call) -> Result:
    return {
        "user_pools": read_user_pools(connect(call, "cognito-idp"), **{name: call.params[name] for name in OPTIONS})
    }


MODULE = info_module(read, argument_spec=OPTIONS, mutually_exclusive=[("name", "user_pool_id")])
