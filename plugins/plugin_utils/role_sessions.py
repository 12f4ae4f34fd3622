# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session of a platform's role, which all processes of a run share and which is made anew before it ends."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
import typing as t

from ansible import constants

from ..module_utils._blueprint.connection import without_secrets
from . import role_assumer

# A task that begins has at least this part of a session before it: a module keeps the one that it is given.
LEFT = 0.75
# Seconds in which a role must have been assumed.
PATIENCE = 120

Session = t.Dict[str, t.Any]


class NotRenewed(Exception):
    """A role could not be assumed anew; the text is why."""


def current(request: t.Mapping[str, t.Any], first: t.Mapping[str, t.Any]) -> Session:
    """Return a session that lives long enough for a task, with access_key, secret_key and session_token.

    request: what role_assumer takes. first: the session with which the run began, as amazon.aws tells of it. Raises
    NotRenewed.
    """
    begun = {**first, "expiration": datetime.datetime.fromisoformat(str(first["expiration"])).timestamp()}
    if _lives(begun, request["duration"]):
        return _keys(begun)
    name = hashlib.sha256(json.dumps([request["role_arn"], request["session_name"]]).encode()).hexdigest()
    file = os.path.join(constants.DEFAULT_LOCAL_TMP, f"session-{name}")
    # One of the many processes of a run assumes the role, and the others wait for it.
    with open(f"{file}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = _read(file)
        if not kept or not _lives(kept, kept["life"]):
            made = _assume(request)
            kept = {**made, "life": made["expiration"] - time.time()}
            _write(file, kept)
    return _keys(kept)


def _lives(session: Session, life: float) -> bool:
    return bool(session["expiration"] - time.time() > life * LEFT)


def _keys(session: Session) -> Session:
    return {name: session[name] for name in ("access_key", "secret_key", "session_token")}


def _assume(request: t.Mapping[str, t.Any]) -> Session:
    try:
        done = subprocess.run(
            [sys.executable, role_assumer.__file__],
            input=json.dumps(request).encode(),
            capture_output=True,
            cwd="/",
            timeout=PATIENCE,
            check=False,
        )
        told: Session = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise NotRenewed("no answer") from None
    if "failed" in told:
        raise NotRenewed(without_secrets(told["failed"]).rstrip("."))
    return told


def _read(file: str) -> Session | None:
    with contextlib.suppress(FileNotFoundError), open(file, encoding="utf-8") as stream:
        found: Session = json.load(stream)
        return found
    return None


def _write(file: str, session: Session) -> None:
    """Write a session where this user alone can read it; it is gone with the run's folder."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(session, stream)
