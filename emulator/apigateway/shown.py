# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of API Gateway show of what ministack stores: empty members are left out but for a few.

Source: recordings of AWS (localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json).
"""

from __future__ import annotations

from typing import Any

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import apigateway_v1 as upstream

SHOWN_EMPTY = {"item", "tags", "methodSettings", "cacheKeyParameters"}
# Shown empty by what a structure is, which one of its members tells.
SHOWN_EMPTY_WITH = {
    "responseType": {"responseParameters", "responseTemplates"},
    "selectionPattern": {"selectionPattern"},
}
# APIs and stages have a date, and what lists tags has none.
TAGGED = "createdDate"


def install() -> None:
    """Show records as AWS does."""
    wrap(upstream, "_v1_response", _as_shown)


def _as_shown(original: Handler) -> Handler:
    def response(data: Any, status: int = 200) -> Answer:
        return original(shown(data), status)

    return response


def shown(value: Any) -> Any:
    """What is shown of a record, or of anything in one."""
    if isinstance(value, list):
        return [shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = SHOWN_EMPTY.union(*(names for member, names in SHOWN_EMPTY_WITH.items() if member in value))
    members = {name: shown(item) for name, item in _with_state(value).items()}
    return {
        name: item
        for name, item in members.items()
        if item not in (None, "", [], {})
        or (name in kept and item is not None and not (name == "tags" and TAGGED in value))
    }


def _with_state(value: Structure) -> Structure:
    if "stageName" not in value or "cacheClusterEnabled" not in value:
        return value
    return {**value, "cacheClusterStatus": "AVAILABLE" if value["cacheClusterEnabled"] else "NOT_AVAILABLE"}
