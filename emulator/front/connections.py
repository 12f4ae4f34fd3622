# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing a client's connection without an answer, which ASGI has no message for."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

from hypercorn.asyncio.tcp_server import TCPServer

from emulator.shared.patching import wrap
from emulator.shared.shapes import Function

_writer: ContextVar[asyncio.StreamWriter] = ContextVar("writer of the connection that is being served")


def install() -> None:
    """Remember for every request the connection that it came on; raises patching.MissingSymbol."""
    wrap(TCPServer, "run", _remembering)


def _remembering(original: Function) -> Function:
    async def run(self: TCPServer) -> None:
        _writer.set(self.writer)
        await original(self)

    return run


def abort() -> None:
    """Close the connection of the current request at once: its client sees it closed without a response."""
    _writer.get().transport.abort()
