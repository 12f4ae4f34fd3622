# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a REST API in as few calls as API Gateway allows, into the form in which a wanted one is described."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._naming import Operations, unless_missing
from .._ownership import carries
from .._waiting import StudioError
from .definition import COGNITO, LONGEST_INTEGRATION, MARK, METHOD_SETTINGS, Definition, filled
from .policy import policy_document

MISSING = {"NotFoundException"}
AUTHORIZER = (
    "name",
    "type",
    "authorizer_uri",
    "authorizer_credentials",
    "authorizer_result_ttl_in_seconds",
    "identity_source",
    "identity_validation_expression",
)
METHOD = ("authorization_type", "request_parameters")
INTEGRATION = (
    "type",
    "uri",
    "http_method",
    "credentials",
    "content_handling",
    "request_parameters",
    "request_templates",
)
GATEWAY_RESPONSE = ("response_type", "status_code", "response_parameters", "response_templates")
RESPONSE = ("status_code", "response_parameters", "response_templates", "response_models", "selection_pattern")


@dataclass
class Live:
    """A REST API that exists: its definition, and what the definition does not say.

    ``ids`` maps ("authorizer", name), ("request_validator", name), ("resource", path) and ("rest_api", "") to ids;
    ``deployment`` is the id of the deployment that goes away when the stage gets a new one, if any.
    """

    definition: Definition = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    deployment: str | None = None


def list_apis(
    operations: Operations, name: str | None = None, match_tags: dict[str, t.Any] | None = None
) -> list[dict[str, t.Any]]:
    """Return all REST APIs, or those of a name and with all of match_tags, as GetRestApis describes them."""
    apis = operations.pages("GetRestApis", "items", limit=500)
    return [api for api in apis if name in (None, api["name"]) and carries(api.get("tags") or {}, match_tags or {})]


def find_api(operations: Operations, name: str, match_tags: dict[str, t.Any] | None = None) -> dict[str, t.Any] | None:
    """Return the REST API of this name with all of match_tags, or None. Raises StudioError where there are several."""
    apis = list_apis(operations, name, match_tags)
    if len(apis) > 1:
        raise StudioError(
            f"{len(apis)} REST APIs are called {name}: {', '.join(sorted(api['id'] for api in apis))}. "
            "API Gateway does not keep names unique. Delete or rename all but one of them."
        )
    return apis[0] if apis else None


def list_stages(operations: Operations, api_id: str) -> list[dict[str, t.Any]]:
    """Return the stages of a REST API, [] where it is gone."""
    return unless_missing(lambda: operations.call("GetStages", rest_api_id=api_id).get("item") or [], MISSING) or []


def describe_api(api: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a REST API as GetRestApis describes it with its policy as a dict and every list sorted."""
    endpoints = api.get("endpoint_configuration") or {}
    return {
        **api,
        "description": api.get("description") or "",
        "disable_execute_api_endpoint": api.get("disable_execute_api_endpoint") or False,
        "binary_media_types": sorted(api.get("binary_media_types") or []),
        "endpoint_configuration": {
            "types": endpoints.get("types") or [],
            "vpc_endpoint_ids": sorted(endpoints.get("vpc_endpoint_ids") or []),
        },
        "policy": policy_document(api.get("policy"), api["id"]),
        "tags": api.get("tags") or {},
    }


def read(operations: Operations, api: dict[str, t.Any], stage_name: str | None) -> Live:
    """Return everything of api, which GetRestApis described, and of its stage of this name."""
    key = {"rest_api_id": api["id"], "limit": 500}
    authorizers = operations.pages("GetAuthorizers", "items", **key)
    validators = operations.pages("GetRequestValidators", "items", **key)
    resources = operations.pages("GetResources", "items", embed=["methods"], **key)
    responses = operations.pages("GetGatewayResponses", "items", **key)
    names = {item["id"]: item["name"] for item in authorizers + validators}
    definition = {
        **describe_api(api),
        "authorizers": sorted((live_authorizer(item) for item in authorizers), key=lambda item: item["name"]),
        "request_validators": sorted((_validator(item) for item in validators), key=lambda item: item["name"]),
        "gateway_responses": sorted(
            (_gateway_response(item) for item in responses if not item.get("default_response")),
            key=lambda item: item["response_type"],
        ),
        "routes": live_routes(resources, names),
        "empty_resources": empty_paths(resources),
    }
    ids = {("rest_api", ""): api["id"]}
    for kind, items, label in (
        ("authorizer", authorizers, "name"),
        ("request_validator", validators, "name"),
        ("resource", resources, "path"),
    ):
        ids.update({(kind, item[label]): item["id"] for item in items})
    live = Live(definition, ids)
    if stage_name:
        _read_stage(operations, live, stage_name)
    return live


def _read_stage(operations: Operations, live: Live, stage_name: str) -> None:
    api_id = live.ids["rest_api", ""]
    stages = list_stages(operations, api_id)
    deployments = operations.pages("GetDeployments", "items", rest_api_id=api_id, limit=500)
    ours = {item["id"]: item["description"] for item in deployments if _is_ours(item)}
    stage = next((item for item in stages if item["stage_name"] == stage_name), None)
    used = [used_id for item in stages for used_id in _deployments_of(item)]
    current = stage.get("deployment_id") if stage else None
    live.definition.update(
        stage=live_stage(stage) if stage else None,
        stage_tags=(stage or {}).get("tags") or {},
        deployed_definition=ours.get(current or "", "")[len(MARK) :],
        old_deployments=sorted(ours.keys() - set(used)),
    )
    live.deployment = current if current and current in ours and used.count(current) == 1 else None


def _is_ours(deployment: dict[str, t.Any]) -> bool:
    return (deployment.get("description") or "").startswith(MARK)


def _deployments_of(stage: dict[str, t.Any]) -> list[str]:
    canary = (stage.get("canary_settings") or {}).get("deployment_id")
    return [item for item in (stage.get("deployment_id"), canary) if item]


def live_authorizer(item: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return an authorizer as a definition describes it."""
    return filled(
        {**{key: item.get(key) for key in AUTHORIZER}, "provider_arns": sorted(item.get("provider_arns") or [])}
    )


def _validator(item: dict[str, t.Any]) -> dict[str, t.Any]:
    flags = ("validate_request_body", "validate_request_parameters")
    return {"name": item["name"], **{key: bool(item.get(key)) for key in flags}}


def _gateway_response(item: dict[str, t.Any]) -> dict[str, t.Any]:
    return filled({key: item.get(key) for key in GATEWAY_RESPONSE})


def live_routes(resources: list[dict[str, t.Any]], names: dict[str, str]) -> list[dict[str, t.Any]]:
    """Return the methods of resources as routes; names maps the ids of authorizers and validators to their names."""
    routes = [
        _route(resource["path"], method, item, names)
        for resource in resources
        for method, item in (resource.get("resource_methods") or {}).items()
    ]
    return sorted(routes, key=lambda route: (route["path"], route["method"]))


def _route(path: str, method: str, item: dict[str, t.Any], names: dict[str, str]) -> dict[str, t.Any]:
    validator, authorizer = item.get("request_validator_id"), item.get("authorizer_id")
    guarded = item.get("authorization_type") in (COGNITO, "CUSTOM")
    return filled(
        {
            "path": path,
            "method": method,
            **{key: item.get(key) for key in METHOD},
            "authorizer": names.get(authorizer or "", authorizer) if guarded else None,
            "authorization_scopes": sorted(item.get("authorization_scopes") or []),
            "api_key_required": item.get("api_key_required") or False,
            "request_validator": names.get(validator or "", validator),
            "method_responses": _responses(item.get("method_responses")),
            "integration": _integration(item.get("method_integration") or {}),
        }
    )


def _integration(item: dict[str, t.Any]) -> dict[str, t.Any]:
    if not item:
        return {}
    return filled(
        {
            **{key: item.get(key) for key in INTEGRATION},
            "timeout_in_millis": item.get("timeout_in_millis") or LONGEST_INTEGRATION,
            "passthrough_behavior": item.get("passthrough_behavior") or "WHEN_NO_MATCH",
            "integration_responses": _responses(item.get("integration_responses")),
        }
    )


def _responses(responses: dict[str, dict[str, t.Any]] | None) -> list[dict[str, t.Any]]:
    items = [filled({key: item.get(key) for key in RESPONSE}) for item in (responses or {}).values()]
    return sorted(items, key=lambda item: item["status_code"])


def empty_paths(resources: list[dict[str, t.Any]]) -> list[str]:
    """Return the paths of resources under which there is no method at all, as a run that died may leave them."""
    served = [resource["path"] for resource in resources if resource.get("resource_methods")]
    return sorted(
        resource["path"]
        for resource in resources
        if resource["path"] != "/" and not any(f"{path}/".startswith(f"{resource['path']}/") for path in served)
    )


def live_stage(stage: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a stage as a definition describes it, with the settings of all methods apart from those of single ones."""
    settings = {
        setting_key(key): {name: item[name] for name in METHOD_SETTINGS if item.get(name) is not None}
        for key, item in (stage.get("method_settings") or {}).items()
    }
    return {
        "name": stage["stage_name"],
        "tracing_enabled": stage.get("tracing_enabled") or False,
        "variables": stage.get("variables") or {},
        "access_log_settings": stage.get("access_log_settings") or {},
        "all_methods": settings.pop(("*", "*"), {}),
        "single_methods": [
            {"path": path, "method": method, **item} for (path, method), item in sorted(settings.items())
        ],
    }


def setting_key(key: str) -> tuple[str, str]:
    """Return path and method of a key of GetStage's methodSettings: "*/*", "~1portal/GET" or "portal/GET"."""
    path, _slash, method = key.rpartition("/")
    path = path.replace("~1", "/").replace("~0", "~")
    return (path if path == "*" else f"/{path.lstrip('/')}", method)
