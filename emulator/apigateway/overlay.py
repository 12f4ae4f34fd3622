# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs, control plane: conflicts, references that must exist, tags at once; installs the other parts.

Sources: API Gateway API reference; error texts as public tools quote them.
"""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.apigateway import access_log, conditions, execution, export, operations, private, updates
from emulator.apigateway.answers import bad_request, conflict
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import apigateway_v1 as upstream

# The innermost first: what a stage serves, who may reach it, what is written about it.
PARTS = (
    updates,
    operations,
    export,
    execution,
    private,
    access_log,
    conditions,
)
PATH_PART = re.compile(r"[a-zA-Z0-9._\-:,~]+|\{[a-zA-Z0-9._\-:]+\+?\}")
NEEDS_AUTHORIZER = {"CUSTOM", "COGNITO_USER_POOLS"}
SHOWN_EMPTY = {"item", "tags", "methodSettings"}


def install() -> None:
    """Check what the control plane is asked for, and install every other part of the API Gateway overlay."""
    wrap(upstream, "_v1_response", _without_unset_members)
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
    for part in PARTS:
        part.install()


def _without_unset_members(original: Handler) -> Handler:
    def pruned(value: Any) -> Any:
        if isinstance(value, dict):
            cleaned = {name: pruned(item) for name, item in value.items()}
            return {
                name: item for name, item in cleaned.items() if item not in (None, "", [], {}) or name in SHOWN_EMPTY
            }
        return [pruned(item) for item in value] if isinstance(value, list) else value

    def response(data: Any, status: int = 200) -> Answer:
        return original(pruned(data), status)

    return response


# --- APIs, resources, methods ----------------------------------------------------------------------------------------


def _checked_rest_api(original: Handler) -> Handler:
    def create_rest_api(data: Structure) -> Answer:
        if not data.get("name"):
            return bad_request("1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy "
                               "constraint: Member must not be null")  # fmt: skip
        # Edge-optimized is the default of the API (API reference CreateRestApi, endpointConfiguration).
        return original({"endpointConfiguration": {"types": ["EDGE"]}, **data})

    return create_rest_api


def _checked_resource(original: Handler) -> Handler:
    def create_resource(api_id: str, parent_id: str, data: Structure) -> Answer:
        if not PATH_PART.fullmatch(data.get("pathPart", "")):
            return bad_request(
                "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at "
                "the beginning and the end."
            )
        return original(api_id, parent_id, data)

    return create_resource


def _with_children(original: Handler) -> Handler:
    def delete_resource(api_id: str, resource_id: str) -> Answer:
        resources = upstream._resources.get(api_id, {})
        if resources.get(resource_id, {}).get("path") == "/":
            return bad_request("Root resource cannot be deleted")
        for child_id in [key for key, resource in resources.items() if resource.get("parentId") == resource_id]:
            delete_resource(api_id, child_id)
        return original(api_id, resource_id)

    return delete_resource


def _embedding_methods_on_demand(original: Handler) -> Handler:
    """GetResources names the methods of a resource; what they are comes with ``embed=methods`` (API reference)."""

    def get_resources(api_id: str, query: Structure) -> Answer:
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


def _checked_method(original: Handler) -> Handler:
    def put_method(api_id: str, resource_id: str, http_method: str, data: Structure) -> Answer:
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


def _checked_authorizer(original: Handler) -> Handler:
    def create_authorizer(api_id: str, data: Structure) -> Answer:
        name = data.get("name")
        if name in {existing["name"] for existing in upstream._authorizers_v1.get(api_id, {}).values()}:
            return conflict(f"Authorizer name must be unique. Authorizer {name} already exists in this RestApi.")
        if data.get("type") == "COGNITO_USER_POOLS" and not data.get("providerARNs"):
            return bad_request("Invalid Authorizer provider ARNs specified")
        return original(api_id, data)

    return create_authorizer


def _checked_authorizer_deletion(original: Handler) -> Handler:
    def delete_authorizer(api_id: str, authorizer_id: str) -> Answer:
        for resource in upstream._resources.get(api_id, {}).values():
            for http_method, method in resource["resourceMethods"].items():
                if method.get("authorizerId") == authorizer_id:
                    return conflict(
                        f"Cannot delete authorizer '{authorizer_id}', is referenced in method: "
                        f"{http_method}/{resource['path']}"
                    )
        return original(api_id, authorizer_id)

    return delete_authorizer


def _checked_model(original: Handler) -> Handler:
    def create_model(api_id: str, data: Structure) -> Answer:
        if data.get("name") in upstream._models.get(api_id, {}):
            return conflict("Model name already exists for this REST API")
        return original(api_id, data)

    return create_model


# --- deployments, stages ---------------------------------------------------------------------------------------------


def _checked_deployment(original: Handler) -> Handler:
    def create_deployment(api_id: str, data: Structure) -> Answer:
        methods = [
            method
            for resource in upstream._resources.get(api_id, {}).values()
            for method in resource["resourceMethods"].values()
        ]
        if api_id in upstream._rest_apis and not methods:
            return bad_request("The REST API doesn't contain any methods")
        if not all(method.get("methodIntegration") for method in methods):
            return bad_request("No integration defined for method")
        if private.lacks_policy(api_id):
            return bad_request("Private REST API doesn't have a resource policy attached to it")
        return original(api_id, data)

    return create_deployment


def _checked_deployment_deletion(original: Handler) -> Handler:
    def delete_deployment(api_id: str, deployment_id: str) -> Answer:
        if any(stage["deploymentId"] == deployment_id for stage in upstream._stages_v1.get(api_id, {}).values()):
            return bad_request("Active stages pointing to this deployment must be moved or deleted")
        return original(api_id, deployment_id)

    return delete_deployment


def _checked_stage(original: Handler) -> Handler:
    def create_stage(api_id: str, data: Structure) -> Answer:
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


# --- tags ------------------------------------------------------------------------------------------------------------


def _showing_tags(original: Handler) -> Handler:
    def change_tags(resource_arn: str, change: Any) -> Answer:
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
    record = upstream._rest_apis[parts[1]] if len(parts) == 2 else upstream._stages_v1[parts[1]][parts[3]]
    record["tags"] = dict(upstream._v1_tags.get(key, {}))
