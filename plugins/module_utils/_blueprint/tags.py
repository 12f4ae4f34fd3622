# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags that AWS would refuse, late, and those that the collection needs for itself."""

from __future__ import annotations

import typing as t
import unicodedata

from .specification import QUOTES, shown

LONGEST_KEY, LONGEST_VALUE = 128, 256
# AWS takes letters, digits and spaces of any script, and these (tagging guide, and the patterns of SageMaker and IAM).
SIGNS = "_.:/=+-@"
# By these the collection knows what is whose, and the sign-in function what it may do.
RESERVED = (
    "Platform",
    "DomainName",
    "Adopted",
    "Retained",
    "Left",
    "Budget",
    "ClosedForSignIn",
    "SessionMinutes",
    "ProfileOnFirstSignIn",
    "ProfileRole",
    "UserSub",
    # By these SageMaker knows what it made itself, and policies rely on it.
    "ManagedByAmazonSageMakerResource",
    "sagemaker",
)


def tag_mistakes(tags: t.Mapping[t.Any, t.Any], option: str, most: int) -> t.Iterable[str]:
    """Yield a sentence for every tag of an option that cannot be. most: how many further tags things may have."""
    if len(tags) > most:
        yield f"{option} has {len(tags)} tags; with those that the collection sets, things may have {most} of them."
    for key, value in tags.items():
        fault = _key_fault(key) or _value_fault(value)
        if fault:
            yield f"{option}: the tag {shown(key)} {fault}."
    folded = [str(key).lower() for key in tags]
    for key in sorted({key for key in folded if folded.count(key) > 1}):
        yield f"{option} has the tag {key} twice, and IAM does not tell keys apart by their case."


def _key_fault(key: t.Any) -> str | None:
    if not isinstance(key, str):
        return f"is no text. {QUOTES}"
    if not 1 <= len(key) <= LONGEST_KEY:
        return f"must have 1 to {LONGEST_KEY} characters"
    if key.lower().startswith("aws:"):
        return "begins with aws:, which AWS keeps for itself"
    names = {name.lower() for name in RESERVED}
    if key.lower().split(":")[0].strip() in names:
        return "is one that the collection sets; take another name"
    return _signs_fault(key)


def _value_fault(value: t.Any) -> str | None:
    if value is None:
        return 'has no value. Give it one, or "" for an empty one'
    if not isinstance(value, str):
        return f"has the value {shown(value)}, which is no text. {QUOTES}"
    # IAM takes the prefix in values neither (user guide, rules for tagging).
    if value.lower().startswith("aws:"):
        return f"has the value {shown(value)}, which begins with aws:, and AWS keeps that for itself"
    if len(value) > LONGEST_VALUE:
        return f"has a value of {len(value)} characters; AWS takes {LONGEST_VALUE}"
    return _signs_fault(value)


def _signs_fault(text: str) -> str | None:
    wrong = sorted({sign for sign in text if not _is_taken(sign)})
    if not wrong:
        return None
    return f"has {' '.join(map(shown, wrong))}; AWS takes letters, digits, spaces and {' '.join(SIGNS)} in tags"


def _is_taken(sign: str) -> bool:
    return sign in SIGNS or unicodedata.category(sign)[0] in "LNZ"
