# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error answers of API Gateway's control plane, as ``(status, headers, body)``."""

from __future__ import annotations

from emulator.shared.shapes import Answer
from emulator.shared.upstream import apigateway_v1 as upstream


def conflict(message: str) -> Answer:
    """HTTP 409 ConflictException."""
    return upstream._v1_error("ConflictException", message, 409)


def bad_request(message: str) -> Answer:
    """HTTP 400 BadRequestException."""
    return upstream._v1_error("BadRequestException", message, 400)


def not_found(message: str) -> Answer:
    """HTTP 404 NotFoundException."""
    return upstream._v1_error("NotFoundException", message, 404)
