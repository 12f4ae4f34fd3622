# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of roles: how long they may live, and that they end.

Sources: STS API reference, AssumeRole (DurationSeconds, and the hour of role chaining); IAM user guide, "Methods to
assume a role"; API references, "Common errors" (ExpiredToken). Texts of the refusals as public tools quote them.
"""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlencode

from ministack.core.router import extract_access_key_id

from emulator.settings import settings
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, AsyncHandler, Function, Headers, Structure
from emulator.shared.upstream import iam
from emulator.shared.upstream import sts as upstream

SHORTEST, DEFAULT, LONGEST = 900, 3600, 43200
# A session that has ended is told apart from one that never was for so long.
REMEMBERED = 86400.0


def install() -> None:
    """Check how long a session is to live, let it end sooner if the setting says so, and remember that it ended."""
    replace(upstream, "_evict_expired_sessions", _forget_old_sessions)
    wrap(upstream, "handle_request", _with_checked_durations)
    wrap(upstream, "register_session", _ending_sooner)


def _forget_old_sessions() -> None:
    """ministack forgets a session as soon as it has ended; on AWS its token goes on saying that it did."""
    now = time.time()
    for key, session in list(upstream._sessions.items()):
        if session.get("Expiration", now) + REMEMBERED < now:
            upstream._sessions.pop(key, None)


def _with_checked_durations(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        form = {**parse_qs((body or b"").decode("utf-8", "replace")), **query}
        if form.get("Action") != ["AssumeRole"]:
            return await original(method, path, headers, body, query)
        duration = int(form.get("DurationSeconds", [str(DEFAULT)])[0])
        refused = refusal(duration, form.get("RoleArn", [""])[0], extract_access_key_id(headers, query))
        if refused:
            return upstream._error(400, "ValidationError", refused, ns="sts")
        if settings.session_seconds:
            form = {**form, "DurationSeconds": [str(min(duration, settings.session_seconds))]}
        return await original(method, path, headers, urlencode(form, doseq=True).encode(), {})

    return handle_request


def refusal(duration: int, role_arn: str, caller: str | None) -> str | None:
    """What AWS says of a session of so many seconds, None where it makes one; caller is the key of who asks."""
    for bound, word in ((SHORTEST, "greater"), (LONGEST, "less")):
        if (duration < bound) == (word == "greater") and duration != bound:
            return (
                f"1 validation error detected: Value '{duration}' at 'durationSeconds' failed to satisfy constraint: "
                f"Member must have value {word} than or equal to {bound}"
            )
    if caller in upstream._sessions and duration > DEFAULT:
        return "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    role = iam._roles.get(role_arn.rpartition("/")[2]) or {}
    if duration > int(role.get("MaxSessionDuration") or DEFAULT):
        return "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    return None


def _ending_sooner(original: Function) -> Function:
    """Sessions that other calls make end sooner, too."""

    def register_session(access_key: str, session: Structure) -> None:
        if settings.session_seconds and "Expiration" in session:
            session["Expiration"] = min(session["Expiration"], time.time() + settings.session_seconds)
        original(access_key, session)

    return register_session
