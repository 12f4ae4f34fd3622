# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation of which service an HTTP request calls, for every wire protocol that boto3 speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs

from emulator.shared.models import load, services
from emulator.shared.names import boto3_name
from emulator.shared.shapes import Headers, Identity, Structure

EXECUTE_API = "execute-api"
HOSTED_UI = "cognito-hosted-ui"
# All that is served of a user pool's domain (Cognito developer guide, "User pool endpoints and managed login").
HOSTED_UI_ENDPOINTS = frozenset(
    {
        *(("GET", path) for path in ("/login", "/logout", "/oauth2/authorize", "/oauth2/userInfo", "/oauth2/userinfo")),
        *(("POST", path) for path in ("/login", "/oauth2/login", "/oauth2/token", "/oauth2/revoke")),
        *(("POST", path) for path in ("/oauth2/userInfo", "/oauth2/userinfo", "/saml2/idpresponse")),
        *((method, "/oauth2/idpresponse") for method in ("GET", "POST")),
    }
)
# Not calls: ministack's and our own pages, and the keys of a user pool, which its authorizer fetches over HTTP.
PAGES = re.compile(r"/(_ministack|_localstack|_emulator|_studio)/.*|/health|/favicon\.ico|.*/\.well-known/[a-z.-]+")
CREDENTIAL = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Request:
    """An HTTP request: path and query as on the wire (percent-encoded), header names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The query string as {name: [values]}."""
        return parse_qs(self.query, keep_blank_values=True)


def identify(request: Request) -> Identity | None:
    """(service, operation) of a request to a service, in boto3's names, or None if it is not an API call.

    A request that no operation of the service matches gets "METHOD /path".
    """
    if PAGES.fullmatch(request.path):
        return None
    if request.method == "OPTIONS":
        return None
    service = _service(_signed_service(request) or _routed_service(request), request)
    return service, _operation(service, request)


def _signed_service(request: Request) -> str | None:
    credential = request.parameters.get("X-Amz-Credential", [""])[0]
    found = CREDENTIAL.search(request.headers.get("authorization", "") or f"Credential={credential}")
    return found.group(1) if found else None


def _routed_service(request: Request) -> str:
    from ministack.core.router import detect_service

    return detect_service(request.method, request.path, request.headers, {**form(request), **request.parameters})


def _service(signing_name: str, request: Request) -> str:
    """The boto3 client name; some clients share a signing name and differ by path or target (botocore models)."""
    if signing_name == "apigateway" and request.path.startswith("/v2/"):
        return "apigatewayv2"
    if signing_name == "ses" and request.path.startswith("/v2/email"):
        return "sesv2"
    if signing_name == "s3" and request.path.startswith("/v20180820/"):
        return "s3control"
    if request.headers.get("x-amz-target", "").startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    return boto3_name(signing_name)


def _operation(service: str, request: Request) -> str:
    rpc = re.fullmatch(r"/service/\w+/operation/(\w+)", request.path)
    if rpc:
        return rpc.group(1)
    if "x-amz-target" in request.headers:
        return request.headers["x-amz-target"].rpartition(".")[2]
    # As ministack, which drops parameters without a value.
    actions = filter(None, request.parameters.get("Action") or form(request).get("Action") or [])
    return next(actions, None) or rest_operation(service, request)


def form(request: Request) -> dict[str, list[str]]:
    """The fields of a form body (query protocol) as {name: [values]}; {} for other bodies."""
    if not is_form(request.headers):
        return {}
    return parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)


def is_form(headers: Headers) -> bool:
    """Whether the body carries the parameters of the query protocol."""
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Route:
    """How a REST operation is called: path pattern, and the query and header names that must be there."""

    operation: str
    method: str
    path: re.Pattern[str]
    literals: int
    query: dict[str, str | None]
    headers: frozenset[str]
    content: str | None


def content_of(identity: Identity, request: Request) -> str | None:
    """In which language the body of a call says what is asked for, "json" or "xml"; None for forms and mere bytes."""
    if "x-amz-target" in request.headers:
        return "json"
    service, operation = identity
    return next((route.content for route in routes(service) if route.operation == operation), None)


def rest_operation(service: str, request: Request) -> str:
    """The operation of a REST service by method, path, and required query and header members (botocore model)."""
    parameters = request.parameters
    path = _s3_path(request) if service == "s3" else request.path
    for route in routes(service):
        if (
            route.method == request.method
            and route.headers <= request.headers.keys()
            and all(name in parameters and value in (None, parameters[name][0]) for name, value in route.query.items())
            and route.path.fullmatch(path)
        ):
            return route.operation
    return f"{request.method} {request.path}"


def _s3_path(request: Request) -> str:
    """The path-style path: a bucket in the host name becomes the first segment."""
    from emulator.shared.upstream import app

    bucket = app._extract_s3_vhost_bucket(request.headers.get("host", ""))
    return f"/{bucket}{request.path}" if bucket and bucket not in app._NON_S3_VHOST_NAMES else request.path


def routes(service: str) -> tuple[Route, ...]:
    """The Routes of a service, the most specific first; () for services without a REST protocol or a model."""
    # What is kept must be for names of services alone: anybody can sign a request for any text.
    return _routes(service) if service in services() else ()


@cache
def _routes(service: str) -> tuple[Route, ...]:
    model = load(service)
    if model is None or not model["metadata"]["protocol"].startswith("rest"):
        return ()
    operations = model["operations"]
    names = sorted(operations, key=lambda name: (bool(operations[name].get("deprecated")), name))
    found = [_route(name, model) for name in names]
    return tuple(sorted(found, key=lambda route: (-route.literals, -len(route.query), -len(route.headers))))


def _route(name: str, model: Structure) -> Route:
    operation = model["operations"][name]
    path, _, query = operation["http"]["requestUri"].partition("?")
    literal = {key: values[0] or None for key, values in parse_qs(query, keep_blank_values=True).items()}
    shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
    members = [shape["members"][member] for member in shape.get("required", [])]
    return Route(
        name,
        operation["http"]["method"],
        _path_pattern(path),
        len([part for part in path.split("/") if part and not part.startswith("{")]),
        {**_located(members, "querystring"), **literal},
        frozenset(header.lower() for header in _located(members, "header")),
        model["metadata"]["protocol"].removeprefix("rest-") if _is_structured(shape, model) else None,
    )


def _is_structured(shape: Structure, model: Structure) -> bool:
    """Whether the body of a request holds members, or a payload that has some; it may be bytes as well, or unused."""
    members = shape.get("members", {})
    if "payload" in shape:
        return model["shapes"][members[shape["payload"]]["shape"]]["type"] == "structure"
    return any("location" not in member for member in members.values())


def _located(members: list[Structure], location: str) -> dict[str, str | None]:
    return {member["locationName"]: None for member in members if member.get("location") == location}


def _path_pattern(path: str) -> re.Pattern[str]:
    """`/{Bucket}/{Key+}` as a pattern over an encoded path: a label is one segment, a greedy one any number."""
    pattern = ""
    for part in re.split(r"(\{[^}]+\})", path.rstrip("/")):
        if part.endswith("+}"):
            pattern += ".+"
        else:
            pattern += "[^/]+" if part.startswith("{") else re.escape(part)
    return re.compile(pattern + "/?")
