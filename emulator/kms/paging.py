# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS lists in pages: Limit, Marker, Truncated and NextMarker, which ministack ignores.

Source: KMS API reference (ListKeys, ListAliases, ListResourceTags): default sizes 100, 50 and 50.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import error_response_json, json_response

from emulator.shared import paging
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import kms as upstream

# Handler -> (member of the answer, size of a page without Limit)
PAGED = {"_list_keys": ("Keys", 100), "_list_aliases": ("Aliases", 50), "_list_resource_tags": ("Tags", 50)}


def install() -> None:
    """Page the lists of PAGED."""
    for name, (member, size) in PAGED.items():
        wrap(upstream, name, _paged(member, size))


def _paged(member: str, size: int) -> Wrapper:
    def wrapper(original: Handler) -> Handler:
        def handler(data: Structure) -> Answer:
            answer = original({**data, "Limit": 10**9})
            return page(member, json.loads(answer[2])[member], data, size) if answer[0] == 200 else answer

        return handler

    return wrapper


def page(member: str, items: list[Any], data: Structure, size: int) -> Answer:
    """The answer with one page of ``items`` for a request's Limit (``size`` without one) and Marker."""
    try:
        start = paging.start_of(data.get("Marker"))
    except paging.InvalidMarker:
        return error_response_json("InvalidMarkerException", "The marker is invalid.", 400)
    found, following = paging.cut(items, start, data.get("Limit") or size)
    marker = {"NextMarker": paging.marker(following)} if following else {}
    return json_response({member: found, "Truncated": bool(following), **marker})
