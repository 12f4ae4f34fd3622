# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs take turns at, and the table in which they say so."""

from __future__ import annotations

import typing as t

from .platform import Platform

# The key of the table, which policies know as dynamodb:LeadingKeys.
KEY = "turn"
# The turn of who works on network and sign-in. A team's begins differently, so no team's name is it.
PLATFORM_TURN = "platform"


def team_turn(team: str) -> str:
    """Return the turn of who works on a team."""
    return f"team/{team}"


def turns_table(platform: Platform) -> str:
    """Return the name of the table. A platform's name has no hyphen at its end, so no two platforms share one."""
    return f"{platform.name}-turns"


def turns_table_arn(platform: Platform) -> str:
    """Return the ARN of the table."""
    return platform.arn("dynamodb", f"table/{turns_table(platform)}")


def turns_table_arguments(platform: Platform, tags: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return the arguments of the module that makes the table."""
    return {
        "name": turns_table(platform),
        "partition_key": KEY,
        "tags": dict(tags),
        "owner_tags": platform.tags,
    }
