# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs: updates, as the patch operations of patch.py on ministack's records.

Sources: API Gateway API reference (Update operations); error texts as public tools quote them.
"""

from __future__ import annotations

import copy
from typing import Any

from emulator.apigateway import patch
from emulator.apigateway.answers import bad_request, not_found
from emulator.iam import policies
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import apigateway_v1 as upstream

# Handler -> what it patches (a key of patch.MEMBERS).
PATCHED_KINDS = {
    "_update_rest_api": "rest_api",
    "_update_resource": "resource",
    "_update_method": "method",
    "_update_integration": "integration",
    "_update_authorizer": "authorizer",
    "_update_request_validator": "request_validator",
    "_update_deployment": "deployment",
    "_update_model": "model",
}


def install() -> None:
    """Replace ministack's patches by AWS's."""
    for name, kind in PATCHED_KINDS.items():
        wrap(upstream, name, _patching(kind))
    replace(upstream, "_update_account", update_account)
    wrap(upstream, "_update_stage", _checked_stage_update)


def _patching(kind: str) -> Wrapper:
    """Let ministack find the record, and change it by AWS's rules before ministack answers with it."""

    def wrapper(original: Handler) -> Handler:
        def update(*arguments: Any) -> Answer:
            *identifiers, data = arguments
            record = _record(kind, identifiers)
            if record is not None:
                try:
                    patch.apply(record, kind, data.get("patchOperations") or [])
                except patch.InvalidPatch as error:
                    return bad_request(str(error))
            return original(*identifiers, {"patchOperations": []})

        return update

    return wrapper


def _record(kind: str, identifiers: list[str]) -> Structure | None:
    api_id, *rest = identifiers
    if kind == "rest_api":
        return upstream._rest_apis.get(api_id)
    if kind == "resource":
        return upstream._resources.get(api_id, {}).get(rest[0])
    if kind in ("method", "integration"):
        method = _method(api_id, *rest)
        return (method or {}).get("methodIntegration") if kind == "integration" else method
    store = {
        "authorizer": upstream._authorizers_v1,
        "request_validator": upstream._request_validators,
        "deployment": upstream._deployments_v1,
        "model": upstream._models,
    }[kind]
    return store.get(api_id, {}).get(rest[0])


def update_gateway_response(api_id: str, response_type: str, data: Structure) -> Answer:
    """UpdateGatewayResponse: patches the customized response, or makes one out of the default (API reference)."""
    error = upstream._validate_gateway_response_target(api_id, response_type)
    if error:
        return error
    customized = upstream._gateway_responses.setdefault(api_id, {})
    changed = copy.deepcopy(upstream._gateway_response_for_type(customized, response_type))
    try:
        patch.apply(changed, "gateway_response", data.get("patchOperations") or [])
    except patch.InvalidPatch as invalid:
        return bad_request(str(invalid))
    customized[response_type] = {**changed, "defaultResponse": False}
    return upstream._v1_response(customized[response_type])


def update_method_response(
    api_id: str, resource_id: str, http_method: str, status_code: str, data: Structure
) -> Answer:
    """UpdateMethodResponse: patches parameters and models of a method's response (API reference)."""
    found = _method(api_id, resource_id, http_method)
    return _updated_response((found or {}).get("methodResponses"), status_code, "method_response", data)


def update_integration_response(
    api_id: str, resource_id: str, http_method: str, status_code: str, data: Structure
) -> Answer:
    """UpdateIntegrationResponse: patches the mapping of an integration's response (API reference)."""
    found = (_method(api_id, resource_id, http_method) or {}).get("methodIntegration")
    return _updated_response((found or {}).get("integrationResponses"), status_code, "integration_response", data)


def _method(api_id: str, resource_id: str, http_method: str) -> Structure | None:
    resource = upstream._resources.get(api_id, {}).get(resource_id) or {}
    return resource.get("resourceMethods", {}).get(http_method)


def _updated_response(responses: Structure | None, status_code: str, kind: str, data: Structure) -> Answer:
    if responses is None or status_code not in responses:
        return not_found("Invalid Response status code specified")
    try:
        patch.apply(responses[status_code], kind, data.get("patchOperations") or [])
    except patch.InvalidPatch as invalid:
        return bad_request(str(invalid))
    return upstream._v1_response(responses[status_code])


def update_account(data: Structure) -> Answer:
    """UpdateAccount: the CloudWatch role must exist and let API Gateway assume it (API reference, UpdateAccount)."""
    settings = dict(upstream._account_settings.get("settings") or {})
    try:
        patch.apply(settings, "account", data.get("patchOperations") or [])
    except patch.InvalidPatch as invalid:
        return bad_request(str(invalid))
    role_arn = settings.get("cloudwatchRoleArn")
    if role_arn and not policies.can_be_assumed(role_arn, "apigateway.amazonaws.com"):
        return bad_request(
            "The role ARN does not have required permissions configured. Please grant trust permission for API "
            "Gateway and add the required role policy."
        )
    upstream._account_settings["settings"] = settings
    return upstream._get_account()


def _checked_stage_update(original: Handler) -> Handler:
    """Settings of methods stay with ministack; the stage's own members are patched by AWS's rules."""

    def update_stage(api_id: str, stage_name: str, data: Structure) -> Answer:
        operations = data.get("patchOperations") or []
        own = [entry for entry in operations if not _sets_method(patch.tokens_of(entry.get("path") or ""))]
        stage = upstream._stages_v1.get(api_id, {}).get(stage_name)
        if stage is not None:
            refusal = _stage_refusal(api_id, operations)
            if refusal:
                return bad_request(refusal)
            try:
                patch.apply(stage, "stage", own)
            except patch.InvalidPatch as invalid:
                return bad_request(str(invalid))
        settings = [entry for entry in operations if entry not in own]
        return original(api_id, stage_name, {"patchOperations": settings})

    return update_stage


def _sets_method(tokens: list[str]) -> bool:
    """Whether a path is ``/{resource}/{method}/throttling/rateLimit`` or its like, or removes all of a method's."""
    categories = upstream._METHOD_SETTING_CATEGORIES
    return any(token in categories for token in tokens[2:]) or (
        len(tokens) == 2 and tokens[1] in upstream._HTTP_METHOD_TOKENS
    )


def _stage_refusal(api_id: str, operations: list[Structure]) -> str | None:
    """Why AWS refuses the operations on a stage, or None."""
    account = upstream._account_settings.get("settings") or {}
    if _turns_logging_on(operations) and not account.get("cloudwatchRoleArn"):
        return "CloudWatch Logs role ARN must be set in account settings to enable logging"
    for entry in operations:
        if entry.get("path") == "/deploymentId" and entry.get("value") not in upstream._deployments_v1.get(api_id, {}):
            return "Deployment id does not exist"
    return None


def _turns_logging_on(operations: list[Structure]) -> bool:
    for entry in operations:
        path, value = entry.get("path") or "", entry.get("value")
        access_log = path == "/accessLogSettings/destinationArn" and value
        execution_log = path.endswith("/logging/loglevel") and value in ("INFO", "ERROR")
        if entry.get("op") != "remove" and (access_log or execution_log):
            return True
    return False
