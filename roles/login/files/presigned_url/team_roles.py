# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which execution roles a team may give to its profiles: its own, and those that its people bring.

A domain's tag names the role, and whoever may tag a domain must not thereby reach the role of another team.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):role/(?P<path>.*/|)(?P<name>[^/]+)", re.ASCII)


def is_the_teams(role: str, platform: str, team: str, account: str, brought: Collection[str]) -> bool:
    """Say whether a role is the team's, by its whole name, or stands among those that the team's people bring."""
    if role in brought:
        return True
    found = _ROLE.fullmatch(role)
    if not found or found["account"] != account or not found["name"].startswith(f"{platform}--{team}--"):
        return False
    return not found["path"] or found["path"].startswith(f"{platform}/{team}/")
