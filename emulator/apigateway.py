# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs, control plane: conflicts, references that must exist, tags at once, patches as AWS applies them.

Sources: API Gateway API reference; error texts as public tools quote them.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from ministack.services import apigateway_v1 as upstream
from ministack.services import iam

from emulator import apigateway_access_log, apigateway_execution, apigateway_patch
from emulator.patching import replace, require, wrap

GATEWAY_RESPONSE_PATH = re.compile(r"/restapis/([^/]+)/gatewayresponses/([^/]+)/?")
PATH_PART = re.compile(r"[a-zA-Z0-9._\-:,~]+|\{[a-zA-Z0-9._\-:]+\+?\}")
NEEDS_AUTHORIZER = {"CUSTOM", "COGNITO_USER_POOLS"}
SHOWN_EMPTY = {"item", "tags", "methodSettings"}
# Handler -> what it patches (a key of apigateway_patch.MEMBERS).
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
    """Install the control plane, the data plane and the access log."""
    wrap(upstream, "handle_request", _with_gateway_response_patches)
    wrap(upstream, "_v1_response", _without_unset_members)
    for name, kind in PATCHED_KINDS.items():
        wrap(upstream, name, _patching(kind))
    replace(upstream, "_update_account", update_account)
    wrap(upstream, "_update_stage", _checked_stage_update)
    wrap(upstream, "_create_rest_api", _checked_rest_api)
    wrap(upstream, "_create_resource", _checked_resource)
    wrap(upstream, "_delete_resource", _with_children)
    wrap(upstream, "_get_resources", _embedding_methods_on_demand)
    wrap(upstream, "_put_method", _checked_method)
    wrap(upstream, "_create_authorizer", _checked_authorizer)
    wrap(upstream, "_delete_authorizer", _checked_authorizer_deletion)
    wrap(upstream, "_create_deployment", _checked_deployment)
    wrap(upstream, "_delete_deployment", _checked_deployment_deletion)
    wrap(upstream, "_create_stage", _checked_stage)
    wrap(upstream, "_create_model", _checked_model)
    wrap(upstream, "_tag_v1_resource", _showing_tags)
    wrap(upstream, "_untag_v1_resource", _showing_tags)
    require(upstream, "_v1_error")
    apigateway_execution.install()
    apigateway_access_log.install()


def conflict(message: str) -> tuple:
    """HTTP 409 ConflictException."""
    return upstream._v1_error("ConflictException", message, 409)


def bad_request(message: str) -> tuple:
    """HTTP 400 BadRequestException."""
    return upstream._v1_error("BadRequestException", message, 400)


def _without_unset_members(original):
    def pruned(value):
        if isinstance(value, dict):
            cleaned = {name: pruned(item) for name, item in value.items()}
            return {
                name: item for name, item in cleaned.items() if item not in (None, "", [], {}) or name in SHOWN_EMPTY
            }
        return [pruned(item) for item in value] if isinstance(value, list) else value

    def response(data, status=200):
        return original(pruned(data), status)

    return response


# --- patches ---------------------------------------------------------------------------------------------------------


def _patching(kind: str):
    """Let ministack find the record, and change it by AWS's rules before ministack answers with it."""

    def wrapper(original):
        def update(*arguments):
            *identifiers, data = arguments
            record = _record(kind, identifiers)
            if record is not None:
                try:
                    apigateway_patch.apply(record, kind, data.get("patchOperations") or [])
                except apigateway_patch.InvalidPatch as error:
                    return bad_request(str(error))
            return original(*identifiers, {"patchOperations": []})

        return update

    return wrapper


def _record(kind: str, identifiers: list[str]) -> dict | None:
    api_id, *rest = identifiers
    if kind == "rest_api":
        return upstream._rest_apis.get(api_id)
    if kind in ("resource", "method", "integration"):
        record = upstream._resources.get(api_id, {}).get(rest[0])
        if kind == "resource" or record is None:
            return record
        method = record["resourceMethods"].get(rest[1])
        return (method or {}).get("methodIntegration") if kind == "integration" else method
    store = {
        "authorizer": upstream._authorizers_v1,
        "request_validator": upstream._request_validators,
        "deployment": upstream._deployments_v1,
        "model": upstream._models,
    }[kind]
    return store.get(api_id, {}).get(rest[0])


def _with_gateway_response_patches(original):
    async def handle_request(method, path, headers, body, query):
        match = GATEWAY_RESPONSE_PATH.fullmatch(path)
        if method == "PATCH" and match:
            return update_gateway_response(*match.groups(), json.loads(body or b"{}"))
        return await original(method, path, headers, body, query)

    return handle_request


def update_gateway_response(api_id: str, response_type: str, data: dict) -> tuple:
    """UpdateGatewayResponse: patches the customized response, or makes one out of the default (API reference)."""
    error = upstream._validate_gateway_response_target(api_id, response_type)
    if error:
        return error
    customized = upstream._gateway_responses.setdefault(api_id, {})
    changed = json.loads(json.dumps(upstream._gateway_response_for_type(customized, response_type)))
    try:
        apigateway_patch.apply(changed, "gateway_response", data.get("patchOperations") or [])
    except apigateway_patch.InvalidPatch as invalid:
        return bad_request(str(invalid))
    customized[response_type] = {**changed, "defaultResponse": False}
    return upstream._v1_response(customized[response_type])


def update_account(data: dict) -> tuple:
    """UpdateAccount: the CloudWatch role must exist and let API Gateway assume it (API reference, UpdateAccount)."""
    settings = dict(upstream._account_settings.get("settings") or {})
    try:
        apigateway_patch.apply(settings, "account", data.get("patchOperations") or [])
    except apigateway_patch.InvalidPatch as invalid:
        return bad_request(str(invalid))
    role_arn = settings.get("cloudwatchRoleArn")
    if role_arn and not _trusts_api_gateway(role_arn):
        return bad_request(
            "The role ARN does not have required permissions configured. Please grant trust permission for API "
            "Gateway and add the required role policy."
        )
    upstream._account_settings["settings"] = settings
    return upstream._get_account()


def _trusts_api_gateway(role_arn: str) -> bool:
    role = next((role for role in iam._roles.values() if role["Arn"] == role_arn), None)
    document = role.get("AssumeRolePolicyDocument") if role else None
    if isinstance(document, str):
        document = json.loads(unquote(document))
    statements = (document or {}).get("Statement", [])
    services = []
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal")
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        services += [named] if isinstance(named, str) else named
    return "apigateway.amazonaws.com" in services


# --- APIs, resources, methods ----------------------------------------------------------------------------------------


def _checked_rest_api(original):
    def create_rest_api(data):
        if not data.get("name"):
            return bad_request("1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy "
                               "constraint: Member must not be null")  # fmt: skip
        # Edge-optimized is the default of the API (API reference CreateRestApi, endpointConfiguration).
        return original({"endpointConfiguration": {"types": ["EDGE"]}, **data})

    return create_rest_api


def _checked_resource(original):
    def create_resource(api_id, parent_id, data):
        if not PATH_PART.fullmatch(data.get("pathPart", "")):
            return bad_request(
                "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at "
                "the beginning and the end."
            )
        return original(api_id, parent_id, data)

    return create_resource


def _with_children(original):
    def delete_resource(api_id, resource_id):
        resources = upstream._resources.get(api_id, {})
        if resources.get(resource_id, {}).get("path") == "/":
            return bad_request("Root resource cannot be deleted")
        for child_id in [key for key, resource in resources.items() if resource.get("parentId") == resource_id]:
            delete_resource(api_id, child_id)
        return original(api_id, resource_id)

    return delete_resource


def _embedding_methods_on_demand(original):
    """GetResources names the methods of a resource; what they are comes with ``embed=methods`` (API reference)."""

    def get_resources(api_id, query):
        status, headers, body = original(api_id, query)
        embed = query.get("embed") or []
        if status != 200 or "methods" in (embed if isinstance(embed, list) else [embed]):
            return status, headers, body
        listing = json.loads(body)
        for resource in listing["item"]:
            if "resourceMethods" in resource:
                resource["resourceMethods"] = {name: {} for name in resource["resourceMethods"]}
        return status, headers, json.dumps(listing).encode()

    return get_resources


def _checked_method(original):
    def put_method(api_id, resource_id, http_method, data):
        resource = upstream._resources.get(api_id, {}).get(resource_id)
        if resource and http_method in resource["resourceMethods"]:
            return conflict("Method already exists for this resource")
        known = upstream._authorizers_v1.get(api_id, {})
        if resource and data.get("authorizationType") in NEEDS_AUTHORIZER and data.get("authorizerId") not in known:
            return bad_request(
                "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
                "requires a valid authorizer."
            )
        validators = upstream._request_validators.get(api_id) or {}
        if resource and data.get("requestValidatorId") and data["requestValidatorId"] not in validators:
            return bad_request("Invalid Request Validator identifier specified")
        return original(api_id, resource_id, http_method, data)

    return put_method


# --- authorizers, models ---------------------------------------------------------------------------------------------


def _checked_authorizer(original):
    def create_authorizer(api_id, data):
        name = data.get("name")
        if name in {existing["name"] for existing in upstream._authorizers_v1.get(api_id, {}).values()}:
            return conflict(f"Authorizer name must be unique. Authorizer {name} already exists in this RestApi.")
        if data.get("type") == "COGNITO_USER_POOLS" and not data.get("providerARNs"):
            return bad_request("Invalid Authorizer provider ARNs specified")
        return original(api_id, data)

    return create_authorizer


def _checked_authorizer_deletion(original):
    def delete_authorizer(api_id, authorizer_id):
        for resource in upstream._resources.get(api_id, {}).values():
            for http_method, method in resource["resourceMethods"].items():
                if method.get("authorizerId") == authorizer_id:
                    return conflict(
                        f"Cannot delete authorizer '{authorizer_id}', is referenced in method: "
                        f"{http_method}/{resource['path']}"
                    )
        return original(api_id, authorizer_id)

    return delete_authorizer


def _checked_model(original):
    def create_model(api_id, data):
        if data.get("name") in upstream._models.get(api_id, {}):
            return conflict("Model name already exists for this REST API")
        return original(api_id, data)

    return create_model


# --- deployments, stages ---------------------------------------------------------------------------------------------


def _checked_deployment(original):
    def create_deployment(api_id, data):
        methods = [
            method
            for resource in upstream._resources.get(api_id, {}).values()
            for method in resource["resourceMethods"].values()
        ]
        if api_id in upstream._rest_apis and not methods:
            return bad_request("The REST API doesn't contain any methods")
        if not all(method.get("methodIntegration") for method in methods):
            return bad_request("No integration defined for method")
        return original(api_id, data)

    return create_deployment


def _checked_deployment_deletion(original):
    def delete_deployment(api_id, deployment_id):
        if any(stage["deploymentId"] == deployment_id for stage in upstream._stages_v1.get(api_id, {}).values()):
            return bad_request("Active stages pointing to this deployment must be moved or deleted")
        return original(api_id, deployment_id)

    return delete_deployment


def _checked_stage(original):
    def create_stage(api_id, data):
        if data.get("stageName") in upstream._stages_v1.get(api_id, {}):
            return conflict("Stage already exists")
        if api_id in upstream._rest_apis and data.get("deploymentId") not in upstream._deployments_v1.get(api_id, {}):
            return bad_request("Deployment id does not exist")
        answer = original(api_id, data)
        if answer[0] == 201 and data.get("tags"):
            upstream._v1_tags[_stage_arn(api_id, data["stageName"])] = dict(data["tags"])
        return answer

    return create_stage


def _stage_arn(api_id: str, stage_name: str) -> str:
    return f"{upstream._rest_api_arn(api_id)}/stages/{stage_name}"


def _checked_stage_update(original):
    """Settings of methods stay with ministack; the stage's own members are patched by AWS's rules."""

    def update_stage(api_id, stage_name, data):
        operations = data.get("patchOperations") or []
        own = [entry for entry in operations if not _sets_method(apigateway_patch.tokens_of(entry.get("path") or ""))]
        stage = upstream._stages_v1.get(api_id, {}).get(stage_name)
        if stage is not None:
            refusal = _stage_refusal(api_id, operations)
            if refusal:
                return bad_request(refusal)
            try:
                apigateway_patch.apply(stage, "stage", own)
            except apigateway_patch.InvalidPatch as invalid:
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


def _stage_refusal(api_id: str, operations: list[dict]) -> str | None:
    """Why AWS refuses the operations on a stage, or None."""
    account = upstream._account_settings.get("settings") or {}
    if _turns_logging_on(operations) and not account.get("cloudwatchRoleArn"):
        return "CloudWatch Logs role ARN must be set in account settings to enable logging"
    for entry in operations:
        if entry.get("path") == "/deploymentId" and entry.get("value") not in upstream._deployments_v1.get(api_id, {}):
            return "Deployment id does not exist"
    return None


def _turns_logging_on(operations: list[dict]) -> bool:
    for entry in operations:
        path, value = entry.get("path") or "", entry.get("value")
        access_log = path == "/accessLogSettings/destinationArn" and value
        execution_log = path.endswith("/logging/loglevel") and value in ("INFO", "ERROR")
        if entry.get("op") != "remove" and (access_log or execution_log):
            return True
    return False


# --- tags ------------------------------------------------------------------------------------------------------------


def _showing_tags(original):
    def change_tags(resource_arn, change):
        answer = original(resource_arn, change)
        if answer[0] == 204:
            _copy_tags(resource_arn)
        return answer

    return change_tags


def _copy_tags(resource_arn: str) -> None:
    key, _error = upstream._resolve_v1_tag_resource_arn(resource_arn)
    parts = resource_arn.partition("::")[2].strip("/").split("/")
    if parts[0] != "restapis":
        return
    record = upstream._rest_apis.get(parts[1]) if len(parts) == 2 else upstream._stages_v1[parts[1]][parts[3]]
    record["tags"] = dict(upstream._v1_tags.get(key, {}))
