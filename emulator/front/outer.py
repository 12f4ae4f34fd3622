# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outer layer around ministack: admin pages, Studio pages, AWS host names, faults, the record of calls."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import replace

from emulator.front import admin, connections, guests, malformed, regions
from emulator.front.calls import calls, error_code, principal_arn
from emulator.front.error_answers import error_answer
from emulator.front.lag import CREATIONS, lags
from emulator.front.routes import Leads, Route, headers_of, raw_path_of, route_of
from emulator.front.services import ServiceFailed
from emulator.sagemaker import studio_page
from emulator.shared.faults import faults
from emulator.shared.operations import EXECUTE_API, HOSTED_UI, Request, identify, is_form
from emulator.shared.shapes import App, Headers, Identity, Message, Receive, Scope, Send, Structure
from emulator.state import reach
from emulator.state.files import StateError
from emulator.state.keeper import keeper
from emulator.timing import latency

# Answers are read for their code, or for what was created, up to here.
BODY_LIMIT = 65536
FAILED = "The emulator failed; its log has the details."

logger = logging.getLogger(__name__)


class OuterLayer:
    """The ASGI app that clients talk to; `inner` is ministack's."""

    def __init__(self, inner: App) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] == "http":
            receive, send = after_the_body(receive, send)
        route = route_of(scope)
        answer = Answer(send)
        try:
            await self._answer(route, scope, receive, answer.send)
        except StateError:
            connections.abort()
        except Exception:
            logger.exception("A request failed")
            if scope["type"] != "http" or answer.started:
                raise
            unnamed = as_request(route.scope)
            await admin.send_answer(send, *error_answer("", unnamed, "InternalFailure", FAILED))

    async def _answer(self, route: Route, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by where it leads."""
        refused = guests.refusal(headers_of(scope), route.public)
        if refused and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
        elif refused:
            body = json.dumps({"message": refused}).encode()
            await admin.send_answer(send, 403, {"Content-Type": "application/json"}, body)
        elif scope["type"] == "websocket":
            await self._inner(route.scope, receive, send)
        elif route.to is Leads.CONTROL:
            await admin.respond(scope, receive, send)
        elif route.to is Leads.STUDIO:
            request = as_request(scope)
            answer = studio_page.respond(request.method, scope["path"], request.query, request.headers)
            await admin.send_answer(send, *answer)
        else:
            send = for_programs(send) if route.to is Leads.SERVICE else send
            with keeper.in_progress():
                await self._call(route.to, as_request(route.scope), route.scope, receive, send)

    async def _call(self, leads: Leads, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        at = time.time()
        if is_form(request.headers):
            body, receive = await _read(receive)
            request = replace(request, body=body)
        identity = identity_of(leads, request)
        if identity is None:
            await self._inner(scope, receive, send)
            return
        if leads is Leads.SERVICE and malformed.has_content(identity, request):
            body, receive = await _read(receive)
            request = replace(request, body=body)
        principal = principal_arn(identity[0], request)
        striking = faults.striking(*identity)
        missing = lags.missing(identity, account_of(principal), request)
        if missing:
            striking = {"error": {"error": missing[0], "message": missing[1]}, **striking}
        is_lost = "drop" in striking or "hold" in striking
        answer = Answer(saved_before(_nowhere if is_lost else send, identity), kept=identity in CREATIONS)
        try:
            await self._respond(request, identity, striking, scope, receive, answer)
            if answer.kept and answer.status < 400:
                lags.created(identity, account_of(principal), answer.body)
        finally:
            dry_run = identity[0] == "ec2" and b"DryRun=true" in request.body
            calls.add(identity, principal, at, answer.status, answer.error(identity[0]), dry_run=dry_run)
        if "hold" in striking:
            await _until_gone(receive)
        if is_lost:
            connections.abort()

    async def _respond(
        self,
        request: Request,
        identity: Identity,
        striking: dict[str, Structure],
        scope: Scope,
        receive: Receive,
        answer: Answer,
    ) -> None:
        """Answer a call as the faults that strike it want, as AWS does if nobody can read it, or as ministack does."""
        if "delay" in striking:
            await asyncio.sleep(striking["delay"]["delay"])
        fault = striking.get("error")
        refused: tuple[str, str | None] | None
        if fault:
            refused = fault["error"], fault.get("message")
        else:
            refused = regions.refusal(identity, request) or malformed.refusal(identity, request)
        if not refused:
            try:
                await self._inner(scope, receive, answer.send)
            except ServiceFailed as failed:
                refused = malformed.explanation(identity, request) or ("InternalFailure", FAILED)
                if refused[1] == FAILED:
                    logger.error("A request failed", exc_info=failed.reason)
        if refused:
            await admin.send_answer(answer.send, *error_answer(identity[0], request, *refused))


class Answer:
    """Passes an answer on and remembers its status and, of an error or if it is to be kept, headers and body."""

    def __init__(self, send: Send, kept: bool = False) -> None:
        self._send = send
        self.kept = kept
        # What a client sees if the app ends without an answer.
        self.status = 500
        self.started = False
        self._headers: Headers = {}
        self.body = b""

    async def send(self, message: Message) -> None:
        """An ASGI send that passes `message` on."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            message = admin.clocked(message)
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


async def _until_gone(receive: Receive) -> None:
    """Wait until the client has closed its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _nowhere(_message: Message) -> None:
    """The ASGI send of an answer that is lost."""


def as_request(scope: Scope) -> Request:
    """The Request of an ASGI scope, without its body."""
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(scope["method"], raw_path_of(scope), query, headers_of(scope))


def identity_of(leads: Leads, request: Request) -> Identity | None:
    """(service, operation) of a request by where it leads, or None if it is not an API call.

    An invocation of a REST API is ("execute-api", "Invoke"), as IAM names it. A request to a user pool domain is
    ("cognito-hosted-ui", "METHOD /path").
    """
    if leads is Leads.REST_API:
        return EXECUTE_API, "Invoke"
    return (HOSTED_UI, f"{request.method} {request.path}") if leads is Leads.HOSTED_PAGES else identify(request)


def for_programs(send: Send) -> Send:
    """An ASGI send that takes from an answer what would let pages of others read it; ministack allows it to all."""

    async def without_cors(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return without_cors


def after_the_body(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """The ASGI functions of an answer that waits for the end of the request's body, and drops what nobody has read.

    The server cannot use a connection again on which a body is still to come: it would close it, unannounced.
    """
    more = True

    async def counted() -> Message:
        nonlocal more
        message = await receive()
        more = message.get("more_body", False)
        return message

    async def answering(message: Message) -> None:
        while more and message["type"] == "http.response.start":
            await counted()
        await send(message)

    return counted, answering


def saved_before(send: Send, identity: Identity) -> Send:
    """An ASGI send of an answer that waits until what the call changed is saved; raises StateError if it cannot be."""
    changed = reach.of(identity)

    async def answering(message: Message) -> None:
        succeeded = message["type"] == "http.response.start" and message["status"] < 400
        if succeeded:
            # A read may end a transition, and with it change what belongs to other services.
            await keeper.saved(reach.EVERYTHING if latency.counted.get() else changed)
        await send(message)

    return answering


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and a `receive` that gives it again."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return body, again
