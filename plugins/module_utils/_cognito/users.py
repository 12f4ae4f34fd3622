# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users of a Cognito user pool and the groups they are in."""

from __future__ import annotations

import typing as t

from .._engine import Item, Listed, StudioError, in_threads, refuse_duplicates
from .._naming import Operations, unless_missing
from .._plan import Plan
from .common import POOL_MISSING
from .passwords import password_faults

UNLESS_IN_OTHER_GROUPS = "unless_in_other_groups"
USER_MISSING = (*POOL_MISSING, "UserNotFoundException")


class User(Listed):
    """One user of a pool; current is the user as read before, or None.

    password is set when the user is created, and later when the desired attributes ask for it.
    """

    kind = "user"
    unordered = frozenset({"groups"})
    secret = frozenset({"password"})
    # Another team may take a person in, or let one go, at the same time: who moves is written by both.
    shared = frozenset({"groups"})

    def __init__(
        self,
        operations: Operations,
        user_pool_id: str,
        name: str,
        current: dict[str, t.Any] | None,
        password: str | None = None,
    ) -> None:
        super().__init__(current)
        self.operations = operations
        self.name = name
        self.key = {"user_pool_id": user_pool_id, "username": name}
        self.password = password

    def find(self) -> dict[str, t.Any] | None:
        return read_user(self.operations, **self.key)

    def create(self, plan: Plan) -> None:
        made = self._create(plan.after.get("attributes", {}))
        if self.password is not None:
            self._set_first_password(made)
        self._join(plan.after.get("groups", []))
        if plan.after.get("enabled") is False:
            self.operations.call("AdminDisableUser", **self.key)

    def _create(self, attributes: dict[str, str]) -> bool:
        """Create the user and tell whether this call did it."""
        # Without SUPPRESS Cognito invites the user, and by text message unless told otherwise.
        message = {"desired_delivery_mediums": ["EMAIL"]} if self.password is None else {"message_action": "SUPPRESS"}
        try:
            self.operations.call("AdminCreateUser", user_attributes=attribute_list(attributes), **message, **self.key)
        except self.operations.client.exceptions.UsernameExistsException:
            return False  # an earlier attempt whose answer was lost
        return True

    def _set_first_password(self, made: bool) -> None:
        try:
            self._set_password()
        except self.operations.client.exceptions.InvalidPasswordException as error:
            if made:  # nobody knows the temporary password that it has now
                self.operations.call("AdminDeleteUser", **self.key)
            reason = error.response["Error"]["Message"].rstrip(".")
            raise StudioError(f"The pool refuses the password of {self.name}: {reason}. Give another one.") from error

    def _set_password(self) -> None:
        self.operations.call("AdminSetUserPassword", password=self.password, permanent=True, **self.key)

    def update(self, plan: Plan) -> None:
        if "attributes" in plan.changes:
            changed = changed_attributes(plan.before["attributes"], plan.after["attributes"])
            self.operations.call("AdminUpdateUserAttributes", user_attributes=attribute_list(changed), **self.key)
        if {"password", "password_set"} & set(plan.changes):
            self._set_password()
        if "groups" in plan.changes:
            self._join(sorted(set(plan.after["groups"]) - set(plan.before["groups"])))
            self._leave(sorted(set(plan.before["groups"]) - set(plan.after["groups"])))
        if "enabled" in plan.changes:
            self.operations.call("AdminEnableUser" if plan.after["enabled"] else "AdminDisableUser", **self.key)

    def _join(self, groups: t.Iterable[str]) -> None:
        for group in groups:
            self.operations.call("AdminAddUserToGroup", group_name=group, **self.key)

    def _leave(self, groups: list[str]) -> None:
        """Take the user out of groups and end its sign-ins, whose tokens name its groups, and get new ones.

        Before, as a run that is killed in between leaves nothing by which the next would know of it; and after, for
        whoever signed in again meanwhile.
        """
        if not groups:
            return
        self.operations.call("AdminUserGlobalSignOut", **self.key)
        for group in groups:
            self.operations.call("AdminRemoveUserFromGroup", group_name=group, **self.key)
        self.operations.call("AdminUserGlobalSignOut", **self.key)

    def delete(self, plan: Plan) -> None:
        unless_missing(lambda: self.operations.call("AdminDeleteUser", **self.key), USER_MISSING)


def read_user(operations: Operations, user_pool_id: str, username: str) -> dict[str, t.Any] | None:
    """Return a user as AdminGetUser describes it, or None.

    ``attributes`` is a dict, ``groups`` the sorted names of all the user's groups, and ``password_set`` tells whether
    the user has a password of its own, not the temporary one of an invitation.
    """
    key = {"user_pool_id": user_pool_id, "username": username}
    user = unless_missing(lambda: operations.call("AdminGetUser", **key), USER_MISSING)
    if user is None:
        return None
    groups = operations.pages("AdminListGroupsForUser", "groups", **key)
    return {
        **{name: user.get(name) for name in ("username", "enabled", "user_status", "user_create_date")},
        "attributes": {item["name"]: item.get("value", "") for item in user.get("user_attributes", [])},
        "groups": sorted(group["group_name"] for group in groups),
        "password_set": user["user_status"] != "FORCE_CHANGE_PASSWORD",
    }


def attribute_list(attributes: dict[str, str]) -> list[dict[str, str]]:
    """Return attributes as the API takes them."""
    return [{"name": name, "value": value} for name, value in sorted(attributes.items())]


def changed_attributes(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Return the attributes to send; who changes an address repeats that it is verified, else Cognito resets that."""
    changed = {name: value for name, value in after.items() if before.get(name, "") != value}
    for name in ("email", "phone_number"):
        if name in changed and f"{name}_verified" in after:
            changed[f"{name}_verified"] = after[f"{name}_verified"]
    return changed


def wanted_attributes(user: dict[str, t.Any]) -> dict[str, str]:
    """Return the attributes that the options of one user ask for, as texts. An e-mail given here counts as verified."""
    attributes = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in (user.get("attributes") or {}).items()
        if value is not None
    }
    if user.get("email") is not None:
        attributes = {"email_verified": "true", **attributes, "email": user["email"]}
    return attributes


def is_spared(user: dict[str, t.Any], current: dict[str, t.Any] | None, purge_groups: str | None) -> bool:
    """Tell whether the options of one user ask for nothing but membership, as the user is in somebody else's group."""
    if current is None or user.get("update_existing") != UNLESS_IN_OTHER_GROUPS:
        return False
    own = user.get("groups") or []
    return any(
        name not in own and (not purge_groups or not name.startswith(purge_groups)) for name in current["groups"]
    )


def wanted_groups(
    groups: list[str] | None, current: dict[str, t.Any] | None, purge_groups: str | None
) -> list[str] | None:
    """Return groups and the present ones, of which those go whose names begin with purge_groups; None for none."""
    if groups is None:
        return None
    kept = current["groups"] if current else []
    return sorted({*groups, *(name for name in kept if purge_groups is None or not name.startswith(purge_groups))})


def wanted_enabled(user: dict[str, t.Any], current: dict[str, t.Any] | None, enable_joining: bool) -> bool | None:
    """Return whether a user should be able to sign in; who was in no group and joins one is let in again."""
    if enable_joining and user.get("enabled") is None and current and not current["groups"] and user.get("groups"):
        return True
    return user.get("enabled")


def wanted_user(
    user: dict[str, t.Any], current: dict[str, t.Any] | None, purge_groups: str | None, enable_joining: bool = False
) -> dict[str, t.Any]:
    """Return the desired attributes of the resource for the options of one user."""
    groups = wanted_groups(user.get("groups"), current, purge_groups)
    if is_spared(user, current, purge_groups):
        return {"groups": groups}
    password = user.get("password")
    return {
        "attributes": wanted_attributes(user) or None,
        "enabled": wanted_enabled(user, current, enable_joining),
        "groups": groups,
        "password_set": True if password is not None else None,
        "password": password if user.get("update_password") == "always" else None,
    }


def user_problem(user: dict[str, t.Any], current: dict[str, t.Any] | None, policy: dict[str, t.Any]) -> str | None:
    """Return why one user cannot be made or changed as asked for, or None; policy is the pool's PasswordPolicy."""
    name, password = user["name"], user.get("password")
    if password is None:
        if current is None and not wanted_attributes(user).get("email"):
            return f"{name} has neither a password nor an e-mail address to be invited by. Give one of them."
        return None
    is_set = current is None or not current["password_set"] or user.get("update_password") == "always"
    faults = password_faults(password, policy) if is_set else []
    return f"The password of {name} needs {', '.join(faults)}." if faults else None


def user_items(
    cognito: t.Any,
    user_pool_id: str,
    users: list[dict[str, t.Any]],
    *,
    state: str,
    purge_groups: str | None,
    exclusive_groups: t.Collection[str],
    purge_all: bool = False,
    leave_groups: t.Collection[str] = (),
    leave_groups_prefix: str = "",
    without_group: str | None = None,
    enable_joining: bool = False,
) -> list[Item]:
    """Return an Item for each user that is listed, and for each member of an exclusive group that is not.

    With state absent and leave_groups the listed users and the members of these groups, and of those whose names begin
    with leave_groups_prefix, are meant, and those that are in another group are only taken out of these. without_group
    (delete, disable, keep) is for those that are in none; it can stand without leave_groups.

    An exclusive group is emptied with purge_all only. All users are read and judged before the first write. Raises
    StudioError for what the pool would refuse.
    """
    operations = Operations(cognito)
    pool = read_pool(operations, user_pool_id)
    refuse_duplicates((username_key(pool, user["name"]) for user in users), "users")

    def read(name: str) -> dict[str, t.Any] | None:
        return read_user(operations, user_pool_id, name)

    present = state == "present"
    if (leave_groups or without_group) and not present:
        leave_groups = [*leave_groups, *groups_named(operations, user_pool_id, leave_groups_prefix)]
        names = {username_key(pool, user["name"]): user["name"] for user in users}
        for name in members_of(operations, user_pool_id, leave_groups):
            names.setdefault(username_key(pool, name), name)
        found = in_threads(read, names.values())
        return [
            leaving_item(
                User(operations, user_pool_id, user["username"], user), user, leave_groups, without_group or "delete"
            )
            for user in found
            if user
        ]
    current = in_threads(lambda user: read(user["name"]), users)
    if present:
        policy = pool.get("policies", {}).get("password_policy", {})
        problems = [
            user_problem(user, found, policy)
            for user, found in zip(users, current)
            if not is_spared(user, found, purge_groups)
        ]
        if any(problems):
            raise StudioError(" ".join(problem for problem in problems if problem))
    items = [
        Item(
            User(operations, user_pool_id, user["name"], found, user.get("password")),
            wanted_user(user, found, purge_groups, enable_joining) if present else {},
            state,
        )
        for user, found in zip(users, current)
    ]
    if not present:
        return items
    listed = {username_key(pool, user["name"]) for user in users}
    members = members_of(operations, user_pool_id, exclusive_groups)
    strangers = sorted(name for name in members if username_key(pool, name) not in listed)
    if strangers and not users and not purge_all:
        raise StudioError(
            f"The list of users is empty, so everybody would leave {', '.join(exclusive_groups)}: "
            f"{', '.join(strangers)}. Set purge_all to true if that is what you want."
        )
    return items + [
        Item(User(operations, user_pool_id, name, found), without_groups(found, exclusive_groups))
        for name, found in zip(strangers, in_threads(read, strangers))
        if found is not None
    ]


def leaving_item(resource: User, user: dict[str, t.Any], groups: t.Collection[str], without_group: str) -> Item:
    """Return what becomes of a user who leaves groups; without_group says what where no other group is left."""
    wanted = without_groups(user, groups)
    if wanted["groups"] or without_group == "keep":
        return Item(resource, wanted)
    if without_group == "disable":
        return Item(resource, {**wanted, "enabled": False})
    return Item(resource, state="absent")


def without_groups(user: dict[str, t.Any], groups: t.Collection[str]) -> dict[str, t.Any]:
    """Return the desired attributes that take a user out of groups and leave everything else."""
    return {"groups": [group for group in user["groups"] if group not in groups]}


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
