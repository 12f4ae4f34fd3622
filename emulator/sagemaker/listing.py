# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sorting and paging of every List operation.

A NextToken names the last item that was shown by its place in the order, so that pages stay right while items come and
go. Only what a page shows is read: the state machine counts reads.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from emulator.sagemaker import states, store
from emulator.sagemaker.errors import ValidationException
from emulator.shared.shapes import Function, Structure

DEFAULT_PAGE = 10


def page(
    items: list[Any],
    request: Structure,
    key: Function,
    show: Function,
    descending: bool = False,
    default: int = DEFAULT_PAGE,
) -> tuple[list[Any], str | None]:
    """One page: ``(shown, next_token or None)``.

    ``key(item)`` gives a JSON list that orders items and is unique; ``show(item)`` gives what the page shows, or None
    for an item that has just gone. MaxResults defaults to 10 (API reference of the List operations).
    """
    ordered = sorted(items, key=key, reverse=descending)
    token = request.get("NextToken")
    if token:
        last = _decode(token)
        ordered = [item for item in ordered if (key(item) < last if descending else key(item) > last)]
    size = request.get("MaxResults", default)
    shown: list[Any] = []
    for position, item in enumerate(ordered):
        if len(shown) == size:
            return shown, _encode(key(ordered[position - 1]))
        entry = show(item)
        if entry is not None:
            shown.append(entry)
    return shown, None


def newest(sort_by: str) -> Callable[[Structure], list[Any]]:
    """The order of records by one of their attributes; equal ones by path."""
    return lambda record: [record["attributes"][sort_by], record["path"]]


def contains(text: str | None, value: str) -> bool:
    """A NameContains filter: case-insensitive, as profile names are; absent text passes everything."""
    return text is None or text.lower() in value.lower()


def within(attributes: Structure, request: Structure) -> bool:
    """The time filters of a List operation, limits included; some operations say Modified, some LastModified."""
    limits = {name: request[name] for name in request if name.endswith(("TimeBefore", "TimeAfter"))}
    times = {"Creation": "CreationTime", "Modified": "LastModifiedTime", "LastModified": "LastModifiedTime"}
    for name, limit in limits.items():
        what, _time, side = name.partition("Time")
        found = attributes[times[what]]
        if found > limit if side == "Before" else found < limit:
            return False
    return True


def _encode(key: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _decode(token: str) -> list[Any]:
    try:
        key = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, list):
        raise ValidationException("Invalid NextToken.")  # AWS's text is not known
    return key


def answer(member: str, shown: list[Any], token: str | None) -> Structure:
    """The response of a List operation."""
    return {member: shown, "NextToken": token} if token else {member: shown}


def show(record: Structure) -> Structure | None:
    """What a page shows of a record with a state machine; this counts as a read, and None means it has gone."""
    found = None if store.missed(record) else states.read(record)
    return found["attributes"] if found else None
