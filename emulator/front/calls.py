# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of every API call that a client or a function sent."""

from __future__ import annotations

import json
import re
import time
from collections import deque

from emulator.shared.access_levels import writes
from emulator.shared.operations import EXECUTE_API, HOSTED_UI, Request
from emulator.shared.shapes import Headers, Identity, Structure

KEPT = 100_000
ROOT = re.compile(r"\d{12}")


class Calls:
    """The last KEPT calls, as {"service","operation","write","status","error","principal","at","duration"}."""

    def __init__(self) -> None:
        self._calls: deque[Structure] = deque(maxlen=KEPT)

    def add(
        self,
        identity: Identity,
        principal: str | None,
        at: float,
        status: int,
        error: str | None,
        *,
        dry_run: bool = False,
    ) -> None:
        """Record a call that has just ended; `identity` is (service, operation), `at` its start in epoch seconds.

        A dry run writes nothing (EC2 API reference, DryRun).
        """
        service, operation = identity
        self._calls.append(
            {
                "service": service,
                "operation": operation,
                "write": writes(service, operation) and not dry_run,
                "status": status,
                "error": error,
                "principal": principal,
                "at": at,
                "duration": round(time.time() - at, 6),
            }
        )

    def as_list(self) -> list[Structure]:
        """All kept calls, ordered by the time they were sent."""
        return sorted(self._calls, key=lambda call: call["at"])

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()


calls = Calls()


def principal_arn(service: str, request: Request) -> str | None:
    """The caller's ARN from the access key, or None for unsigned requests, unknown keys and bearers of tokens.

    Root keys give the account's root, keys of users the user, keys of sessions the assumed role. With --auth off a
    function runs as the root of its account, as ministack hands out its credentials.
    """
    from ministack.core.router import extract_access_key_id

    from emulator.shared.upstream import iam, sts

    key = extract_access_key_id(request.headers, request.parameters)
    if not key or service == HOSTED_UI:
        return None
    if ROOT.fullmatch(key):
        return f"arn:aws:iam::{key}:root"
    if key in sts._sessions:
        return sts._sessions[key].get("Arn")
    for (account, found), record in iam._access_keys.to_dict().items():
        if found == key:
            user = iam._users.get_scoped(account, None, record["UserName"])
            return user["Arn"] if user else None
    return None


def error_code(service: str, status: int, headers: Headers, body: bytes) -> str | None:
    """AWS's error code of an answer as botocore reads it: None on success, the status as text if there is no code."""
    if status < 400:
        return None
    if service in (HOSTED_UI, EXECUTE_API):
        return _plain(headers.get("x-amzn-errortype", "")) or str(status)
    found = headers.get("x-amzn-query-error", "").partition(";")[0] or headers.get("x-amzn-errortype")
    return _plain(found or _code_in(body) or str(status))


def _code_in(body: bytes) -> str | None:
    if body.lstrip().startswith(b"<"):
        found = re.search(rb"<Code>([^<]+)</Code>", body)
        return found.group(1).decode() if found else None
    try:
        content = json.loads(body)
    except ValueError:
        found = re.search(rb"__type.[\x60-\x7b]*([\w.#]+)", body)  # CBOR: the text follows its length
        return found.group(1).decode() if found else None
    return content.get("__type") or content.get("code") or content.get("Code") if isinstance(content, dict) else None


def _plain(code: str) -> str:
    """`com.amazonaws.kms#NotFoundException:http://...` as `NotFoundException`."""
    return code.partition(":")[0].rpartition("#")[2]
