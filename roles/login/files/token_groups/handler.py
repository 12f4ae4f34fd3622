# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The teams in the tokens of people whom the identity provider vouches for: a pre token generation trigger, version 2.

PROVIDER_NAME     the identity provider's name in the user pool
GROUPS_ATTRIBUTE  the attribute of the pool that holds the person's groups at the provider, such as ``custom:groups``
TEAMS             JSON: team -> its groups at the provider. A team that is not listed is nobody's.
TEAMS_BY_NAME     ``true`` or ``false`` (default); whether a team that is not listed has the group of its own name

A failure ends the sign-in: nobody gets a token in which teams are missing, or left over from another time.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

_SEVERAL = re.compile(r"\[[A-Za-z0-9.*_%+-]+(, ?[A-Za-z0-9.*_%+-]+)+\]", re.ASCII)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of Cognito (developer guide, "Pre token generation Lambda trigger"), for every new token."""
    request = event["request"]
    if os.environ["PROVIDER_NAME"] not in providers_of(request["userAttributes"]):
        return event
    named = groups_of(request["userAttributes"].get(os.environ["GROUPS_ATTRIBUTE"]) or "")
    given = (request.get("groupConfiguration") or {}).get("groupsToOverride") or []
    by_name = os.environ.get("TEAMS_BY_NAME") == "true"
    groups = sorted({*given, *teams_of(named, json.loads(os.environ["TEAMS"]), by_name)})
    event["response"] = {"claimsAndScopeOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": groups}}}
    return event


def providers_of(attributes: Mapping[str, str]) -> set[str]:
    """Return the names of the providers that vouch for a user. Cognito alone writes that attribute."""
    return {identity["providerName"] for identity in json.loads(attributes.get("identities") or "[]")}


def groups_of(text: str) -> list[str]:
    """Return the groups in a mapped attribute.

    One value comes as it is. Several come as ``[a,b]`` with everything but letters, digits and ``.-*_`` as in a URL
    (developer guide, "Specifying identity provider attribute mappings"). Some providers send a JSON list as text. A
    text that is neither list is one group, whatever it looks like.
    """
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        listed = None
    if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
        return listed
    if _SEVERAL.fullmatch(text):
        return [unquote_plus(part.strip()) for part in text[1:-1].split(",")]
    return [text] if text else []


def teams_of(groups: list[str], teams: Mapping[str, list[str]], by_name: bool) -> set[str]:
    """Return the teams that somebody in these groups of the provider is in. by_name: also those of their names."""
    listed = {team for team, names in teams.items() if set(names) & set(groups)}
    return listed | ({group for group in groups if group not in teams} if by_name else set())
