# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An error answer as each service sends it: status, headers and body for a code (used for faults)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from emulator.shared.models import load
from emulator.shared.operations import EXECUTE_API, HOSTED_UI, Request
from emulator.shared.shapes import Answer, Headers

THROTTLE = "throttle"
# Each service's own throttling code with status and message. Sources: API references, common errors of each service.
THROTTLING = {
    "apigateway": ("TooManyRequestsException", 429, "Too Many Requests"),
    "cognito-idp": ("TooManyRequestsException", 400, "Too many requests"),
    "ec2": ("RequestLimitExceeded", 503, "Request limit exceeded."),
    EXECUTE_API: ("TooManyRequestsException", 429, "Too Many Requests"),
    HOSTED_UI: ("TooManyRequestsException", 429, "Too many requests"),
    "iam": ("Throttling", 400, "Rate exceeded"),
    "lambda": ("TooManyRequestsException", 429, "Rate Exceeded."),
    "s3": ("SlowDown", 503, "Please reduce your request rate."),
    "sts": ("Throttling", 400, "Rate exceeded"),
}
DEFAULT_THROTTLING = ("ThrottlingException", 400, "Rate exceeded")
# Codes that any service may send (API references, "Common errors"): status and message.
COMMON = {
    "AccessDenied": (403, "Access Denied"),
    "AccessDeniedException": (403, "You are not authorized to perform this operation."),
    "ExpiredToken": (403, "The security token included in the request is expired"),
    "ExpiredTokenException": (403, "The security token included in the request is expired"),
    "InternalError": (500, "An internal error has occurred"),
    "InternalFailure": (500, "The request processing has failed because of an unknown error, exception or failure."),
    "InternalServerError": (500, "An internal server error occurred."),
    "RequestLimitExceeded": (503, "Request limit exceeded."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "ServiceUnavailableException": (503, "The request has failed due to a temporary failure of the server."),
    "SlowDown": (503, "Please reduce your request rate."),
    "Throttling": (400, "Rate exceeded"),
    "ThrottlingException": (400, "Rate exceeded"),
    "UnauthorizedOperation": (403, "You are not authorized to perform this operation."),
}
# Headers and body.
Content = tuple[Headers, bytes]
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


def error_answer(service: str, request: Request, code: str, message: str | None = None) -> Answer:
    """(status, headers, body) of error `code`, in the protocol that `request` speaks.

    "throttle" stands for the service's own throttling code. The status is that of the service's model, else that of
    COMMON, else 400. Without `message` the text of COMMON, else the code, which AWS's texts rarely are.
    """
    if code == THROTTLE:
        code, status, text = THROTTLING.get(service, DEFAULT_THROTTLING)
    else:
        common_status, text = COMMON.get(code, (400, code))
        status = _statuses(service).get(code, common_status)
    body_of = _BODIES[_protocol(service, request)]
    headers, body = body_of(code, message or text)
    return status, {**headers, "x-amzn-RequestId": REQUEST_ID}, body


def _protocol(service: str, request: Request) -> str:
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "cbor"
    if "x-amz-target" in request.headers:
        return "json"
    return _model(service)[0]


def _statuses(service: str) -> dict[str, int]:
    return _model(service)[1]


@cache
def _model(service: str) -> tuple[str, dict[str, int]]:
    """(protocol, {error code: HTTP status}) of a service; hosted UI and API invocations answer JSON."""
    model = load(service)
    if model is None:
        return "rest-json", {}
    errors = {name: shape["error"] for name, shape in model["shapes"].items() if shape.get("error")}
    statuses = {error.get("code", name): error.get("httpStatusCode", 400) for name, error in errors.items()}
    return model["metadata"]["protocol"], statuses


def _json(code: str, message: str) -> Content:
    return {"Content-Type": "application/x-amz-json-1.1"}, _encoded({"__type": code, "message": message})


def _rest_json(code: str, message: str) -> Content:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return headers, _encoded({"message": message, "Message": message})


def _query(code: str, message: str) -> Content:
    error = f"<Error><Type>Sender</Type>{_tags(code, message)}</Error>"
    return _xml(f"<ErrorResponse>{error}<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>")


def _ec2(code: str, message: str) -> Content:
    errors = f"<Errors><Error>{_tags(code, message)}</Error></Errors>"
    return _xml(f"<Response>{errors}<RequestID>{REQUEST_ID}</RequestID></Response>")


def _rest_xml(code: str, message: str) -> Content:
    return _xml(f"<Error>{_tags(code, message)}<RequestId>{REQUEST_ID}</RequestId></Error>")


def _cbor(code: str, message: str) -> Content:
    """A map of two texts (RFC 8949): 0xA2 a map of two, 0x79 a text with a length of two bytes."""
    texts = [text.encode() for text in ("__type", code, "message", message)]
    body = b"\xa2" + b"".join(b"\x79" + len(text).to_bytes(2) + text for text in texts)
    return {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body


def _tags(code: str, message: str) -> str:
    return f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"


def _xml(text: str) -> Content:
    return {"Content-Type": "text/xml"}, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _encoded(content: Any) -> bytes:
    return json.dumps(content).encode()


_BODIES = {
    "json": _json,
    "rest-json": _rest_json,
    "query": _query,
    "ec2": _ec2,
    "rest-xml": _rest_xml,
    "cbor": _cbor,
}
