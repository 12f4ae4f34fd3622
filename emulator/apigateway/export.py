# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GetExport: the deployed API, with what ministack leaves out of it: security, validators, gateway responses, policy.

Sources: API Gateway API reference GetExport ("extensions": integrations, authorizers, or apigateway for all of them);
developer guide, "Export a REST API" and "OpenAPI extensions".
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from emulator.apigateway.execution import deployment_of
from emulator.shared.patching import wrap
from emulator.shared.shapes import Function, Structure
from emulator.shared.upstream import apigateway_v1 as upstream

SIGV4 = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}


def install() -> None:
    """Complete the exported document."""
    wrap(upstream, "_build_api_export", _completed)
    wrap(upstream, "_export_security_scheme", _with_user_pools)


def _completed(original: Function) -> Function:
    def build_api_export(
        api_id: str, stage_name: str, export_type: str, integrations: bool, authorizers: bool
    ) -> Structure:
        with deployment_of(api_id, stage_name):
            document = original(api_id, stage_name, export_type, integrations, authorizers)
            _add_security(document, api_id, export_type, authorizers)
            if integrations and authorizers:
                _add_extensions(document, api_id, stage_name)
            return document

    return build_api_export


def _with_user_pools(original: Function) -> Function:
    def export_security_scheme(authorizer: Structure, include_authorizers: bool) -> Structure:
        scheme = original(authorizer, include_authorizers)
        if authorizer.get("type") == "COGNITO_USER_POOLS":
            scheme["x-amazon-apigateway-authtype"] = "cognito_user_pools"
            if include_authorizers:
                extension = {"type": "cognito_user_pools", "providerARNs": authorizer["providerARNs"]}
                scheme["x-amazon-apigateway-authorizer"] = extension
        return scheme

    return export_security_scheme


def _methods(document: Structure, api_id: str) -> Iterator[tuple[Structure, Structure]]:
    """``(exported operation, method)`` of every method."""
    for resource in (upstream._resources.get(api_id) or {}).values():
        for http_method, method in resource["resourceMethods"].items():
            key = "x-amazon-apigateway-any-method" if http_method == "ANY" else http_method.lower()
            yield document["paths"][resource["path"]][key], method


def _add_security(document: Structure, api_id: str, export_type: str, include_authorizers: bool) -> None:
    """ministack exports the authorizers that are functions; here come user pools, scopes and IAM."""
    schemes = {}
    for operation, method in _methods(document, api_id):
        authorizer = (upstream._authorizers_v1.get(api_id) or {}).get(method.get("authorizerId", ""))
        requirement = operation.get("security", [{}])[0]
        if authorizer:
            schemes[authorizer["name"]] = upstream._export_security_scheme(authorizer, include_authorizers)
            requirement[authorizer["name"]] = list(method.get("authorizationScopes") or [])
        elif method.get("authorizationType") == "AWS_IAM":
            schemes["sigv4"] = SIGV4
            requirement["sigv4"] = []
        if requirement:
            operation["security"] = [requirement]
    if schemes:
        holder = document["components"] if export_type == "oas30" else document
        holder.setdefault("securitySchemes" if export_type == "oas30" else "securityDefinitions", {}).update(schemes)


def _add_extensions(document: Structure, api_id: str, stage_name: str) -> None:
    api = upstream._rest_apis.get(api_id) or {}
    validators = upstream._request_validators.get(api_id) or {}
    for operation, method in _methods(document, api_id):
        if method.get("requestValidatorId") in validators:
            operation["x-amazon-apigateway-request-validator"] = validators[method["requestValidatorId"]]["name"]
    extensions = {
        "x-amazon-apigateway-request-validators": {
            validator["name"]: {name: value for name, value in validator.items() if name not in ("id", "name")}
            for validator in validators.values()
        },
        "x-amazon-apigateway-gateway-responses": _gateway_responses(api_id, stage_name),
        "x-amazon-apigateway-policy": json.loads(api["policy"]) if api.get("policy") else None,
        "x-amazon-apigateway-binary-media-types": api.get("binaryMediaTypes"),
    }
    document.update({name: value for name, value in extensions.items() if value})


def _gateway_responses(api_id: str, stage_name: str) -> Structure:
    deployment_id = upstream._stages_v1[api_id][stage_name]["deploymentId"]
    deployed = (upstream._deployed_gateway_responses.get(api_id) or {}).get(deployment_id) or {}
    members = ("statusCode", "responseParameters", "responseTemplates")
    return {kind: {name: entry[name] for name in members if entry.get(name)} for kind, entry in deployed.items()}
