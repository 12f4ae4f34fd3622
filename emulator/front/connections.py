# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing clients' connections: without an answer, which ASGI has no message for, and when their clients have."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import ContextVar

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.events import Event, Updated

from emulator.shared.patching import wrap
from emulator.shared.shapes import Function

_open: set[asyncio.StreamWriter] = set()
_writer: ContextVar[asyncio.StreamWriter] = ContextVar("writer of the connection that is being served")


def install() -> None:
    """Remember for every request the connection that it came on, keep none without its client; raises MissingSymbol."""
    wrap(TCPServer, "run", _remembering)
    wrap(TCPServer, "_read_data", _until_the_client_closes)
    wrap(TCPServer, "protocol_send", _without_waiting_for_who_has_gone)


def _remembering(original: Function) -> Function:
    async def run(self: TCPServer) -> None:
        _writer.set(self.writer)
        _open.add(self.writer)
        # It is cancelled only when the server ends, and asyncio's streams would report that as an error.
        with contextlib.suppress(asyncio.CancelledError):
            await original(self)
        _open.discard(self.writer)

    return run


def _until_the_client_closes(original: Function) -> Function:
    """The server ends a connection when the last of its tasks ends, and one waits for the next request."""

    async def read_data(self: TCPServer) -> None:
        await original(self)
        await self.idle_task.stop()

    return read_data


def _without_waiting_for_who_has_gone(original: Function) -> Function:
    async def protocol_send(self: TCPServer, event: Event) -> None:
        if not (isinstance(event, Updated) and event.idle and self.reader.at_eof()):
            await original(self, event)

    return protocol_send


def abort() -> None:
    """Close the connection of the current request at once: its client sees it closed without a response."""
    _writer.get().transport.abort()


def abort_all() -> None:
    """Close the connections of all clients; from Python 3.12 on, a server does not end while one is open."""
    for writer in _open:
        writer.transport.abort()
