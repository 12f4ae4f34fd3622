# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module studio_preflight_info: its options, and what it does with them."""

from __future__ import annotations

from .._preflight.preflight import run_preflight
from .._run import info_module

OPTIONS = {
    "network": {"type": "dict", "required": True},
    "sign_in": {"type": "dict", "required": True},
    "teams": {"type": "list", "elements": "dict", "default": []},
    "invited": {"type": "int", "default": 0},
    "account_id": {"type": "str"},
    "role_arn": {"type": "str"},
    "connection_mistake": {"type": "str"},
}

MODULE = info_module(run_preflight, argument_spec=OPTIONS)
