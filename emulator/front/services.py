# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures of ministack's services, which would answer with Python's words: the outer layer answers instead of them."""

from __future__ import annotations

from typing import Any

from emulator.shared.shapes import Answer, AsyncHandler


class ServiceFailed(BaseException):
    """A service raised `reason`. It is no Exception, as ministack makes an answer of each of these itself."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


def install() -> None:
    """Let the failures of all services reach the outer layer."""
    from emulator.shared.upstream import app

    for name, handler in app.SERVICE_HANDLERS.items():
        app.SERVICE_HANDLERS[name] = _passing_on(handler)


def _passing_on(handler: AsyncHandler) -> AsyncHandler:
    async def handle(*arguments: Any) -> Answer:
        try:
            return await handler(*arguments)
        except Exception as reason:
            raise ServiceFailed(reason) from reason

    return handle
