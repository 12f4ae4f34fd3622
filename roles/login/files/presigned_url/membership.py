# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asking, and for which team."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import answers

# The portal gets this pattern too, so it must be valid in JavaScript.
TEAM_PATTERN = r"^(?=.{1,24}$)[a-z0-9]+(?:-[a-z0-9]+)*$"

_HEADER = re.compile(r"(?:Bearer +)?([A-Z0-9_.-]+)", re.IGNORECASE | re.ASCII)
_MUST_EQUAL = ("sub", "client_id", "token_use", "username")
_MUST_EQUAL_IF_GIVEN = ("jti", "origin_jti", "iss")

Verify = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Person:
    """A signed-in person: the user name in Cognito, the ``sub`` that nobody else has, the groups' exact names."""

    username: str
    sub: str
    groups: frozenset[str]


def team_of(event: dict[str, Any]) -> str | None:
    """Return the team named by the request's path, or None when no team can have that name."""
    name = unquote((event.get("pathParameters") or {}).get("domainName") or "")
    return name if re.fullmatch(TEAM_PATTERN, name) else None


def space_of(event: dict[str, Any]) -> str | None:
    """Return the space that the request names, or None for Studio's home. API Gateway has decoded it; of several that
    are named it gives the last."""
    return (event.get("queryStringParameters") or {}).get("space")


def verified_claims(event: dict[str, Any]) -> dict[str, str]:
    """Return the claims that the API's authorizer verified: a flat dict of strings, empty when there are none."""
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    return authorizer.get("claims") or {}


def person_of(event: dict[str, Any], client_ids: Collection[str], verify: Verify) -> Person:
    """Return the person who carries the request's access token; raises answers.Refusal (403).

    verify: returns the claims of a token that is real and holds, and raises answers.Refusal otherwise.

    The groups are read from the token itself. The authorizer's claims are strings only: a REST API joins a list with
    commas (Amazon API Gateway developer guide; a HTTP API writes ``[a b]``), so a group *named* ``x,team1`` could not
    be told from two groups. The signature is verified here once more: whoever may invoke the function by another way
    than the API could make up the authorizer's claims.
    """
    payload = verify(_token(_authorization(event)))
    claims = verified_claims(event)
    if not all(claims.get(name) and claims[name] == payload.get(name) for name in _MUST_EQUAL):
        raise answers.token_refused("not_the_verified_token")
    if not all(claims[name] == payload.get(name) for name in _MUST_EQUAL_IF_GIVEN if name in claims):
        raise answers.token_refused("not_the_verified_token")
    if payload["token_use"] != "access":  # noqa: S105 a kind of token, not a token
        raise answers.token_refused("not_an_access_token")
    if payload["client_id"] not in client_ids:
        raise answers.token_refused("foreign_client")
    return Person(payload["username"], payload["sub"], _groups(payload))


def _groups(payload: dict[str, Any]) -> frozenset[str]:
    groups = payload.get("cognito:groups")
    return frozenset(name for name in groups if isinstance(name, str)) if isinstance(groups, list) else frozenset()


def _authorization(event: dict[str, Any]) -> str:
    """Return the one Authorization header. Header names come in any case, and API Gateway keeps repeated ones."""
    single = [value for name, value in (event.get("headers") or {}).items() if name.lower() == "authorization"]
    several = [
        value
        for name, values in (event.get("multiValueHeaders") or {}).items()
        if name.lower() == "authorization"
        for value in values
    ]
    if len(single) > 1 or len(several) > 1 or len({*single, *several}) != 1:
        raise answers.token_refused("not_one_authorization_header")
    return (single or several)[0]


def _token(header: str) -> str:
    """Return the token of an Authorization header."""
    match = _HEADER.fullmatch(header.strip())
    if not match:
        raise answers.token_refused("malformed_token")
    return match.group(1)
