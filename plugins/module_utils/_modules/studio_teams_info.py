# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module studio_teams_info does; plugins/modules documents it."""

from __future__ import annotations

from .._look.team import look_at_teams
from .._run import info_module

TEAM = {
    "description": {"type": "dict", "required": True},
    "passwords": {"type": "dict", "default": {}, "no_log": True},
    "package_script": {"type": "str", "default": ""},
}
OPTIONS = {
    "teams": {"type": "list", "elements": "dict", "required": True, "options": TEAM},
    "include_activity": {"type": "bool", "default": False},
    "ask_cost_explorer": {"type": "bool", "default": False},
}

MODULE = info_module(look_at_teams, argument_spec=OPTIONS)
