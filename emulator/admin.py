# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outer layer: /_emulator/* and /_studio/*, AWS host names, call recording; everything else is ministack's."""

from __future__ import annotations

import json

import emulator


class OuterLayer:
    """The ASGI app around ministack's."""

    def __init__(self, inner):
        self._inner = inner

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"].startswith("/_emulator/"):
            return await answer(send, *await self._admin(scope["method"], scope["path"]))
        return await self._inner(scope, receive, send)

    async def _admin(self, method, path):
        if (method, path) == ("GET", "/_emulator/health"):
            return 200, {"name": emulator.NAME, "version": emulator.VERSION}
        if (method, path) == ("POST", "/_emulator/reset"):
            import ministack.app

            async with ministack.app._get_reset_lock():
                ministack.app._reset_all_state()
            return 200, {}
        return 404, {"message": f"{method} {path} does not exist."}


async def answer(send, status, body):
    """Send `body` as JSON."""
    data = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
