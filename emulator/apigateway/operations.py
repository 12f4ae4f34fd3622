# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs: the operations that ministack does not have, by method and path.

Source: API Gateway API reference (UpdateGatewayResponse, UpdateMethodResponse, UpdateIntegrationResponse,
FlushStageCache, FlushStageAuthorizersCache, ImportRestApi, PutRestApi).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from emulator.apigateway import gateway_responses, importing, updates
from emulator.apigateway.answers import bad_request, naming_the_unknown, not_found
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, AsyncHandler, Headers, Structure
from emulator.shared.upstream import apigateway_v1 as upstream

API = r"/restapis/([^/]+)"
METHOD = rf"{API}/resources/([^/]+)/methods/([^/]+)"


def install() -> None:
    """Serve the operations of ROUTES, everything else stays with ministack."""
    wrap(upstream, "handle_request", _with_own_operations)


def _with_own_operations(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        return naming_the_unknown(await handle(method, path, headers, body, query), path)

    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        for verb, pattern, handler in ROUTES:
            found = pattern.fullmatch(path)
            if verb == method and found:
                return handler(*found.groups(), body)
        values = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
        if method == "POST" and path.rstrip("/") == "/restapis" and values.get("mode") == "import":
            return importing.import_rest_api(body, values)
        found = re.fullmatch(f"{API}/?", path)
        if method == "PUT" and found:
            return importing.put_rest_api(found[1], body, values)
        return await original(method, path, headers, body, query)

    return handle_request


def _patching(update: Callable[..., Answer]) -> Callable[..., Answer]:
    """A handler whose body is ``{"patchOperations": [...]}``."""

    def handler(*arguments: Any) -> Answer:
        *identifiers, body = arguments
        try:
            data = json.loads(body or b"{}")
        except ValueError:
            return bad_request("Invalid patch document specified")
        return update(*identifiers, data)

    return handler


def _stage_or_error(api_id: str, stage_name: str) -> Answer | None:
    if api_id not in upstream._rest_apis:
        return not_found("Invalid API identifier specified")
    return (
        None if stage_name in upstream._stages_v1.get(api_id, {}) else not_found("Invalid stage identifier specified")
    )


def flush_stage_cache(api_id: str, stage_name: str, _body: bytes) -> Answer:
    """FlushStageCache: nothing is cached here, so there is nothing to forget."""
    return _stage_or_error(api_id, stage_name) or (202, {}, b"")


def flush_stage_authorizers_cache(api_id: str, stage_name: str, _body: bytes) -> Answer:
    """FlushStageAuthorizersCache: what functions said about tokens of any API is asked again."""
    error = _stage_or_error(api_id, stage_name)
    if error is None:
        upstream._authorizer_cache.clear()
    return error or (202, {}, b"")


# (method, path, handler of the path's parts and the body)
ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., Answer]], ...] = (
    ("PATCH", re.compile(rf"{API}/gatewayresponses/([^/]+)/?"), _patching(gateway_responses.update_gateway_response)),
    ("PATCH", re.compile(rf"{METHOD}/responses/([^/]+)/?"), _patching(updates.update_method_response)),
    (
        "PATCH",
        re.compile(rf"{METHOD}/integration/responses/([^/]+)/?"),
        _patching(updates.update_integration_response),
    ),
    ("DELETE", re.compile(rf"{API}/stages/([^/]+)/cache/data/?"), flush_stage_cache),
    ("DELETE", re.compile(rf"{API}/stages/([^/]+)/cache/authorizers/?"), flush_stage_authorizers_cache),
)
