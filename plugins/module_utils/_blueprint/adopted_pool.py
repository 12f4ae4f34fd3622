# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user pool that somebody else made must be like, for a platform to sign people in with it."""

from __future__ import annotations

from .found import Results, Thing, tags_of
from .sign_in import SignIn
from .sign_in_addresses import found_sign_in


def found_mistakes(sign_in: SignIn, results: Results) -> list[str]:
    """Return what keeps the sign-in from being made of what was found, a sentence each; [] before it was looked for."""
    by_id = f"name another pool in login_user_pool_id, or leave that out, and {sign_in.platform.name} gets its own."
    by_name = "name another pool in login_user_pool_id, or give the platform another name, and it gets its own."
    sentences = [
        unfit(pool, by_id if sign_in.user_pool_id else by_name)
        for pool in found_sign_in(results).user_pools
        if tags_of(pool).get("Platform") in (None, sign_in.platform.name)
    ]
    return [sentence for sentence in sentences if sentence]


def unfit(pool: Thing, remedy: str) -> str | None:
    """Return the sentence about a pool whose people have no names of their own, with a remedy, or None.

    Cognito makes such names up (API reference AdminCreateUser, Username).
    """
    signs_in_by = pool.get("username_attributes")
    if not signs_in_by:
        return None
    return (
        f"User pool {pool['name']} ({pool['id']}) cannot be taken over, as its people sign in by "
        f"{' or '.join(signs_in_by)} (UsernameAttributes), and Cognito makes up the names by which their user profiles "
        f"are found: {remedy}"
    )
