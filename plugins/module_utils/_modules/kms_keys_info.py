# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module kms_keys_info does; plugins/modules documents it."""

from __future__ import annotations

from .._kms import find_keys
from .._run import Call, Result, connect, info_module

OPTIONS = {"tags": {"type": "dict", "required": True}, "alias": {"type": "str"}}


def read(call: Call) -> Result:
    tags = {key: str(value) for key, value in call.params["tags"].items()}
    clients = connect(call, "kms"), connect(call, "resourcegroupstaggingapi")
    return {"kms_keys": find_keys(*clients, tags, call.params["alias"])}


MODULE = info_module(read, argument_spec=OPTIONS)
