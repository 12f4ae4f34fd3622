# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users of a pool as a set: those who are wanted, and those who leave."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._engine import Item, in_threads, refuse_duplicates
from .._naming import Operations
from .._waiting import StudioError
from .members import groups_named, members_of, read_pool, username_key
from .user_wishes import admission_problem, is_reset, is_spared, user_problem, wanted_user, without_groups
from .users import INVITATION_DAYS, User, read_user


class Pool:
    """A user pool whose users are read; cognito is a boto3 client of cognito-idp."""

    def __init__(self, cognito: t.Any, user_pool_id: str) -> None:
        self.operations = Operations(cognito)
        self.id = user_pool_id
        self.description = read_pool(self.operations, user_pool_id)
        self.password_policy = self.description.get("policies", {}).get("password_policy", {})
        self.invitation_days = self.password_policy.get("temporary_password_validity_days") or INVITATION_DAYS

    def key(self, name: str) -> str:
        """Return what makes two names the same user."""
        return username_key(self.description, name)

    def read(self, names: t.Iterable[str]) -> list[dict[str, t.Any] | None]:
        """Return the users of these names as they are."""
        return in_threads(lambda name: read_user(self.operations, self.invitation_days, self.id, name), names)

    def user(
        self, name: str, current: dict[str, t.Any] | None, password: str | None = None, takes_over: bool = False
    ) -> User:
        """Return a user who was read before."""
        return User(self.operations, self.id, name, current, password, takes_over, self.invitation_days)

    def refuse_duplicates(self, users: list[dict[str, t.Any]]) -> None:
        """Raise StudioError for a user who is listed twice, in whatever case."""
        refuse_duplicates((self.key(user["name"]) for user in users), "users")


@dataclass(frozen=True)
class Presence:
    """How listed users are there: what they lose of groups, and who leaves because they are not listed.

    Groups whose names begin with purge_groups are lost unless they are listed. Members of exclusive_groups who are not
    listed leave them; purge_all must be true to empty one. enable_joining lets in again who is in no group and joins.
    """

    purge_groups: str | None = None
    exclusive_groups: t.Collection[str] = ()
    purge_all: bool = False
    enable_joining: bool = False


@dataclass(frozen=True)
class Leaving:
    """Who goes beside the listed users: the members of groups, and of those whose names begin with groups_prefix.

    Those who are in another group too are only taken out of these. without_group (delete, disable, keep) says what
    becomes of the others. Who is in ignored groups counts as having left them.
    """

    groups: t.Collection[str] = ()
    groups_prefix: str = ""
    without_group: str = "delete"
    ignored_groups: t.Collection[str] = ()

    def seen(self, user: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
        """Return a user without the groups that do not count."""
        if user is None:
            return None
        return {**user, "groups": [group for group in user["groups"] if group not in self.ignored_groups]}


def present_items(pool: Pool, users: list[dict[str, t.Any]], presence: Presence) -> list[Item]:
    """Return an Item for each user that is listed, and for each member of an exclusive group that is not.

    All users are read and judged before the first write. Raises StudioError for what the pool would refuse.
    """
    pool.refuse_duplicates(users)
    current = pool.read(user["name"] for user in users)
    refuse_problems(pool, users, current, presence.purge_groups)
    listed = [
        Item(
            pool.user(user["name"], found, user.get("password"), is_reset(user, found, presence.purge_groups)),
            wanted_user(user, found, presence.purge_groups, presence.enable_joining),
        )
        for user, found in zip(users, current)
    ]
    strangers = find_strangers(pool, users, presence)
    return listed + [
        Item(pool.user(name, found), without_groups(found, presence.exclusive_groups))
        for name, found in zip(strangers, pool.read(strangers))
        if found is not None
    ]


def is_shut_out(item: Item) -> bool:
    """Tell whether a user who should be there cannot sign in, and nothing is said or done about it."""
    current = item.resource.find_before() or {}
    return current.get("enabled") is False and item.desired.get("enabled") is None and _joins(item)


def _joins(item: Item) -> bool:
    return item.state == "present" and bool(item.desired.get("groups"))


def refuse_problems(
    pool: Pool,
    users: list[dict[str, t.Any]],
    current: list[dict[str, t.Any] | None],
    purge_groups: str | None,
) -> None:
    """Raise StudioError for users that the pool would refuse."""
    problems = [
        user_problem(user, found, pool.password_policy)
        for user, found in zip(users, current)
        if not is_spared(user, found, purge_groups)
    ]
    problems += [admission_problem(user, found, purge_groups) for user, found in zip(users, current)]
    if any(problems):
        raise StudioError(" ".join(problem for problem in problems if problem))


def find_strangers(pool: Pool, users: list[dict[str, t.Any]], presence: Presence) -> list[str]:
    """Return the names of those in exclusive groups who are not listed. Raises StudioError for an unmeant emptying."""
    listed = {pool.key(user["name"]) for user in users}
    members = members_of(pool.operations, pool.id, presence.exclusive_groups)
    strangers = sorted(name for name in members if pool.key(name) not in listed)
    if strangers and not users and not presence.purge_all:
        raise StudioError(
            f"The list of users is empty, so everybody would leave {', '.join(presence.exclusive_groups)}: "
            f"{', '.join(strangers)}. Set purge_all to true if that is what you want."
        )
    return strangers


def absent_items(pool: Pool, users: list[dict[str, t.Any]]) -> list[Item]:
    """Return an Item to delete each listed user. Raises StudioError for one that is listed twice."""
    pool.refuse_duplicates(users)
    names = [user["name"] for user in users]
    return [Item(pool.user(name, found), state="absent") for name, found in zip(names, pool.read(names))]


def leaving_items(pool: Pool, users: list[dict[str, t.Any]], leaving: Leaving) -> list[Item]:
    """Return an Item for each listed user and each member of the groups that are left.

    Raises StudioError for a user who is listed twice.
    """
    pool.refuse_duplicates(users)
    groups = [*leaving.groups, *groups_named(pool.operations, pool.id, leaving.groups_prefix)]
    names = {pool.key(user["name"]): user["name"] for user in users}
    for name in members_of(pool.operations, pool.id, groups):
        names.setdefault(pool.key(name), name)
    return [
        leaving_item(pool.user(user["username"], user), user, groups, leaving.without_group)
        for user in map(leaving.seen, pool.read(names.values()))
        if user
    ]


def leaving_item(resource: User, user: dict[str, t.Any], groups: t.Collection[str], without_group: str) -> Item:
    """Return what becomes of a user who leaves groups; without_group says what where no other group is left."""
    wanted = without_groups(user, groups)
    if wanted["groups"] or without_group == "keep":
        return Item(resource, wanted)
    if without_group == "disable":
        return Item(resource, {**wanted, "enabled": False})
    return Item(resource, state="absent")
