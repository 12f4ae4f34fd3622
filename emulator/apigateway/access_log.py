# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access log of a stage: one line per request in the stage's format, into its log group.

Source: API Gateway developer guide, "Set up CloudWatch logging for REST APIs" and the list of $context variables.
"""

from __future__ import annotations

import hashlib
import re
import time
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import new_uuid

from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Function, Headers, Structure
from emulator.shared.upstream import apigateway_v1 as upstream
from emulator.shared.upstream import cloudwatch_logs

VARIABLE = re.compile(r"\$context\.([a-zA-Z0-9_.:]+)")


def install() -> None:
    """Serve requests through our own frame, which knows the request, the answer and the time between them."""
    replace(upstream, "_handle_execute_in_scope", handle_execute)
    wrap(upstream, "_authorize_request_v1", _remembering_authorizer)


# What the authorizer said about a request, by the stage object's place in that request.
def _remembering_authorizer(original: Function) -> Function:
    async def authorize(
        api_id: str,
        stage_name: str,
        method_obj: Structure,
        method: str,
        path: str,
        resource: Structure,
        headers: Headers,
        *rest: Any,
    ) -> tuple[Any, Structure | None]:
        error, context = await original(api_id, stage_name, method_obj, method, path, resource, headers, *rest)
        if isinstance(headers, RequestHeaders):
            headers.authorizer = context or {}
        return error, context

    return authorize


class RequestHeaders(dict[str, str]):
    """The headers of one request, which also carry what its authorizer found out."""

    authorizer: Structure = {}


async def handle_execute(
    api_id: str,
    stage_name: str,
    method: str,
    path: str,
    headers: Headers,
    body: bytes,
    query: Structure,
    account: str,
    region: str,
) -> Answer:
    """Serve one request of a REST API and write its line of the access log."""
    headers = RequestHeaders(headers or {})
    request: Structure = {
        "api_id": api_id,
        "stage_name": stage_name,
        "stage": None,
        "headers": headers,
        "query_params": query or {},
        "path_params": {},
        "resource_path": "",
        "request_id": new_uuid(),
    }
    started = time.time()
    answer = await upstream._execute_in_scope(
        request, api_id, stage_name, method, path, headers, body, query, account, region
    )
    error = answer if isinstance(answer, upstream._GatewayError) else None
    status, answer_headers, answer_body = upstream._gateway_error_response(error, request) if error else answer
    stage = request["stage"] or {}
    settings = stage.get("accessLogSettings") or {}
    if settings.get("destinationArn") and settings.get("format"):
        values = {
            **_request_values(request, method, path, started, account),
            **_answer_values(status, answer_body, error, started),
        }
        write(settings["destinationArn"], stage, render(settings["format"], values))
    others = {name: value for name, value in answer_headers.items() if name.lower() != "x-amzn-requestid"}
    # Who asks support names the id of the answer, and the log has to have it (API Gateway guide, $context.requestId).
    return status, {**others, "x-amzn-requestid": request["request_id"]}, answer_body


def _request_values(request: Structure, method: str, path: str, started: float, account: str) -> Structure:
    headers = request["headers"]
    claims = headers.authorizer.get("claims") or {}
    moment = datetime.fromtimestamp(started, UTC)
    return {
        "accountId": account,
        "apiId": request["api_id"],
        "stage": request["stage_name"],
        "requestId": request["request_id"],
        "extendedRequestId": request["request_id"],
        "httpMethod": method,
        "resourcePath": request["resource_path"],
        "path": f"/{request['stage_name']}{path}",
        "protocol": "HTTP/1.1",
        "requestTime": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(started * 1000),
        "identity.sourceIp": headers.get("x-forwarded-for", "127.0.0.1").split(",")[0].strip(),
        "identity.userAgent": headers.get("user-agent"),
        "domainName": headers.get("host"),
        "authorizer.principalId": headers.authorizer.get("principalId") or claims.get("sub"),
        **{f"authorizer.claims.{name}": value for name, value in claims.items()},
        **{f"authorizer.{name}": value for name, value in headers.authorizer.items() if name != "claims"},
    }


def _answer_values(status: int, body: bytes, error: Any, started: float) -> Structure:
    took = int((time.time() - started) * 1000)
    integrated = None if error else status
    return {
        "status": status,
        "responseLength": len(body or b""),
        "responseLatency": took,
        "integrationLatency": None if error else took,
        "integrationStatus": integrated,
        "integration.status": integrated,
        "integration.latency": None if error else took,
        "error.message": error.message if error else None,
        "error.messageString": f'"{error.message}"' if error and error.message else None,
        "error.responseType": error.response_type if error else None,
    }


def render(template: str, values: Structure) -> str:
    """The log line: every ``$context`` variable replaced, those without a value by ``-``."""

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match.group(1))
        return "-" if value in (None, "") else str(value)

    return VARIABLE.sub(value_of, template)


def write(destination_arn: str, stage: Structure, line: str) -> None:
    """Put one line into the log group of the ARN; nothing happens when there is no such group (any more)."""
    group = destination_arn.partition(":log-group:")[2].removesuffix(":*")
    stream = hashlib.md5(str(stage.get("createdDate")).encode(), usedforsecurity=False).hexdigest()
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    cloudwatch_logs._put_log_events(
        {
            "logGroupName": group,
            "logStreamName": stream,
            "logEvents": [{"timestamp": int(time.time() * 1000), "message": line}],
        }
    )
