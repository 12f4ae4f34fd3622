# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module apigateway_rest_api_info does; plugins/modules documents it."""

from __future__ import annotations

from .._apigateway.rest_api import describe_all
from .._run import connect, info_module

MODULE = info_module(
    lambda call: {"rest_apis": describe_all(connect(call, "apigateway"), call.params["name"])},
    argument_spec={"name": {"type": "str"}},
)
