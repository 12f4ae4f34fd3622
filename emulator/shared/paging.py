# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut lists into pages where ministack answers with everything at once."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from xml.etree import ElementTree


class InvalidMarker(ValueError):
    """A marker that no earlier page gave."""


def marker(start: int) -> str:
    """The marker of the page that begins with item ``start``, which clients take for text without a meaning."""
    return base64.urlsafe_b64encode(f"page:{start}".encode()).decode()


def start_of(text: str | None) -> int:
    """The first item of the page that a marker names, 0 without one; raises InvalidMarker."""
    if not text:
        return 0
    try:
        prefix, _colon, number = base64.urlsafe_b64decode(text.encode()).decode().partition(":")
        if prefix != "page":
            raise InvalidMarker(text)
        return int(number)
    except (binascii.Error, ValueError):
        raise InvalidMarker(text) from None


def cut(items: list[Any], start: int, size: int) -> tuple[list[Any], int | None]:
    """``(items of the page, start of the next page or None)``."""
    following = start + size
    return items[start:following], following if following < len(items) else None


def cut_xml(element: ElementTree.Element, start: int, size: int) -> int | None:
    """Leave the page's children in an XML list and return the start of the next page, or None."""
    children = list(element)
    kept, following = cut(children, start, size)
    for child in children:
        if child not in kept:
            element.remove(child)
    return following
