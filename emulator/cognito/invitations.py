# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary passwords: they expire, and AdminCreateUser with RESEND makes and sends another.

Sources: API reference AdminCreateUser (MessageAction: "reset the temporary-password duration with a new temporary
password"; TemporaryPassword; UserNotFoundException, UnsupportedUserStateException), PasswordPolicyType
(TemporaryPasswordValidityDays: 7 unless set, and for 0); the texts are those that public reports quote.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import cognito as upstream

TEMPORARY = "FORCE_CHANGE_PASSWORD"
EXPIRED = "Temporary password has expired and must be reset by an administrator."
DEFAULT_DAYS, SECONDS_OF_A_DAY = 7, 24 * 3600
# When the temporary password of a user's record was made. UserLastModifiedDate also changes with attributes.
MADE = "_temporary_password_made"


def install() -> None:
    """Put the checks around ministack's creation of users and around its sign-ins with a password."""
    wrap(upstream, "_admin_create_user", _resending)
    wrap(upstream, "_admin_set_user_password", _noting_when)
    wrap(upstream, "_password_auth_result", _refusing_what_expired)
    wrap(upstream, "_authenticate_hosted_ui_user", _refusing_it_on_pages)


def _resending(original: Handler) -> Handler:
    def admin_create_user(data: Structure) -> Answer:
        if data.get("MessageAction") == "RESEND":
            refused = _renew(data)
            if refused:
                return refused
        return _noting_when(original)(data)

    return admin_create_user


def _renew(data: Structure) -> Answer | None:
    """Give a user another temporary password, which ministack then sends; or the answer that says why not."""
    user, pool = _user_of(data)
    if user is None or pool is None:
        return None  # ministack says what is missing
    if user["UserStatus"] != TEMPORARY:
        return error_response_json(
            "UnsupportedUserStateException", f"Resend not possible. {user['Username']} status is not {TEMPORARY}", 400
        )
    password = data.get("TemporaryPassword") or upstream._generate_temp_password()
    refused = upstream._validate_password(pool, password)
    if not refused:
        user["_password"] = password
    return refused


def _noting_when(original: Handler) -> Handler:
    """Remember when a temporary password was made: at creation, with RESEND, and by AdminSetUserPassword."""

    def make(data: Structure) -> Answer:
        answer = original(data)
        user = _user_of(data)[0]
        if answer[0] == 200 and user is not None:
            user[MADE] = upstream._now_epoch()
        return answer

    return make


def _user_of(data: Structure) -> tuple[Structure | None, Structure | None]:
    pool = upstream._user_pools.get(data.get("UserPoolId"))
    return (upstream._resolve_user(pool, data.get("Username"))[0], pool) if pool else (None, None)


def _has_expired(pool: Structure, user: Structure) -> bool:
    if user.get("UserStatus") != TEMPORARY:
        return False
    days = pool.get("Policies", {}).get("PasswordPolicy", {}).get("TemporaryPasswordValidityDays") or DEFAULT_DAYS
    made = user.get(MADE) or user["UserLastModifiedDate"]
    return bool(upstream._now_epoch() - made > days * SECONDS_OF_A_DAY)


def _refusing_what_expired(original: Function) -> Function:
    """Only who has the right password learns that it has expired."""

    def password_auth_result(
        pool: Structure, pool_id: str, client_id: str, user: Structure, *more: Any, **named: Any
    ) -> Any:
        if _has_expired(pool, user):
            return error_response_json("NotAuthorizedException", EXPIRED, 400)
        return original(pool, pool_id, client_id, user, *more, **named)

    return password_auth_result


def _refusing_it_on_pages(original: Function) -> Function:
    def authenticate(pool: Structure, username: str, password: str) -> tuple[Structure | None, str]:
        user, error = original(pool, username, password)
        return (None, EXPIRED) if user and _has_expired(pool, user) else (user, error)

    return authenticate
