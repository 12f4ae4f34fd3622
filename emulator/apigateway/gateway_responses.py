# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers that API Gateway gives by itself: their kinds, what they inherit, how they are changed and forgotten.

Source: recordings of AWS (localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
TestApiGatewayGatewayResponse).
"""

from __future__ import annotations

import copy

from emulator.apigateway import checks, patch
from emulator.apigateway.answers import not_found, refused
from emulator.apigateway.patch import InvalidPatch
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import apigateway_v1 as upstream


def install() -> None:
    """Check the kinds, let status codes be inherited too, and let a response be deleted once."""
    wrap(upstream, "_validate_gateway_response_target", _checked_kind)
    wrap(upstream, "_gateway_response_for_type", _with_inherited_status)
    wrap(upstream, "_delete_gateway_response", _known)


def _checked_kind(original: Function) -> Function:
    def validate(api_id: str, response_type: str) -> Answer | None:
        try:
            checks.response_type(response_type)
        except InvalidPatch as error:
            return refused(error)
        found: Answer | None = original(api_id, response_type)
        return found

    return validate


def _with_inherited_status(original: Function) -> Function:
    def response_for_type(customized: Structure, response_type: str) -> Structure:
        response: Structure = original(customized, response_type)
        inherited = customized.get(upstream._gateway_response_family(response_type) or "") or {}
        if response_type in customized or not inherited.get("statusCode"):
            return response
        return {**response, "statusCode": inherited["statusCode"]}

    return response_for_type


def _known(original: Handler) -> Handler:
    def delete_gateway_response(api_id: str, response_type: str) -> Answer:
        error = upstream._validate_gateway_response_target(api_id, response_type)
        if error is None and response_type not in (upstream._gateway_responses.get(api_id) or {}):
            return not_found("Gateway response type not defined on api")
        return error or original(api_id, response_type)

    return delete_gateway_response


def update_gateway_response(api_id: str, response_type: str, data: Structure) -> Answer:
    """UpdateGatewayResponse: patches the customized response, or makes one out of the default (API reference)."""
    error = upstream._validate_gateway_response_target(api_id, response_type)
    if error:
        return error
    customized = upstream._gateway_responses.setdefault(api_id, {})
    changed = copy.deepcopy(upstream._gateway_response_for_type(customized, response_type))
    try:
        patch.apply(changed, "gateway_response", data.get("patchOperations") or [])
    except InvalidPatch as invalid:
        return refused(invalid)
    customized[response_type] = {**changed, "defaultResponse": False}
    return upstream._v1_response(customized[response_type])
