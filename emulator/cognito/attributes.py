# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes of users: those that the pool has, phone numbers with their country, and names that are no aliases.

Sources: https://github.com/aws-amplify/amplify-flutter/issues/509 (attributes that the pool does not have),
https://github.com/amazon-archives/amazon-cognito-identity-js/issues/316 (phone numbers),
https://github.com/aws-amplify/amplify-js/issues/8800 (names); developer guide, "Working with user attributes".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from emulator.cognito.refusals import refused
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import cognito as upstream

CUSTOM = ("custom:", "dev:")
PHONE_NUMBER = re.compile(r"\+[0-9]{1,15}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
PoolOf = Callable[[Structure], Structure | None]


def install() -> None:
    """Put the checks in front of the calls that give somebody attributes, or a name."""
    for name, pool_of, names in (
        ("_admin_create_user", _pool, True),
        ("_admin_update_user_attributes", _pool, False),
        ("_sign_up", _pool_of_the_client, True),
        ("_update_user_attributes", _pool_of_the_token, False),
    ):
        wrap(upstream, name, _checked(pool_of, names))


def _pool(data: Structure) -> Structure | None:
    return upstream._user_pools.get(data.get("UserPoolId"))


def _pool_of_the_client(data: Structure) -> Structure | None:
    pool: Structure | None = upstream._find_pool_by_client_id(data.get("ClientId"))[1]
    return pool


def _pool_of_the_token(data: Structure) -> Structure | None:
    return upstream._user_pools.get(upstream._pool_id_from_token(data.get("AccessToken")))


def _checked(pool_of: PoolOf, names: bool) -> Wrapper:
    def wrapper(original: Handler) -> Handler:
        def call(data: Structure) -> Answer:
            pool = pool_of(data)
            found = next(_mistakes(pool, data, names), None) if pool else None
            return refused(found) if found else original(data)

        return call

    return wrapper


def _mistakes(pool: Structure, data: Structure, names: bool) -> Iterator[str]:
    """What Cognito says of a request, for each thing that it refuses."""
    if names and "email" in (pool.get("AliasAttributes") or ()) and ADDRESS.fullmatch(data.get("Username") or ""):
        yield "Username cannot be of email format, since user pool is configured for email alias."
    given = data.get("UserAttributes") or []
    known = {one["Name"] for one in pool.get("SchemaAttributes") or []}
    unknown = [one["Name"] for one in given if one["Name"].startswith(CUSTOM) and one["Name"] not in known]
    if unknown:
        lines = "".join(f"{name}: Attribute does not exist in the schema.\n" for name in unknown)
        yield f"Attributes did not conform to the schema: {lines}"
    if any(one["Name"] == "phone_number" and not _is_phone_number(one.get("Value")) for one in given):
        yield "Invalid phone number format."


def _is_phone_number(value: str | None) -> bool:
    """Whether it is none at all, or a plus sign with the code of a country and digits alone."""
    return not value or PHONE_NUMBER.fullmatch(value) is not None
