# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module studio_platform_info does; plugins/modules documents it."""

from __future__ import annotations

from .._platform import find_platform
from .._run import Call, Result, connect, info_module

OPTIONS = {
    "subnets": {"type": "dict", "required": True},
    "client_group": {"type": "dict", "required": True},
    "user_pool_name": {"type": "str"},
    "user_pool_id": {"type": "str"},
    "package_endpoints": {"type": "dict"},
}


def read(call: Call) -> Result:
    clients = connect(call, "ec2"), connect(call, "cognito-idp")
    return find_platform(*clients, call.params)


MODULE = info_module(
    read,
    argument_spec=OPTIONS,
    required_one_of=[("user_pool_name", "user_pool_id")],
    mutually_exclusive=[("user_pool_name", "user_pool_id")],
)
