# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user wants of a REST API, in the form in which the live one is described too.

A definition is a dict with the option names of the module. Authorizers, request validators, gateway responses and
routes are lists, sorted, of dicts in which every default of AWS is filled in and nothing is empty, so that two which
mean the same are equal.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from .._plan import EMPTY, merge_tags, prune
from .._policy import canonical
from .._waiting import StudioError
from .policy import policy_document

Definition = t.Dict[str, t.Any]

# Attributes that reach callers only through a deployment (developer guide, "Updates to a REST API that require
# redeployment"); the others of the API, and everything of the stage, work at once.
DEPLOYED = (
    "endpoint_configuration",
    "policy",
    "disable_execute_api_endpoint",
    "binary_media_types",
    "authorizers",
    "request_validators",
    "gateway_responses",
    "routes",
)
MARK = "mlplatform.studio definition "
COGNITO = "COGNITO_USER_POOLS"
METHOD_SETTINGS = (
    "throttling_rate_limit",
    "throttling_burst_limit",
    "logging_level",
    "data_trace_enabled",
    "metrics_enabled",
)
PATH = re.compile(r"/|(/([A-Za-z0-9._:-]+|\{[A-Za-z0-9._:-]+\+?\}))+")
# The longest an integration may take by default (API Gateway quotas).
LONGEST_INTEGRATION = 29000


def filled(item: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return item without its empty members."""
    return {key: value for key, value in item.items() if value not in EMPTY}


def wanted_definition(options: dict[str, t.Any], current: Definition | None, purge_tags: bool) -> Definition:
    """Return the definition that the module's options ask for; what they leave open is not in it.

    current, the live definition, only serves to look up what the options name without listing it, and to merge tags.
    Raises StudioError, before anything is written, for what AWS would refuse in the middle of the work.
    """
    options, live = prune(options), current or {}
    plain = ("description", "disable_execute_api_endpoint", "tags")
    wanted: Definition = {key: options[key] for key in plain if key in options}
    if "endpoint_configuration" in options:
        wanted["endpoint_configuration"] = _endpoints(options["endpoint_configuration"])
    if "binary_media_types" in options:
        wanted["binary_media_types"] = sorted(set(options["binary_media_types"]))
    if "policy" in options:
        wanted["policy"] = policy_document(options["policy"], live.get("id"))
    _lists(wanted, options, live)
    _check_private({**live, **wanted})
    if "stage" in options:
        _stage(wanted, options, live, purge_tags)
    return wanted


def _lists(wanted: Definition, options: dict[str, t.Any], live: Definition) -> None:
    """Put the lists of options into wanted. Routes come last, as they name members of the others."""
    _list(wanted, options, "authorizers", wanted_authorizer, "name")
    _list(wanted, options, "request_validators", wanted_validator, "name")
    _list(wanted, options, "gateway_responses", filled, "response_type")
    authorizers = {item["name"]: item["type"] for item in _either(wanted, live, "authorizers")}
    _list(wanted, options, "routes", lambda route: wanted_route(route, authorizers), "path", "method")
    validators = {item["name"] for item in _either(wanted, live, "request_validators")}
    for route in wanted.get("routes", []):
        if route.get("request_validator", "") not in {"", *validators}:
            raise StudioError(_unknown(route, "request validator", route["request_validator"], validators))
    _refuse_missing(wanted, live, "authorizers", "authorizer")
    _refuse_missing(wanted, live, "request_validators", "request_validator")


def _either(wanted: Definition, live: Definition, kind: str) -> list[dict[str, t.Any]]:
    listed: list[dict[str, t.Any]] = wanted[kind] if kind in wanted else live.get(kind, [])
    return listed


def _list(
    wanted: Definition,
    options: dict[str, t.Any],
    kind: str,
    build: t.Callable[[dict[str, t.Any]], dict[str, t.Any]],
    *keys: str,
) -> None:
    if kind not in options:
        return
    wanted[kind] = sorted((build(item) for item in options[kind]), key=lambda item: [item[key] for key in keys])
    for one, other in zip(wanted[kind], wanted[kind][1:]):
        if all(one[key] == other[key] for key in keys):
            raise StudioError(f"{kind} lists {' '.join(one[key] for key in reversed(keys))} twice. List it once.")


def _refuse_missing(wanted: Definition, live: Definition, kind: str, part: str) -> None:
    """Routes that are left alone may still use what the options no longer list."""
    if kind not in wanted or "routes" in wanted:
        return
    names = {item["name"] for item in wanted[kind]}
    for route in live.get("routes", []):
        if part in route and route[part] not in names:
            raise StudioError(
                f"The live route {route['method']} {route['path']} uses the {part} {route[part]}, which {kind} does "
                "not list. List it, or list the routes as well."
            )


def _unknown(route: dict[str, t.Any], what: str, name: str, known: t.Iterable[str]) -> str:
    listed = ", ".join(sorted(known)) or "none"
    return f"Route {route['method']} {route['path']} names the {what} {name}, which does not exist. Known: {listed}."


def _check_private(definition: Definition) -> None:
    if (definition.get("endpoint_configuration") or {}).get("types") == ["PRIVATE"] and not definition.get("policy"):
        raise StudioError(
            "A PRIVATE REST API cannot be deployed without a resource policy. Set policy, for example to allow "
            "execute-api:Invoke from your VPC endpoint (condition aws:SourceVpce)."
        )


def _endpoints(configuration: dict[str, t.Any]) -> dict[str, t.Any]:
    """Only a PRIVATE API may have VPC endpoints, so another type takes them away."""
    if configuration.get("types") not in (None, ["PRIVATE"]):
        return {**configuration, "vpc_endpoint_ids": []}
    return _sorted_lists(configuration)


def _sorted_lists(item: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: sorted(value) if isinstance(value, list) else value for key, value in item.items()}


def wanted_authorizer(item: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return an authorizer with its defaults: tokens are in the Authorization header."""
    source = item.get("identity_source")
    if source is None and item["type"] != "REQUEST":
        source = "method.request.header.Authorization"
    return filled(_sorted_lists({**item, "identity_source": source}))


def wanted_validator(item: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a request validator with its defaults: it validates nothing."""
    return {"validate_request_body": False, "validate_request_parameters": False, **item}


def wanted_route(item: dict[str, t.Any], authorizers: dict[str, str]) -> dict[str, t.Any]:
    """Return a route with its defaults; authorizers maps the names of those that exist to their types."""
    if not PATH.fullmatch(item["path"]):
        raise StudioError(
            f"{item['path']!r} is no path of a route. It starts with /, does not end with one, and each part is made "
            "of letters, digits and . _ : - or is a variable such as {name} or {proxy+}."
        )
    if item.get("throttling") and item["method"] == "ANY":
        # UpdateStage: "Invalid method setting path" for a method setting of ANY.
        raise StudioError(
            f"Route ANY {item['path']}: AWS has limits for a method by its name only. List the methods one by one, or "
            "leave throttling to the stage."
        )
    for name in item.get("request_parameters") or {}:
        if not name.startswith("method.request."):
            raise StudioError(
                f"Route {item['method']} {item['path']}: the request parameter {name} must be named by its place, for "
                f"example method.request.path.{name} or method.request.querystring.{name}."
            )
    return filled(
        {
            "path": item["path"],
            "method": item["method"],
            "authorization_type": _authorization_type(item, authorizers),
            "authorizer": item.get("authorizer"),
            "authorization_scopes": sorted(item.get("authorization_scopes") or []),
            "api_key_required": item.get("api_key_required") or False,
            "request_parameters": _flags(item.get("request_parameters")),
            "request_validator": item.get("request_validator"),
            "method_responses": _responses(item.get("method_responses"), _flags),
            "integration": wanted_integration(item),
        }
    )


def _authorization_type(item: dict[str, t.Any], authorizers: dict[str, str]) -> str:
    name, given = item.get("authorizer"), item.get("authorization_type")
    if name is None:
        if given in (COGNITO, "CUSTOM"):
            raise StudioError(f"Route {item['method']} {item['path']}: authorization_type {given} needs an authorizer.")
        return given or "NONE"
    if name not in authorizers:
        raise StudioError(_unknown(item, "authorizer", name, authorizers))
    follows = COGNITO if authorizers[name] == COGNITO else "CUSTOM"
    if given not in (None, follows):
        raise StudioError(
            f"Route {item['method']} {item['path']}: the authorizer {name} goes with authorization_type {follows}, not "
            f"{given}. Leave authorization_type out."
        )
    return follows


def _flags(parameters: dict[str, t.Any] | None) -> dict[str, bool]:
    return {name: str(value).lower() in ("true", "yes", "1") for name, value in (parameters or {}).items()}


def _responses(
    responses: list[dict[str, t.Any]] | None, parameters: t.Callable[[dict[str, t.Any] | None], dict[str, t.Any]]
) -> list[dict[str, t.Any]]:
    listed = [
        filled(
            {
                **item,
                "status_code": str(item["status_code"]),
                "response_parameters": parameters(item.get("response_parameters") or {}),
            }
        )
        for item in responses or []
    ]
    return sorted(listed, key=lambda item: item["status_code"])


def wanted_integration(route: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the integration of a route with its defaults and the URI of its Lambda function."""
    item, where = route["integration"], f"Route {route['method']} {route['path']}"
    arn = item.get("lambda_function_arn")
    timeout = item.get("timeout_in_millis", LONGEST_INTEGRATION)
    if not 50 <= timeout <= LONGEST_INTEGRATION:
        raise StudioError(f"{where}: timeout_in_millis must be between 50 and {LONGEST_INTEGRATION}, not {timeout}.")
    uri = lambda_uri(arn, where) if arn else item.get("uri")
    if uri is None and item["type"] != "MOCK":
        raise StudioError(f"{where}: an integration of type {item['type']} needs lambda_function_arn or uri.")
    return filled(
        {
            "type": item["type"],
            "uri": uri,
            "http_method": _backend_method(item),
            "credentials": item.get("credentials"),
            "timeout_in_millis": timeout,
            "passthrough_behavior": item.get("passthrough_behavior", "WHEN_NO_MATCH"),
            "content_handling": item.get("content_handling"),
            "request_parameters": item.get("request_parameters"),
            "request_templates": item.get("request_templates"),
            "integration_responses": _responses(item.get("integration_responses"), lambda given: given or {}),
        }
    )


def _backend_method(item: dict[str, t.Any]) -> str | None:
    """Lambda takes POST alone, whatever method the caller used (developer guide, "Lambda proxy integrations")."""
    if item["type"] == "MOCK":
        return None
    return "POST" if item.get("lambda_function_arn") else item.get("http_method", "POST")


def lambda_uri(arn: str, where: str) -> str:
    """Return the integration URI of a function (API reference PutIntegration, uri). Raises StudioError for no ARN."""
    parts = arn.split(":")
    if len(parts) < 7 or parts[2] != "lambda":
        raise StudioError(f"{where}: lambda_function_arn must be the ARN of a function, not {arn!r}.")
    return f"arn:{parts[1]}:apigateway:{parts[3]}:lambda:path/2015-03-31/functions/{arn}/invocations"


def definition_hash(wanted: Definition) -> str:
    """Return what identifies everything in wanted that a deployment publishes."""
    published = {key: canonical(wanted[key]) if key == "policy" else wanted[key] for key in DEPLOYED if key in wanted}
    return hashlib.sha256(json.dumps(published, sort_keys=True).encode()).hexdigest()[:32]


def _stage(wanted: Definition, options: dict[str, t.Any], live: Definition, purge_tags: bool) -> None:
    stage = options["stage"]
    everywhere = {key: stage[key] for key in METHOD_SETTINGS if key in stage}
    everywhere.update({f"throttling_{key}": value for key, value in stage.get("throttling", {}).items()})
    wanted["stage"] = {key: stage[key] for key in ("name", "tracing_enabled", "variables") if key in stage}
    if "variables" in stage:
        wanted["stage"]["variables"] = {key: str(value) for key, value in stage["variables"].items()}
    if everywhere:
        wanted["stage"]["all_methods"] = everywhere
    if "routes" in options:
        wanted["stage"]["single_methods"] = _single_methods(options["routes"], everywhere)
    if "access_log_settings" in stage:
        logs = stage["access_log_settings"]
        # API Gateway wants the ARN of the log group, CloudWatch Logs shows it with :* for its streams.
        arn = logs["destination_arn"].removesuffix(":*")
        wanted["stage"]["access_log_settings"] = {**logs, "destination_arn": arn}
    if "tags" in options:
        wanted["stage_tags"] = merge_tags(live.get("stage_tags") or {}, options["tags"], purge_tags)
    wanted["deployed_definition"] = definition_hash(wanted)


def _single_methods(routes: list[dict[str, t.Any]], everywhere: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """A method with settings of its own takes nothing over from those of all methods, so they are repeated for it."""
    items = [
        {
            "path": route["path"],
            "method": route["method"],
            **everywhere,
            **{f"throttling_{key}": value for key, value in route["throttling"].items()},
        }
        for route in routes
        if route.get("throttling")
    ]
    return sorted(items, key=lambda item: (item["path"], item["method"]))
