# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing clients' connections without an answer, which ASGI has no message for."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import ContextVar

from hypercorn.asyncio.tcp_server import TCPServer

from emulator.shared.patching import wrap
from emulator.shared.shapes import Function

_open: set[asyncio.StreamWriter] = set()
_writer: ContextVar[asyncio.StreamWriter] = ContextVar("writer of the connection that is being served")


def install() -> None:
    """Remember for every request the connection that it came on; raises patching.MissingSymbol."""
    wrap(TCPServer, "run", _remembering)


def _remembering(original: Function) -> Function:
    async def run(self: TCPServer) -> None:
        _writer.set(self.writer)
        _open.add(self.writer)
        # It is cancelled only when the server ends, and asyncio's streams would report that as an error.
        with contextlib.suppress(asyncio.CancelledError):
            await original(self)
        _open.discard(self.writer)

    return run


def abort() -> None:
    """Close the connection of the current request at once: its client sees it closed without a response."""
    _writer.get().transport.abort()


def abort_all() -> None:
    """Close the connections of all clients; from Python 3.12 on, a server does not end while one is open."""
    for writer in _open:
        writer.transport.abort()
