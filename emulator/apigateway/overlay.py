# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs, control plane: conflicts, references that must exist, tags at once; installs the other parts.

Sources: API Gateway API reference; error texts as public tools quote them.
"""

from __future__ import annotations

from typing import Any

from emulator.apigateway import (
    access_log,
    checks,
    conditions,
    execution,
    export,
    gateway_responses,
    methods,
    operations,
    private,
    resources,
    shown,
    updates,
)
from emulator.apigateway.answers import bad_request, conflict, refused
from emulator.apigateway.patch import InvalidPatch
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import apigateway_v1 as upstream

# The innermost first: what a stage serves, who may reach it, what is written about it.
PARTS = (
    shown,
    resources,
    methods,
    gateway_responses,
    updates,
    operations,
    export,
    execution,
    private,
    access_log,
    conditions,
)
# What an authorizer that does not say it is, by its type (recordings of AWS, test_update_method create-authorizer).
AUTHENTICATION = {"COGNITO_USER_POOLS": "cognito_user_pools"}


def install() -> None:
    """Check what the control plane is asked for, and install every other part of the API Gateway overlay."""
    wrap(upstream, "_create_rest_api", _checked_rest_api)
    wrap(upstream, "_create_authorizer", _checked_authorizer)
    wrap(upstream, "_delete_authorizer", _checked_authorizer_deletion)
    wrap(upstream, "_create_deployment", _checked_deployment)
    wrap(upstream, "_delete_deployment", _checked_deployment_deletion)
    wrap(upstream, "_create_stage", _checked_stage)
    wrap(upstream, "_tag_v1_resource", _showing_tags)
    wrap(upstream, "_untag_v1_resource", _showing_tags)
    for part in PARTS:
        part.install()


# --- APIs ----------------------------------------------------------------------------------------


def _checked_rest_api(original: Handler) -> Handler:
    def create_rest_api(data: Structure) -> Answer:
        try:
            checks.new_rest_api(data)
        except InvalidPatch as error:
            return refused(error)
        # Edge-optimized is the default of the API (API reference CreateRestApi, endpointConfiguration).
        endpoint = {"types": ["EDGE"], **(data.get("endpointConfiguration") or {})}
        endpoint.setdefault("ipAddressType", checks.address_type(endpoint["types"]))
        return original({**data, "endpointConfiguration": endpoint})

    return create_rest_api


# --- authorizers ---------------------------------------------------------------------------------------------


def _checked_authorizer(original: Handler) -> Handler:
    def create_authorizer(api_id: str, data: Structure) -> Answer:
        name = data.get("name")
        if name in {existing["name"] for existing in upstream._authorizers_v1.get(api_id, {}).values()}:
            return conflict(f"Authorizer name must be unique. Authorizer {name} already exists in this RestApi.")
        if data.get("type") == "COGNITO_USER_POOLS" and not data.get("providerARNs"):
            return bad_request("Invalid Authorizer provider ARNs specified")
        # Where none is given, AWS keeps 300 seconds and shows none.
        unset = {"authorizerResultTtlInSeconds": None, "authType": AUTHENTICATION.get(str(data.get("type")), "custom")}
        return original(api_id, {**unset, **data})

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
