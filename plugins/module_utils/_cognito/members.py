# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in which group of a Cognito user pool, and when two names are the same user's."""

from __future__ import annotations

import typing as t

from .._naming import Operations, unless_missing
from .common import POOL_MISSING


def read_pool(operations: Operations, user_pool_id: str) -> dict[str, t.Any]:
    """Return the pool as DescribeUserPool describes it, or {} where there is none."""
    answer = unless_missing(lambda: operations.call("DescribeUserPool", user_pool_id=user_pool_id), POOL_MISSING)
    return answer["user_pool"] if answer else {}


def username_key(pool: dict[str, t.Any], name: str) -> str:
    """Return what makes two names the same user: many pools ignore case."""
    return name if pool.get("username_configuration", {}).get("case_sensitive", True) else name.casefold()


def members_of(operations: Operations, user_pool_id: str, groups: t.Iterable[str]) -> set[str]:
    """Return the names of all users who are in one of the groups."""
    return {name for group in groups for name in group_members(operations, user_pool_id, group)}


def groups_named(operations: Operations, user_pool_id: str, prefix: str) -> list[str]:
    """Return the names of all groups that begin with prefix, [] for an empty prefix or where there is no pool."""
    if not prefix:
        return []
    groups = (
        unless_missing(lambda: operations.pages("ListGroups", "groups", user_pool_id=user_pool_id), POOL_MISSING) or []
    )
    return [group["group_name"] for group in groups if group["group_name"].startswith(prefix)]


def group_members(operations: Operations, user_pool_id: str, group: str) -> list[str]:
    """Return the names of all users of a group, [] where there is no such group."""
    members = (
        unless_missing(
            lambda: operations.pages("ListUsersInGroup", "users", user_pool_id=user_pool_id, group_name=group),
            POOL_MISSING,
        )
        or []
    )
    return [member["username"] for member in members]
