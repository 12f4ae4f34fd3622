# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user of a Cognito user pool, and the groups that the user is in."""

from __future__ import annotations

import datetime
import secrets
import typing as t

from .._engine import Listed
from .._naming import Operations, unless_missing
from .._plan import Plan
from .._waiting import StudioError
from .common import POOL_MISSING

USER_MISSING = (*POOL_MISSING, "UserNotFoundException")
INVITED = "FORCE_CHANGE_PASSWORD"
# What a pool has unless it says otherwise (model, TemporaryPasswordValidityDays).
INVITATION_DAYS = 7


class User(Listed):
    """One user of a pool; current is the user as read before, or None.

    password is set when the user is created, and later when the desired attributes ask for it. Of a user who is taken
    over, no password, address or session of before is left when the user joins a group. An invitation is valid for
    invitation_days.
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
        takes_over: bool = False,
        invitation_days: int = INVITATION_DAYS,
    ) -> None:
        super().__init__(current)
        self.operations = operations
        self.name = name
        self.key = {"user_pool_id": user_pool_id, "username": name}
        self.password = password
        self.takes_over = takes_over
        self.invitation_days = invitation_days

    def find(self) -> dict[str, t.Any] | None:
        return read_user(self.operations, self.invitation_days, **self.key)

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
        if self.takes_over:
            self._shut_out()
        if "attributes" in plan.changes:
            changed = changed_attributes(plan.before["attributes"], plan.after["attributes"])
            self.operations.call("AdminUpdateUserAttributes", user_attributes=attribute_list(changed), **self.key)
        if "invitation_expired" in plan.changes or (self.takes_over and self.password is None):
            # After the address, to which it goes.
            self.operations.call(
                "AdminCreateUser", message_action="RESEND", desired_delivery_mediums=["EMAIL"], **self.key
            )
        elif self.takes_over or {"password", "password_set"} & set(plan.changes):
            self._set_password()
        if "groups" in plan.changes:
            self._join(sorted(set(plan.after["groups"]) - set(plan.before["groups"])))
            self._leave(sorted(set(plan.before["groups"]) - set(plan.after["groups"])))
        if "enabled" in plan.changes:
            self.operations.call("AdminEnableUser" if plan.after["enabled"] else "AdminDisableUser", **self.key)

    def _shut_out(self) -> None:
        """End what somebody could do who knows the user's password: first the password, then what it has opened."""
        # 99 characters is the longest that a pool can ask for; all kinds of them are in it.
        unknown = f"Aa1-{secrets.token_urlsafe(96)}"
        self.operations.call("AdminSetUserPassword", password=unknown, permanent=False, **self.key)
        self.operations.call("AdminUserGlobalSignOut", **self.key)

    def _join(self, groups: t.Iterable[str]) -> None:
        for group in groups:
            self.operations.call("AdminAddUserToGroup", group_name=group, **self.key)

    def _leave(self, groups: list[str]) -> None:
        """Take the user out of groups and revoke the user's tokens: they name the old groups and can be refreshed.

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


def read_user(
    operations: Operations, invitation_days: int, user_pool_id: str, username: str
) -> dict[str, t.Any] | None:
    """Return a user as AdminGetUser describes it, or None.

    ``attributes`` is a dict, ``groups`` the sorted names of all the user's groups, and ``password_set`` tells whether
    the user has a password of its own, not the temporary one of an invitation. ``invitation_expired`` tells whether
    that one is older than invitation_days: as Cognito does not say when it was sent, since the user was last modified.
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
        "password_set": user["user_status"] != INVITED,
        "invitation_expired": user["user_status"] == INVITED
        and _age(user["user_last_modified_date"]) > datetime.timedelta(days=invitation_days),
    }


def _age(then: str) -> datetime.timedelta:
    return datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(then)


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
