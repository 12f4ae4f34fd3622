# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""aws:ResourceTag of REST APIs and of all that is within them.

Source: API Gateway developer guide, "API Gateway resources that can be tagged".
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from emulator.shared.patching import wrap
from emulator.shared.shapes import Function, Structure
from emulator.shared.upstream import apigateway_v1 as upstream
from emulator.shared.upstream import tagging

# Also the path that tags the API itself.
WITHIN_A_REST_API = re.compile(
    r"(?:arn:aws:apigateway:[^:]*::/tags/)?(arn:aws:apigateway:[^:]*::/restapis/[^/]+)(?=/|$)"
)


def install() -> None:
    """Let ministack decide by these tags."""
    tagging._RESOURCE_TAG_COLLECTORS["apigateway"] = rest_api_tags
    wrap(tagging, "resource_tags", _inherited)


def rest_api_tags() -> Iterator[tuple[str, list[Structure]]]:
    """``(ARN, tags)`` of REST APIs and their stages, for conditions."""
    for arn, tags in upstream._v1_tags.items():
        yield arn, [{"Key": key, "Value": value} for key, value in tags.items()]


def _inherited(original: Function) -> Function:
    """What is within a REST API has the API's tags in conditions, and a stage its own beside them."""

    def resource_tags(arn: str) -> dict[str, str] | None:
        within = WITHIN_A_REST_API.match(urllib.parse.unquote(arn))
        if not within:
            found: dict[str, str] | None = original(arn)
            return found
        return {**(original(within[1]) or {}), **(original(arn) or {})}

    return resource_tags
