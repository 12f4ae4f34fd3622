# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the SageMaker API, as exceptions that carry AWS's code and message (all HTTP 400)."""

from __future__ import annotations

from emulator.settings import settings


class ServiceError(Exception):
    """An error answer: ``code`` goes to ``__type``, the text to ``Message``."""

    code = "InternalFailure"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or self.code


class ValidationException(ServiceError):
    """The request is wrong, by itself or for the state of things (API reference, Common Errors)."""

    code = "ValidationException"


class ResourceNotFound(ServiceError):
    """What the request names does not exist (botocore model; no Exception suffix)."""

    code = "ResourceNotFound"


class ResourceInUse(ServiceError):
    """What the request names exists already, is used by something else, or is in transition (botocore model)."""

    code = "ResourceInUse"


class ResourceLimitExceeded(ServiceError):
    """A quota of the account is reached (botocore model)."""

    code = "ResourceLimitExceeded"


def not_found(message: str) -> ServiceError:
    """The error for a space or application that does not exist.

    Older answers were a ValidationException with RecordNotFound in its text (terraform-provider-aws find.go), which
    clients still have to understand.
    """
    if settings.switch("not_found_of_spaces_and_apps") == "RecordNotFound":
        return ValidationException(f"RecordNotFound: {message}")
    return ResourceNotFound(message)
