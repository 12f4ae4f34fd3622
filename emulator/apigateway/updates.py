# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs: updates, as the patch operations of patch.py on ministack's records.

Sources: API Gateway API reference (Update operations); error texts as public tools quote them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from emulator.apigateway import checks, methods, patch
from emulator.apigateway.answers import bad_request, not_found, refused
from emulator.apigateway.patch_paths import ACCESS_LOG_PATHS
from emulator.iam import policies
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure, Wrapper
from emulator.shared.upstream import apigateway_v1 as upstream

# Handler -> what it patches (a key of patch.MEMBERS).
PATCHED_KINDS = {
    "_update_rest_api": "rest_api",
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
    wrap(upstream, "_default_method_setting_entry", _without_logging_level)
    wrap(upstream, "_update_stage", _checked_stage_update)


def _patching(kind: str) -> Wrapper:
    """Let ministack find the record, and change it by AWS's rules before ministack answers with it."""

    def wrapper(original: Handler) -> Handler:
        def update(*arguments: Any) -> Answer:
            *identifiers, data = arguments
            record = _record(kind, identifiers)
            if record is not None:
                try:
                    patch.apply(record, kind, data.get("patchOperations") or [], _check(kind, identifiers[0]))
                except patch.InvalidPatch as error:
                    return refused(error)
            answer = original(*identifiers, {"patchOperations": []})
            return _with_tags(answer) if kind == "rest_api" else answer

        return update

    return wrapper


def _check(kind: str, api_id: str) -> Callable[[Structure], None]:
    """What a record of a kind must be when it is changed."""
    known: dict[str, Callable[[Structure], None]] = {
        "rest_api": _check_rest_api,
        "method": lambda changed: checks.method(api_id, changed),
        "request_validator": checks.request_validator,
        "model": checks.model,
    }
    return known.get(kind, lambda changed: None)


def _check_rest_api(changed: Structure) -> None:
    """An API that becomes private becomes dualstack with it (recorded: test_update_rest_api_ip_address_type)."""
    before = upstream._rest_apis[changed["id"]]["endpointConfiguration"]
    endpoint = changed["endpointConfiguration"]
    if endpoint["types"] == ["PRIVATE"] != before["types"] and endpoint.get("ipAddressType") == "ipv4":
        endpoint["ipAddressType"] = checks.address_type(endpoint["types"])
    checks.rest_api(changed)


def _with_tags(answer: Answer) -> Answer:
    """UpdateRestApi shows tags where there are none, unlike GetRestApi (recordings of AWS)."""
    status, headers, body = answer
    if status != 200:
        return answer
    return status, headers, json.dumps({"tags": {}, **json.loads(body)}).encode()


def _record(kind: str, identifiers: list[str]) -> Structure | None:
    api_id, *rest = identifiers
    if kind == "rest_api":
        return upstream._rest_apis.get(api_id)
    if kind in ("method", "integration"):
        method = methods.found(api_id, *rest)
        return (method or {}).get("methodIntegration") if kind == "integration" else method
    store = {
        "authorizer": upstream._authorizers_v1,
        "request_validator": upstream._request_validators,
        "deployment": upstream._deployments_v1,
        "model": upstream._models,
    }[kind]
    return store.get(api_id, {}).get(rest[0])


def update_method_response(
    api_id: str, resource_id: str, http_method: str, status_code: str, data: Structure
) -> Answer:
    """UpdateMethodResponse: patches parameters and models of a method's response (API reference)."""
    found = methods.found(api_id, resource_id, http_method)
    return _updated_response((found or {}).get("methodResponses"), status_code, "method_response", data)


def update_integration_response(
    api_id: str, resource_id: str, http_method: str, status_code: str, data: Structure
) -> Answer:
    """UpdateIntegrationResponse: patches the mapping of an integration's response (API reference)."""
    found = (methods.found(api_id, resource_id, http_method) or {}).get("methodIntegration")
    return _updated_response((found or {}).get("integrationResponses"), status_code, "integration_response", data)


def _updated_response(responses: Structure | None, status_code: str, kind: str, data: Structure) -> Answer:
    if responses is None or status_code not in responses:
        return not_found("Invalid Response status code specified")
    try:
        patch.apply(responses[status_code], kind, data.get("patchOperations") or [])
    except patch.InvalidPatch as invalid:
        return refused(invalid)
    return upstream._v1_response(responses[status_code])


def update_account(data: Structure) -> Answer:
    """UpdateAccount: the CloudWatch role must exist and let API Gateway assume it (API reference, UpdateAccount)."""
    settings = dict(upstream._account_settings.get("settings") or {})
    try:
        patch.apply(settings, "account", data.get("patchOperations") or [])
    except patch.InvalidPatch as invalid:
        return refused(invalid)
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
            refusal = _stage_refusal(api_id, stage, operations)
            if refusal:
                return bad_request(refusal)
            try:
                patch.apply(stage, "stage", own)
            except patch.InvalidPatch as invalid:
                return refused(invalid)
        settings = [entry for entry in operations if entry not in own]
        return original(api_id, stage_name, {"patchOperations": settings})

    return update_stage


def _without_logging_level(original: Function) -> Function:
    """Of a method's settings all but the level of its log have a default (recorded: test_create_update_stages)."""

    def defaults() -> Structure:
        return {name: value for name, value in original().items() if name != "loggingLevel"}

    return defaults


def _sets_method(tokens: list[str]) -> bool:
    """Whether a path is ``/{resource}/{method}/throttling/rateLimit`` or its like, or removes all of a method's.

    ANY has no settings of its own, and * stands for both or none (tried on AWS and told by a public report, 2026-08-14:
    /x/ANY/throttling/rateLimit is an "Invalid method setting path").
    """
    if len(tokens) < 2 or (tokens[0] == "*") != (tokens[1] == "*") or tokens[1] == "ANY":
        return False
    categories = upstream._METHOD_SETTING_CATEGORIES
    return any(token in categories for token in tokens[2:]) or (
        len(tokens) == 2 and tokens[1] in upstream._HTTP_METHOD_TOKENS
    )


def _stage_refusal(api_id: str, stage: Structure, operations: list[Structure]) -> str | None:
    """Why AWS refuses the operations on a stage, or None."""
    account = upstream._account_settings.get("settings") or {}
    if _turns_logging_on(operations) and not account.get("cloudwatchRoleArn"):
        return "CloudWatch Logs role ARN must be set in account settings to enable logging"
    for entry in operations:
        path = (entry.get("path") or "").removeprefix("/")
        if entry.get("op") == "remove" and f"/{path}" in ACCESS_LOG_PATHS and not _has_access_log(stage, path):
            return f"Cannot remove method setting {path} because there is no method setting for this method "
        if entry.get("path") == "/deploymentId" and entry.get("value") not in upstream._deployments_v1.get(api_id, {}):
            return "Deployment id does not exist"
    return None


def _has_access_log(stage: Structure, path: str) -> bool:
    return bool((stage.get("accessLogSettings") or {}).get(path.rpartition("/")[2]))


def _turns_logging_on(operations: list[Structure]) -> bool:
    for entry in operations:
        path, value = entry.get("path") or "", entry.get("value")
        access_log = path == "/accessLogSettings/destinationArn" and value
        execution_log = path.endswith("/logging/loglevel") and value in ("INFO", "ERROR")
        if entry.get("op") != "remove" and (access_log or execution_log):
            return True
    return False
