# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the files of the drift check are called."""

from __future__ import annotations

import re
from urllib.parse import quote

OVERVIEW = "index.html"
TEAM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def page_name(team: str) -> str:
    """Return the name of a team's page. No team's name has a dot, so that none is the overview's."""
    name = f"{_safe(team)}.html"
    return f"{_safe(team)}.team.html" if name == OVERVIEW else name


def report_name(team: str) -> str:
    """Return the name of a team's report for programs."""
    return f"{_safe(team)}.json"


def page_link(team: str) -> str:
    """Return the address of a team's page, from another page of the same folder."""
    return quote(page_name(team))


def _safe(team: str) -> str:
    """A host of an inventory may have any name, of which only those of teams are sure to be names of files."""
    return team if TEAM.fullmatch(team) else quote(team, safe="").replace(".", "%2E")
