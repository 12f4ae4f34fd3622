# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outer layer around ministack: admin pages, Studio pages, AWS host names, faults, the record of calls."""

from __future__ import annotations

import asyncio
import json
import time
from urllib.parse import quote, unquote

from emulator.apigateway import arrival
from emulator.front import admin, connections, guests
from emulator.front.calls import calls, error_code, principal_arn
from emulator.front.error_answers import error_answer
from emulator.front.lag import CREATIONS, lags
from emulator.sagemaker import studio_page
from emulator.shared.faults import faults
from emulator.shared.operations import Request, identify, is_form
from emulator.shared.shapes import App, Headers, Message, Receive, Scope, Send, Structure

# Answers are read for their code, or for what was created, up to here.
BODY_LIMIT = 65536


class OuterLayer:
    """The ASGI app that clients talk to; `inner` is ministack's."""

    def __init__(self, inner: App) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        refused = guests.refusal(scope["path"], headers_of(scope)) if scope["type"] != "lifespan" else None
        if refused and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
        elif refused:
            body = json.dumps({"message": refused}).encode()
            await admin.send_answer(send, 403, {"Content-Type": "application/json"}, body)
        elif scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif scope["path"].startswith("/_emulator/"):
            await admin.respond(scope, receive, send)
        else:
            await self._serve(for_inner_hosts(scope), receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = as_request(scope)
        if studio_page.serves(request.path, request.headers):
            answer = studio_page.respond(request.method, request.path, request.query, request.headers)
            await admin.send_answer(send, *answer)
        else:
            await self._call(request, scope, receive, send)

    async def _call(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        at = time.time()
        if is_form(request.headers):
            body, receive = await _read(receive)
            request = Request(request.method, request.path, request.query, request.headers, body)
        identity = identify(request)
        if identity is None:
            await self._inner(scope, receive, send)
            return
        principal = principal_arn(identity[0], request)
        striking = faults.striking(*identity)
        missing = lags.missing(identity, account_of(principal), request)
        if missing:
            striking = {"error": {"error": missing[0], "message": missing[1]}, **striking}
        answer = Answer(_nowhere if "drop" in striking else send, kept=identity in CREATIONS)
        try:
            await self._respond(request, identity[0], striking, scope, receive, answer.send)
            if answer.kept and answer.status < 400:
                lags.created(identity, account_of(principal), answer.body)
        finally:
            calls.add(identity, principal, at, answer.status, answer.error(identity[0]))
        if "drop" in striking:
            connections.abort()

    async def _respond(
        self, request: Request, service: str, striking: dict[str, Structure], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a call as the faults that strike it want, or as ministack does."""
        if "delay" in striking:
            await asyncio.sleep(striking["delay"]["delay"])
        if "error" in striking:
            fault = striking["error"]
            await admin.send_answer(send, *error_answer(service, request, fault["error"], fault.get("message")))
            return
        await self._inner(scope, receive, send)


class Answer:
    """Passes an answer on and remembers its status and, of an error or if it is to be kept, headers and body."""

    def __init__(self, send: Send, kept: bool = False) -> None:
        self._send = send
        self.kept = kept
        # What a client sees if the app ends without an answer.
        self.status = 500
        self._headers: Headers = {}
        self.body = b""

    async def send(self, message: Message) -> None:
        """An ASGI send that passes `message` on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = headers_of(message)
        elif (self.kept or self.status >= 400) and len(self.body) < BODY_LIMIT:
            self.body += message.get("body", b"")
        await self._send(message)

    def error(self, service: str) -> str | None:
        """AWS's error code, or None."""
        return error_code(service, self.status, self._headers, self.body)


def account_of(principal: str | None) -> str | None:
    """The account of an ARN, or None."""
    return principal and principal.split(":")[4]


async def _nowhere(_message: Message) -> None:
    """The ASGI send of an answer that is lost."""


def headers_of(message: Message) -> Headers:
    """The headers of an ASGI scope or message as {lower-case name: text}."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message.get("headers", [])}


def as_request(scope: Scope) -> Request:
    """The Request of an ASGI scope, without its body."""
    raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
    return Request(
        scope["method"], raw_path.decode("latin-1"), scope.get("query_string", b"").decode("latin-1"), headers_of(scope)
    )


def for_inner_hosts(scope: Scope) -> Scope:
    """A scope addressed to a host name of API Gateway as the path that stands for it; others unchanged.

    User pool domains (PREFIX.auth.REGION.amazoncognito.com) and Studio's host names need nothing: ministack and the
    Studio page read their Host themselves.
    """
    headers = headers_of(scope)
    raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    target = arrival.execute_api_target(headers.get("host", ""), raw_path, headers.get("x-apigw-api-id"))
    arrival.vpc_endpoint.set(target[2] if target else None)
    if not target:
        return scope
    path = f"/_aws/execute-api/{target[0]}{target[1]}"
    return {**scope, "path": unquote(path), "raw_path": path.encode()}


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and a `receive` that gives it again."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return body, again
