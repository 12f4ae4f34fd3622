# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error answers of API Gateway's control plane, as ``(status, headers, body)``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from emulator.shared.shapes import Answer
from emulator.shared.upstream import apigateway_v1 as upstream

if TYPE_CHECKING:
    from emulator.apigateway.patch import InvalidPatch

# What ministack says of what it does not know -> what AWS says (localstack, test_apigateway_api.snapshot.json *_no_api,
# test_model_validation; cloud-custodian, test_rest_stage_delete).
UNKNOWN = {
    "Invalid API identifier specified": "Invalid API identifier specified {account}:{api}",
    "Invalid Model identifier specified": "Invalid model name specified: {name}",
    "Invalid Stage identifier specified": "Invalid stage identifier specified",
}
WITHIN = re.compile(r"/restapis/(?P<api>[^/]+)(?:/[^/]+)?(?:/(?P<name>[^/]+))?")


def conflict(message: str) -> Answer:
    """HTTP 409 ConflictException."""
    return upstream._v1_error("ConflictException", message, 409)


def bad_request(message: str) -> Answer:
    """HTTP 400 BadRequestException."""
    return upstream._v1_error("BadRequestException", message, 400)


def not_found(message: str) -> Answer:
    """HTTP 404 NotFoundException."""
    return upstream._v1_error("NotFoundException", message, 404)


def refused(error: InvalidPatch) -> Answer:
    """The answer to what a check refuses."""
    return upstream._v1_error(error.code, str(error), error.status)


def naming_the_unknown(answer: Answer, path: str) -> Answer:
    """An answer in AWS's words, which say more of what does not exist; path is that of the request."""
    if answer[0] != 404:
        return answer
    said = UNKNOWN.get(json.loads(answer[2])["message"])
    named = WITHIN.match(path)
    if not said or not named:
        return answer
    return not_found(said.format(account=upstream.get_account_id(), api=named["api"], name=named["name"]))
