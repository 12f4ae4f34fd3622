# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a request leads, and whether AWS would answer any page in a browser there: both are decided here, once.

Host, method and path alone decide whether a request is for pages or an API of somebody's own; credentials, targets and
actions, which choose among services, can make no other of it. Whatever is for none of these is for a service.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote

from emulator.apigateway import arrival
from emulator.sagemaker import studio_page
from emulator.shared.operations import HOSTED_UI_ENDPOINTS
from emulator.shared.shapes import Headers, Message, Scope

# The hosts under which paths stand for AWS's host names.
PLAIN_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
USER_POOL_HOST = re.compile(r"[a-z0-9-]+\.auth(-fips)?\.[a-z0-9-]+\.amazoncognito\.com(:\d+)?")
CONNECTIONS = "/@connections/"


class Leads(enum.Enum):
    """What answers a request."""

    CONTROL = "the emulator's own pages"
    STUDIO = "Studio"
    REST_API = "a REST or WebSocket API"
    HOSTED_PAGES = "the pages and endpoints of a user pool"
    SERVICE = "the API of a service, or a page of ministack's"


@dataclass(frozen=True)
class Route:
    """Where a request leads, the ASGI scope as that wants it, and whether AWS answers pages of others there."""

    to: Leads
    scope: Scope
    public: bool


# Where AWS answers pages of others, and the hosts at which nothing of ministack's comes before it.
PUBLIC = {
    Leads.STUDIO: (PLAIN_HOST, studio_page.HOST),
    Leads.REST_API: (PLAIN_HOST, arrival.EXECUTE_API_HOST, arrival.ENDPOINT_HOST),
    Leads.HOSTED_PAGES: (PLAIN_HOST, USER_POOL_HOST),
}


def route_of(scope: Scope) -> Route:
    """The Route of an ASGI scope of HTTP or of a web socket."""
    headers = headers_of(scope)
    host = headers.get("host", "")
    inner = _for_inner_hosts(scope, headers)
    path_in_api = _path_in_api(host, inner["path"])
    leads = _leads(scope, headers, path_in_api)
    public = (
        any(known.fullmatch(host) for known in PUBLIC.get(leads, ()))
        and not _names_a_service(scope, headers)
        # Who posts to a connected client signs (API Gateway developer guide, "Use @connections commands").
        and not (path_in_api or "").startswith(CONNECTIONS)
    )
    return Route(leads, inner, public)


def _leads(scope: Scope, headers: Headers, path_in_api: str | None) -> Leads:
    page = scope["type"] == "http"
    if scope["path"].startswith("/_emulator/"):
        return Leads.CONTROL
    if page and studio_page.serves(scope["path"], headers):
        return Leads.STUDIO
    if path_in_api is not None:
        return Leads.REST_API
    return (
        Leads.HOSTED_PAGES
        if page and (_method(scope, headers), scope["path"]) in HOSTED_UI_ENDPOINTS
        else Leads.SERVICE
    )


def headers_of(message: Message) -> Headers:
    """The headers of an ASGI scope or message as {lower-case name: text}."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message.get("headers", [])}


def raw_path_of(scope: Scope) -> str:
    """The path of an ASGI scope as on the wire, percent-encoded."""
    return (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")


def _for_inner_hosts(scope: Scope, headers: Headers) -> Scope:
    """A scope addressed to a host name of API Gateway as the path that stands for it; others unchanged.

    User pool domains (PREFIX.auth.REGION.amazoncognito.com) and Studio's host names need nothing: ministack and the
    Studio page read their Host themselves.
    """
    target = arrival.execute_api_target(headers.get("host", ""), raw_path_of(scope), headers.get("x-apigw-api-id"))
    arrival.vpc_endpoint.set(target[2] if target else None)
    if not target or scope["type"] != "http":
        return scope
    path = f"/_aws/execute-api/{target[0]}{target[1]}"
    return {**scope, "path": unquote(path), "raw_path": path.encode()}


def _path_in_api(host: str, path: str) -> str | None:
    """The path below the stage of the API that ministack takes a request to; None for what it takes elsewhere."""
    from emulator.shared.upstream import app

    found = app._parse_execute_api_url(host, path)
    return found[2] if found else None


def _method(scope: Scope, headers: Headers) -> str:
    """The method of a request, or that for which a preflight asks."""
    method: str = scope["method"]
    return headers.get("access-control-request-method", method) if method == "OPTIONS" else method


def _names_a_service(scope: Scope, headers: Headers) -> bool:
    """Whether a request, or the one for which a preflight asks, has AWS's credentials or a service's target."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    asked_for = re.split(r"[,\s]+", headers.get("access-control-request-headers", "").lower())
    return (
        headers.get("authorization", "").startswith("AWS")
        or any(name.lower().startswith(("x-amz-", "awsaccesskeyid")) for name in query)
        or "x-amz-target" in (*headers, *asked_for)
    )
