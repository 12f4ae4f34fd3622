# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of what all parts of the emulator hand to each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

# A structure of an AWS API by the names of its members, or what is stored of one.
Structure = dict[str, Any]
Headers = dict[str, str]
# Status, headers and body.
Answer = tuple[int, Headers, bytes]
# A function of ministack, whose parameters differ, and what makes another one of it.
Function = Callable[..., Any]
Wrapper = Callable[[Function], Function]
# Functions of ministack that answer requests.
Handler = Callable[..., Answer]
AsyncHandler = Callable[..., Awaitable[Answer]]

# The service and the operation of a call, as boto3 names them.
Identity = tuple[str, str]

# ASGI's.
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
