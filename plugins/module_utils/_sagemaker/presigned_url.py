# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Presigned URLs that open Studio. Whoever has one is signed in, so it is a secret."""

from __future__ import annotations

import datetime
import typing as t

from .._secret_file import check_secret_file
from .._waiting import StudioError
from .calls import SageMaker

# Seconds, from and to (API reference CreatePresignedDomainUrl).
LIMITS = {"expires_in": (5, 300), "session_expiration": (1800, 43200)}
DEFAULT_LIFETIME = 300


def check_limits(values: dict[str, int | None]) -> None:
    """Raise StudioError where a duration lies outside what AWS takes."""
    for name, (least, most) in LIMITS.items():
        value = values.get(name)
        if value is not None and not least <= value <= most:
            raise StudioError(f"{name} is {value}; AWS takes {least} to {most} seconds.")


def create_presigned_url(
    sagemaker: SageMaker,
    *,
    expires_in: int | None = None,
    session_expiration: int | None = None,
    **values: t.Any,
) -> tuple[str, str]:
    """Return a new URL and until when (ISO 8601, UTC) it can be opened; values are the call's other members."""
    asked_at = datetime.datetime.now(datetime.timezone.utc)
    answer = sagemaker.call(
        "CreatePresignedDomainUrl",
        expires_in_seconds=expires_in,
        session_expiration_duration_in_seconds=session_expiration,
        **values,
    )
    expires_at = asked_at + datetime.timedelta(seconds=expires_in or DEFAULT_LIFETIME)
    return answer["authorized_url"], expires_at.isoformat(timespec="seconds")


def check_destination(path: str | None, return_url: bool) -> None:
    """Raise StudioError where a new URL would be lost: nobody wants it, or the file at path cannot be written."""
    if not path:
        if not return_url:
            raise StudioError("Nobody would get the URL. Give dest, a file to write it to, or return_url: true.")
        return
    check_secret_file(path)
