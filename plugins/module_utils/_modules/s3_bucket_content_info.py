# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module s3_bucket_content_info does; plugins/modules documents it."""

from __future__ import annotations

from .._run import Call, Result, connect, info_module
from .._s3 import bucket_content

OPTIONS = {
    "names": {"type": "list", "elements": "str", "required": True},
    "measure": {"type": "bool", "default": True},
}


def read(call: Call) -> Result:
    s3 = connect(call, "s3")
    found = [bucket_content(s3, name, call.params["measure"]) for name in call.params["names"]]
    return {"buckets": [bucket for bucket in found if bucket]}


MODULE = info_module(read, argument_spec=OPTIONS)
