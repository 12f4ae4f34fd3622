# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of one user ask for, given the user as it is: no call is made in here."""

from __future__ import annotations

import typing as t

from .._blueprint.passwords import password_faults

UNLESS_IN_OTHER_GROUPS = "unless_in_other_groups"
ALWAYS, SAME_EMAIL, RESET = "always", "same_email", "reset"


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


def is_doubtful(user: dict[str, t.Any], current: dict[str, t.Any] | None, purge_groups: str | None) -> bool:
    """Tell whether a user who exists joins a group, and may be somebody else than the one who is meant.

    Whoever made the account knows its password; only a verified e-mail address tells whose it is.
    """
    if current is None or user.get("admit_existing", ALWAYS) == ALWAYS:
        return False
    joined = [name for name in user.get("groups") or [] if not (purge_groups and name.startswith(purge_groups))]
    if set(joined) <= set(current["groups"]):
        return False
    present = current["attributes"]
    same = (user.get("email") or "").casefold() == present.get("email", "").casefold()
    return not (user.get("email") and same and present.get("email_verified") == "true")


def is_reset(user: dict[str, t.Any], current: dict[str, t.Any] | None, purge_groups: str | None) -> bool:
    """Tell whether a user is taken over: gets the address that is given, and a password that nobody knew before."""
    return user.get("admit_existing") == RESET and is_doubtful(user, current, purge_groups)


def admission_problem(user: dict[str, t.Any], current: dict[str, t.Any] | None, purge_groups: str | None) -> str | None:
    """Return why a user who exists is not admitted to groups, or None."""
    if not is_doubtful(user, current, purge_groups):
        return None
    if is_reset(user, current, purge_groups):
        nobody = not user.get("email") and user.get("password") is None
        return f"{user['name']} cannot be taken over without an e-mail address or a password." if nobody else None
    return (
        f"{user['name']} is in the user pool already, without the verified e-mail address that is given here, and "
        "may be somebody else. Give the address of the account, take another name, or let the account be taken over "
        "with a new password (studio_existing_people: reset)."
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


def is_invited_again(user: dict[str, t.Any], current: dict[str, t.Any] | None, enabled: bool | None) -> bool:
    """Tell whether a user gets another invitation: the last one has expired, and no password is given instead."""
    if current is None or not user.get("resend_invitation") or user.get("password") is not None:
        return False
    return bool(current.get("invitation_expired") and (current["enabled"] if enabled is None else enabled))


def wanted_user(
    user: dict[str, t.Any], current: dict[str, t.Any] | None, purge_groups: str | None, enable_joining: bool = False
) -> dict[str, t.Any]:
    """Return the desired attributes of the resource for the options of one user."""
    groups = wanted_groups(user.get("groups"), current, purge_groups)
    if is_spared(user, current, purge_groups) and not is_reset(user, current, purge_groups):
        return {"groups": groups}
    password, enabled = user.get("password"), wanted_enabled(user, current, enable_joining)
    return {
        "attributes": wanted_attributes(user) or None,
        "enabled": enabled,
        "groups": groups,
        "password_set": True if password is not None else None,
        "password": password if user.get("update_password") == "always" else None,
        "invitation_expired": False if is_invited_again(user, current, enabled) else None,
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


def without_groups(user: dict[str, t.Any], groups: t.Collection[str]) -> dict[str, t.Any]:
    """Return the desired attributes that take a user out of groups and leave everything else."""
    return {"groups": [group for group in user["groups"] if group not in groups]}
