# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_vpc_info does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.vpc_view import look
from .._run import Call, Result, connect, info_module


def read(call: Call) -> Result:
    return look(connect(call, "ec2"), call.params["filters"], call.params["endpoint_services"])


MODULE = info_module(
    read,
    argument_spec={
        "filters": {"type": "dict", "default": {}},
        "endpoint_services": {"type": "list", "elements": "str", "default": []},
    },
)
