# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of a Cognito user pool."""

from __future__ import annotations

import typing as t

from .._engine import Item, Listed, refuse_duplicates, refuse_empty_purge
from .._naming import Operations, unless_missing
from .._plan import Plan
from .common import POOL_MISSING, filled


class Group(Listed):
    """One group of a user pool; current is the group as a listing showed it, or None."""

    kind = "group"

    def __init__(self, operations: Operations, user_pool_id: str, name: str, current: dict[str, t.Any] | None) -> None:
        super().__init__(current)
        self.operations = operations
        self.name = name
        self.key = {"user_pool_id": user_pool_id, "group_name": name}

    def find(self) -> dict[str, t.Any] | None:
        answer = unless_missing(lambda: self.operations.call("GetGroup", **self.key), POOL_MISSING)
        return answer and answer["group"]

    def create(self, plan: Plan) -> None:
        self.operations.call("CreateGroup", **{**filled(plan.after), **self.key})

    def update(self, plan: Plan) -> None:
        self.operations.call("UpdateGroup", **{**plan.changes, **self.key})

    def delete(self, plan: Plan) -> None:
        self.operations.call("DeleteGroup", **self.key)


def group_items(
    cognito: t.Any,
    user_pool_id: str,
    groups: list[dict[str, t.Any]],
    *,
    state: str,
    purge: bool,
    purge_prefix: str = "",
    purge_all: bool,
) -> list[Item]:
    """Return an Item for each group that is listed, and for each that is not and begins with purge_prefix.

    The latter go with purge, and stay as they are without it.
    Raises StudioError for a group listed twice and for a purge that would remove all without purge_all.
    """
    names = [group["name"] for group in groups]
    refuse_duplicates(names, "groups")
    refuse_empty_purge(groups, purge, purge_all, "groups")
    operations = Operations(cognito)
    listed = (
        unless_missing(lambda: operations.pages("ListGroups", "groups", user_pool_id=user_pool_id), POOL_MISSING) or []
    )
    current = {group["group_name"]: group for group in listed}

    def item(name: str, desired: dict[str, t.Any], state: str) -> Item:
        return Item(Group(operations, user_pool_id, name, current.get(name)), desired, state)

    wanted = [
        item(group["name"], {key: value for key, value in group.items() if key != "name"}, state) for group in groups
    ]
    unlisted = sorted(name for name in set(current) - set(names) if name.startswith(purge_prefix))
    return wanted + [item(name, {}, "absent" if purge else "present") for name in unlisted]
