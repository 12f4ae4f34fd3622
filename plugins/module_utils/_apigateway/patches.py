# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON patches as API Gateway takes them: not quite RFC 6902 (API reference, "Patch operations")."""

from __future__ import annotations

import json
import typing as t

from .._plan import EMPTY

Patch = t.Dict[str, t.Any]

AUTHORIZER = {
    "type": "/type",
    "authorizer_uri": "/authorizerUri",
    "authorizer_credentials": "/authorizerCredentials",
    "authorizer_result_ttl_in_seconds": "/authorizerResultTtlInSeconds",
    "identity_source": "/identitySource",
    "identity_validation_expression": "/identityValidationExpression",
    "provider_arns": "/providerARNs",
}
REQUEST_VALIDATOR = {
    "validate_request_body": "/validateRequestBody",
    "validate_request_parameters": "/validateRequestParameters",
}
METHOD = {
    "authorization_type": "/authorizationType",
    "authorizer_id": "/authorizerId",
    "authorization_scopes": "/authorizationScopes",
    "api_key_required": "/apiKeyRequired",
    "request_parameters": "/requestParameters",
    "request_validator_id": "/requestValidatorId",
}
INTEGRATION = {
    "uri": "/uri",
    "http_method": "/httpMethod",
    "credentials": "/credentials",
    "timeout_in_millis": "/timeoutInMillis",
    "passthrough_behavior": "/passthroughBehavior",
    "content_handling": "/contentHandling",
    "request_parameters": "/requestParameters",
    "request_templates": "/requestTemplates",
}
REST_API = {
    "description": "/description",
    "disable_execute_api_endpoint": "/disableExecuteApiEndpoint",
}
STAGE = {"tracing_enabled": "/tracingEnabled", "variables": "/variables"}
ACCESS_LOG = {"destination_arn": "/accessLogSettings/destinationArn", "format": "/accessLogSettings/format"}
METHOD_SETTINGS = {
    "throttling_rate_limit": "throttling/rateLimit",
    "throttling_burst_limit": "throttling/burstLimit",
    "logging_level": "logging/loglevel",
    "data_trace_enabled": "logging/dataTrace",
    "metrics_enabled": "metrics/enabled",
}


def escaped(part: str) -> str:
    """Return part as one step of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


def text(value: t.Any) -> t.Any:
    """Return value as the text that a patch carries; references to ids stay."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True) if value else ""
    return str(value) if isinstance(value, (int, float)) else value


def differences(before: dict[str, t.Any], after: dict[str, t.Any], paths: dict[str, str]) -> list[Patch]:
    """Return the patches that turn before into after, both with option names; paths names what is looked at.

    Maps are patched key by key, lists value by value, everything else is replaced.
    """
    patches: list[Patch] = []
    for option, path in paths.items():
        old, new = before.get(option), after.get(option)
        if old == new or (old in EMPTY and new in EMPTY):
            continue
        if isinstance(new or old, dict):
            patches += _map_differences(path, old or {}, new or {})
        elif isinstance(new or old, list):
            patches += list_differences(path, old or [], new or [])
        else:
            patches.append({"op": "replace", "path": path, "value": text(new)})
    return patches


def _map_differences(path: str, old: dict[str, t.Any], new: dict[str, t.Any]) -> list[Patch]:
    gone = [{"op": "remove", "path": f"{path}/{escaped(key)}"} for key in sorted(old.keys() - new.keys())]
    return gone + [
        # Stage variables know no "add" (terraform-provider-aws, aws_api_gateway_stage).
        {
            "op": "replace" if key in old or path == STAGE["variables"] else "add",
            "path": f"{path}/{escaped(key)}",
            "value": text(new[key]),
        }
        for key in sorted(new)
        if key not in old or text(old[key]) != text(new[key])
    ]


def list_differences(path: str, old: t.Sequence[str], new: t.Sequence[str]) -> list[Patch]:
    """Return the patches for a list whose members are named by value, additions first so that it is never empty."""
    added = [{"op": "add", "path": path, "value": item} for item in new if item not in old]
    return added + [{"op": "remove", "path": path, "value": item} for item in old if item not in new]


def rest_api_differences(before: dict[str, t.Any], after: dict[str, t.Any]) -> list[Patch]:
    """Return the patches of the API itself. The policy goes first: a PRIVATE API is not taken without one."""
    old, new = before.get("endpoint_configuration") or {}, after.get("endpoint_configuration") or {}
    policies = [{"policy": text(side.get("policy"))} for side in (before, after)]
    media_types = [set(side.get("binary_media_types") or []) for side in (before, after)]
    return [
        *differences(policies[0], policies[1], {"policy": "/policy"}),
        *_endpoint_differences(old, new),
        *(
            {"op": "add", "path": f"/binaryMediaTypes/{escaped(kind)}"}
            for kind in sorted(media_types[1] - media_types[0])
        ),
        *(
            {"op": "remove", "path": f"/binaryMediaTypes/{escaped(kind)}"}
            for kind in sorted(media_types[0] - media_types[1])
        ),
        *differences(before, after, REST_API),
    ]


def _endpoint_differences(old: dict[str, t.Any], new: dict[str, t.Any]) -> list[Patch]:
    """The type is named in the path and its replacement in the value; only a PRIVATE API has VPC endpoints."""
    endpoints = list_differences(
        "/endpointConfiguration/vpcEndpointIds", old.get("vpc_endpoint_ids") or [], new.get("vpc_endpoint_ids") or []
    )
    types = [
        {"op": "replace", "path": f"/endpointConfiguration/types/{was}", "value": becomes}
        for was, becomes in zip(old.get("types") or [], new.get("types") or [])
        if was != becomes
    ]
    return (
        [patch for patch in endpoints if patch["op"] == "remove"]
        + types
        + [patch for patch in endpoints if patch["op"] == "add"]
    )


def stage_differences(before: dict[str, t.Any], after: dict[str, t.Any]) -> list[Patch]:
    """Return the patches of a stage; before is {} for a stage that was made a moment ago."""
    logs = [side.get("access_log_settings") or {} for side in (before, after)]
    patches = differences(before, after, STAGE) + differences(logs[0], logs[1], ACCESS_LOG)
    everywhere = [side.get("all_methods") or {} for side in (before, after)]
    patches += _settings_differences("*", "*", everywhere[0], everywhere[1])
    old, new = (
        {(item["path"], item["method"]): item for item in side.get("single_methods") or []} for side in (before, after)
    )
    for path, method in sorted(old.keys() - new.keys()):
        patches.append({"op": "remove", "path": f"/{escaped(path)}/{method}"})
    for key in sorted(new):
        patches += _settings_differences(*key, old.get(key, {}), new[key])
    return patches


def _settings_differences(path: str, method: str, old: dict[str, t.Any], new: dict[str, t.Any]) -> list[Patch]:
    where = {option: f"/{escaped(path)}/{method}/{setting}" for option, setting in METHOD_SETTINGS.items()}
    return differences(old, new, {option: where[option] for option in where if new.get(option) is not None})
