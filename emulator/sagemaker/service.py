# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry point: one JSON 1.1 request in, one answer out."""

from __future__ import annotations

import json

from botocore.model import OperationModel, OperationNotFoundError, Shape

from emulator.sagemaker import (
    app,
    app_image_config,
    domain,
    image,
    image_version,
    lifecycle_config,
    presigned_url,
    space,
    tags,
    user_profile,
    work,
)
from emulator.sagemaker.errors import ServiceError, ValidationException
from emulator.settings import settings
from emulator.shared import validation
from emulator.shared.models import service_model
from emulator.shared.shapes import Answer, Headers, Structure

CONTENT_TYPE = {"Content-Type": "application/x-amz-json-1.1"}
OPERATIONS = {
    **domain.OPERATIONS,
    **user_profile.OPERATIONS,
    **space.OPERATIONS,
    **app.OPERATIONS,
    **lifecycle_config.OPERATIONS,
    **image.OPERATIONS,
    **image_version.OPERATIONS,
    **app_image_config.OPERATIONS,
    **presigned_url.OPERATIONS,
    **tags.OPERATIONS,
    **work.OPERATIONS,
}


async def handle_request(method: str, path: str, headers: Headers, body: bytes, query_params: Structure) -> Answer:
    """Answer a request the way ministack expects it: ``(status, headers, body)``.

    Errors are ``{"__type": code, "Message": text}`` with HTTP 400 (botocore model, API reference, Common Errors).
    """
    try:
        answer = perform(headers.get("x-amz-target", "").rpartition(".")[2], body)
    except ServiceError as error:
        return 400, dict(CONTENT_TYPE), json.dumps({"__type": error.code, "Message": str(error)}).encode()
    return 200, dict(CONTENT_TYPE), json.dumps(answer).encode() if answer is not None else b""


def perform(operation: str, body: bytes) -> Structure | None:
    """Perform an operation; the answer has only members of the model, None where AWS answers an empty body."""
    try:
        operation_model = service_model("sagemaker").operation_model(operation)
        function = OPERATIONS[operation]
    except OperationNotFoundError:
        raise ServiceError(f"Unknown operation '{operation}'.", "UnknownOperationException") from None
    except KeyError:
        raise ServiceError(f"The emulator does not have {operation}.", "UnknownOperationException") from None
    request = _read(operation_model, body)
    answer = function(request)
    shape = operation_model.output_shape
    return _shown(shape, answer) if shape else None


def _read(operation_model: OperationModel, body: bytes) -> Structure:
    try:
        return validation.check(operation_model, json.loads(body or b"{}"), settings.switch("unknown_members"))
    except validation.ConstraintError as error:
        raise ValidationException(str(error)) from None
    except (validation.SerializationError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ServiceError(str(error), "SerializationException") from None


def _shown(shape: Shape, answer: Structure) -> Structure:
    """The answer reduced to the members of its shape, and so the items of its lists."""
    shown = validation.pick(shape, answer)
    for name, value in shown.items():
        member = shape.members[name]
        if member.type_name == "list" and member.member.type_name == "structure":
            shown[name] = [validation.pick(member.member, item) for item in value]
    return shown
