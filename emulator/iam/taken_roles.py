# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AssumeRole: tags that go on to further sessions, ARNs that are none, and how much of the policies' room is taken.

Source: recordings of AWS (localstack, tests/aws/services/sts/test_sts.snapshot.json): test_assume_role,
test_assume_role_tag_validation, test_sts_invalid_parameters.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, AsyncHandler, Headers
from emulator.shared.upstream import sts as upstream

# Only a session with policies or tags takes room.
PACKED = re.compile(rb"<PackedPolicySize>\d+</PackedPolicySize>")
PACKING = ("Policy", "PolicyArns.", "Tags.")
TRANSITIVE = re.compile(r"TransitiveTagKeys\.member\.\d+")
TAG = re.compile(r"Tags\.member\.\d+\.Key")


def install() -> None:
    """Look at what is asked, and at the answer."""
    wrap(upstream, "handle_request", _as_asked)
    replace(upstream, "_invalid_role_arn", lambda arn: _refused("ValidationError", f"{arn} is invalid"))


def _refused(code: str, message: str) -> Answer:
    return upstream._error(400, code, message, ns="sts")


def _as_asked(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, *rest: Any) -> Answer:
        given = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
        if given.get("Action") != ["AssumeRole"]:
            return await original(method, path, headers, body, *rest)
        tags = {values[0] for name, values in given.items() if TAG.fullmatch(name)}
        if any(values[0] not in tags for name, values in given.items() if TRANSITIVE.fullmatch(name)):
            message = "The specified transitive tag key must be included in the requested tags."
            return _refused("InvalidParameterValue", message)
        status, sent, content = await original(method, path, headers, body, *rest)
        return status, sent, content if any(name.startswith(PACKING) for name in given) else PACKED.sub(b"", content)

    return handle_request
