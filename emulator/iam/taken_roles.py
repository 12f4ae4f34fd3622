# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AssumeRole: names of sessions, tags that go on, ARNs that are none, and how much of the policies' room is taken.

Source: recordings of AWS (localstack, tests/aws/services/sts/test_sts.snapshot.json): test_assume_role,
test_assume_role_tag_validation, test_sts_invalid_parameters, test_assume_role_session_name_too_long.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, AsyncHandler, Headers
from emulator.shared.upstream import sts as upstream

# Only a session with policies or tags takes room.
PACKED = re.compile(rb"<PackedPolicySize>\d+</PackedPolicySize>")
PACKING = ("Policy", "PolicyArns.", "Tags.")
TRANSITIVE = re.compile(r"TransitiveTagKeys\.member\.\d+")
TAG = re.compile(r"Tags\.member\.\d+\.Key")
SESSION_NAME = r"[\w+=,.@-]*"
SHORTEST_NAME, LONGEST_NAME = 2, 64


def install() -> None:
    """Look at what is asked, and at the answer."""
    wrap(upstream, "handle_request", _as_asked)
    replace(upstream, "_invalid_role_arn", lambda arn: _refused("ValidationError", f"{arn} is invalid"))


def _refused(code: str, message: str) -> Answer:
    return upstream._error(400, code, escape(message), ns="sts")


def name_refusal(name: str) -> str | None:
    """What AWS says of a session's name, None where it takes it; a request without one has another refusal."""
    broken = []
    if not re.fullmatch(SESSION_NAME, name, re.ASCII):
        broken.append(f"Member must satisfy regular expression pattern: {SESSION_NAME}")
    if name and len(name) < SHORTEST_NAME:
        broken.append(f"Member must have length greater than or equal to {SHORTEST_NAME}")
    if len(name) > LONGEST_NAME:
        broken.append(f"Member must have length less than or equal to {LONGEST_NAME}")
    if not broken:
        return None
    told = "; ".join(f"Value '{name}' at 'roleSessionName' failed to satisfy constraint: {rule}" for rule in broken)
    return f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected: {told}"


def _as_asked(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, *rest: Any) -> Answer:
        given = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
        if given.get("Action") != ["AssumeRole"]:
            return await original(method, path, headers, body, *rest)
        refused = name_refusal(given.get("RoleSessionName", [""])[0])
        if refused:
            return _refused("ValidationError", refused)
        tags = {values[0] for name, values in given.items() if TAG.fullmatch(name)}
        if any(values[0] not in tags for name, values in given.items() if TRANSITIVE.fullmatch(name)):
            message = "The specified transitive tag key must be included in the requested tags."
            return _refused("InvalidParameterValue", message)
        if len({tag.lower() for tag in tags}) < sum(bool(TAG.fullmatch(name)) for name in given):
            message = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
            return _refused("InvalidParameterValue", message)
        status, sent, content = await original(method, path, headers, body, *rest)
        return status, sent, content if any(name.startswith(PACKING) for name in given) else PACKED.sub(b"", content)

    return handle_request
