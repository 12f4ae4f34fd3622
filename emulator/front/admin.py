# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages under /_emulator/: health, addresses, resources, calls, faults, account, reset."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import emulator
from emulator.front.calls import calls
from emulator.front.lag import lags
from emulator.resources import list_resources
from emulator.settings import settings
from emulator.shared.account import account
from emulator.shared.faults import faults
from emulator.shared.shapes import Headers, Message, Receive, Scope, Send

# The values of a query string by name, and a status with what becomes JSON.
Query = dict[str, list[str]]
Page = tuple[int, Any]


async def respond(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request under /_emulator/ in JSON; `receive` gives its body."""
    page = PAGES.get((scope["method"], scope["path"]))
    if page is None:
        known = ", ".join(f"{method} {path}" for method, path in PAGES)
        status, body = 404, {"message": f"There is no {scope['method']} {scope['path']}. There are: {known}."}
    else:
        status, body = await page(parse_qs(scope["query_string"].decode("latin-1")), await _body(receive))
    await send_answer(send, status, {"Content-Type": "application/json"}, json.dumps(body).encode())


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def send_answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a whole answer: `headers` as a dict of text, `body` as bytes."""
    named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    named.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})


def clocked(message: Message) -> Message:
    """The start of an answer with the time of AWS's clock, where that is another than this machine's."""
    if not account.clock_seconds:
        return message
    told = formatdate(time.time() + account.clock_seconds, usegmt=True).encode()
    others = [pair for pair in message["headers"] if pair[0].lower() != b"date"]
    return {**message, "headers": [*others, (b"date", told)]}


async def _health(_query: Query, _sent: bytes) -> Page:
    """Who answers, and from which folder: on one port there may be the emulator of another clone of the project."""
    folder = str(Path(emulator.__file__).resolve().parents[1])
    return 200, {"name": emulator.NAME, "version": emulator.VERSION, "folder": folder}


async def _addresses(_query: Query, _sent: bytes) -> Page:
    """Where sign-in, REST APIs and Studio are: on one port, unless they have the hosts that they have at AWS."""
    if settings.aws_hostnames:
        return 200, {}
    return 200, {
        "rest_api": f"http://localhost:{settings.port}/_aws/execute-api/{{rest_api_id}}/{{stage}}",
        "hosted_ui": f"http://localhost:{settings.port}",
        "studio_hosts": [f"127.0.0.1:{settings.port}"],
    }


async def _resources(query: Query, _sent: bytes) -> Page:
    return 200, list_resources(gone=_asked(query, "all"), full=_asked(query, "full"))


def _asked(query: Query, name: str) -> bool:
    return query.get(name, ["0"])[0] not in ("0", "", "false")


async def _show_calls(_query: Query, _sent: bytes) -> Page:
    return 200, calls.as_list()


async def _clear_calls(_query: Query, _sent: bytes) -> Page:
    calls.clear()
    return 200, {}


async def _show_faults(_query: Query, _sent: bytes) -> Page:
    return 200, faults.as_list()


async def _set_faults(_query: Query, sent: bytes) -> Page:
    try:
        faults.replace(json.loads(sent))
    except (ValueError, RecursionError) as error:
        return 400, {"message": str(error)}
    return 200, faults.as_list()


async def _show_account(_query: Query, _sent: bytes) -> Page:
    return 200, account.as_object()


async def _set_account(_query: Query, sent: bytes) -> Page:
    try:
        account.replace(json.loads(sent))
    except (ValueError, RecursionError) as error:
        return 400, {"message": str(error)}
    return 200, account.as_object()


async def _reset(_query: Query, _sent: bytes) -> Page:
    """Requests that come meanwhile wait for the lock, as with ministack's own reset."""
    from emulator.shared.upstream import app

    async with app._get_reset_lock():
        app._reset_all_state()
        calls.clear()
        faults.replace([])
        account.clear()
        lags.clear()
    return 200, {}


PAGES: dict[tuple[str, str], Callable[[Query, bytes], Awaitable[Page]]] = {
    ("GET", "/_emulator/health"): _health,
    ("GET", "/_emulator/addresses"): _addresses,
    ("GET", "/_emulator/resources"): _resources,
    ("GET", "/_emulator/calls"): _show_calls,
    ("DELETE", "/_emulator/calls"): _clear_calls,
    ("GET", "/_emulator/faults"): _show_faults,
    ("POST", "/_emulator/faults"): _set_faults,
    ("GET", "/_emulator/account"): _show_account,
    ("POST", "/_emulator/account"): _set_account,
    ("POST", "/_emulator/reset"): _reset,
}
