# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tags that IAM takes: their signs, and how many.

Sources: IAM's model (tagKeyType, tagValueType, tagListType); the refusals that cloud-platform-environments #22667 and
hyperswitch-suite #323 quote; IAM quotas, "Tags that can be attached to ...".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from emulator.shared.shapes import Structure
from emulator.shared.tag_rules import KEY, LONGEST_KEY, LONGEST_VALUE, MAXIMUM, VALUE, count_together
from emulator.shared.upstream import iam as upstream
from emulator.shared.validation import compiled

Refusal = tuple[int, str, str]
RULES = {"Key": (LONGEST_KEY, KEY), "Value": (LONGEST_VALUE, VALUE)}
# What takes tags -> the member that names what is there already, None for what makes something.
TAGGING = {
    "CreateRole": None,
    "CreatePolicy": None,
    "CreateUser": None,
    "TagRole": "RoleName",
    "TagPolicy": "PolicyArn",
    "TagUser": "UserName",
}


def tags_refusal(action: str, parameters: Structure) -> Refusal | None:
    """``(status, code, message)`` when IAM refuses the tags of a request, or None."""
    tags = given(parameters)
    faults = [*_too_many(tags), *itertools.chain.from_iterable(_faults(tag, n) for n, tag in enumerate(tags, 1))]
    if faults:
        plural = "" if len(faults) == 1 else "s"
        return 400, "ValidationError", f"{len(faults)} validation error{plural} detected: {'; '.join(faults)}"
    member = TAGGING[action]
    if member and count_together(_present(member, upstream._p(parameters, member)), tags) > MAXIMUM:
        kind = action.removeprefix("Tag")
        return 409, "LimitExceeded", f"Cannot exceed quota for TagsPer{kind}: {MAXIMUM}"
    return None


def given(parameters: Structure) -> list[Structure]:
    """The tags of a request of the query protocol."""
    found: list[Structure] = []
    for number in itertools.count(1):
        key = upstream._p(parameters, f"Tags.member.{number}.Key")
        if not key:
            return found
        found.append({"Key": key, "Value": upstream._p(parameters, f"Tags.member.{number}.Value")})
    return found


def _present(member: str, name: str) -> list[Structure]:
    store = {"RoleName": upstream._roles, "PolicyArn": upstream._policies, "UserName": upstream._users}[member]
    return list((store.get(name) or {}).get("Tags", []))


def _too_many(tags: list[Structure]) -> list[str]:
    if len(tags) <= MAXIMUM:
        return []
    return [
        f"Value '{len(tags)} tags' at 'tags' failed to satisfy constraint: Member must have length less than or equal "
        f"to {MAXIMUM}"
    ]


def _faults(tag: Structure, number: int) -> Iterator[str]:
    for member, (longest, pattern) in RULES.items():
        text, place = tag[member], f"'tags.{number}.member.{member.lower()}'"
        if len(text) > longest:
            constraint = f"Member must have length less than or equal to {longest}"
            yield f"Value '{text}' at {place} failed to satisfy constraint: {constraint}"
        if not compiled(pattern).fullmatch(text):
            constraint = f"Member must satisfy regular expression pattern: {pattern}"
            yield f"Value '{text}' at {place} failed to satisfy constraint: {constraint}"
