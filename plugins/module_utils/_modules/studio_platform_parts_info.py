# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module studio_platform_parts_info: its options, and what it does with them."""

from __future__ import annotations

from .._look.platform import look_at_platform
from .._run import info_module

OPTIONS = {
    "network": {"type": "dict", "required": True},
    "sign_in": {"type": "dict", "required": True},
    "client_secret": {"type": "str", "no_log": True},
    "files": {"type": "path", "required": True},
}

MODULE = info_module(look_at_platform, argument_spec=OPTIONS)
