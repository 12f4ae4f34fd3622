# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module wafv2_web_acl_association does; plugins/modules documents it."""

from __future__ import annotations

from .._run import STATE, connect, resource_module
from .._wafv2 import Association

OPTIONS = {"resource_arn": {"type": "str", "required": True}, "web_acl_arn": {"type": "str"}}


MODULE = resource_module(
    lambda call: Association(connect(call, "wafv2"), call.params["resource_arn"]),
    ["web_acl_arn"],
    argument_spec={**STATE, **OPTIONS},
    required_if=[("state", "present", ["web_acl_arn"])],
)
