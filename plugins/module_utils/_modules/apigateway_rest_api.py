# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module apigateway_rest_api does; plugins/modules documents it."""

from __future__ import annotations

from .._apigateway.rest_api import RestApi
from .._options import (
    flag,
    group,
    groups,
    mapping,
    number,
    text,
    texts,
)
from .._run import (
    REMOVAL_TAGS,
    STATE,
    TAGS,
    Call,
    Module,
    Result,
    connect,
    removal_tags,
)

THROTTLING = group({"rate_limit": {"type": "float"}, "burst_limit": number()})
ANSWER = {"response_parameters": mapping(), "response_templates": mapping()}
INTEGRATION = {
    "type": text("AWS_PROXY", "AWS", "HTTP_PROXY", "HTTP", "MOCK", default="AWS_PROXY"),
    "lambda_function_arn": text(),
    "uri": text(),
    "http_method": text(),
    "credentials": text(),
    "timeout_in_millis": number(default=29000),
    "passthrough_behavior": text("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER", default="WHEN_NO_MATCH"),
    "content_handling": text("CONVERT_TO_BINARY", "CONVERT_TO_TEXT"),
    "request_parameters": mapping(),
    "request_templates": mapping(),
    "integration_responses": groups({"status_code": text(required=True), "selection_pattern": text(), **ANSWER}),
}
METHOD_RESPONSE = {
    "status_code": text(required=True),
    "response_parameters": mapping(),
    "response_models": mapping(),
}
ROUTE = {
    "path": text(required=True),
    "method": text("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", default="GET"),
    "authorizer": text(),
    "authorization_type": text("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"),
    "authorization_scopes": texts(),
    "api_key_required": flag(default=False, no_log=False),
    "request_parameters": mapping(),
    "request_validator": text(),
    "throttling": THROTTLING,
    "method_responses": groups(METHOD_RESPONSE),
    "integration": group(INTEGRATION, required=True, mutually_exclusive=[("lambda_function_arn", "uri")]),
}
STAGE = {
    "name": text(required=True),
    "variables": mapping(),
    "tracing_enabled": flag(),
    "access_log_settings": group({"destination_arn": text(required=True), "format": text(required=True)}),
    "throttling": THROTTLING,
    "logging_level": text("OFF", "ERROR", "INFO"),
    "data_trace_enabled": flag(),
    "metrics_enabled": flag(),
}
AUTHORIZER = {
    "name": text(required=True),
    "type": text("COGNITO_USER_POOLS", "TOKEN", "REQUEST", default="COGNITO_USER_POOLS"),
    "provider_arns": texts(),
    "authorizer_uri": text(),
    "authorizer_credentials": text(),
    "authorizer_result_ttl_in_seconds": number(),
    "identity_source": text(),
    "identity_validation_expression": text(),
}
VALIDATOR = {
    "name": text(required=True),
    "validate_request_body": flag(default=False),
    "validate_request_parameters": flag(default=False),
}
DEFINITION = {
    "description": text(),
    "endpoint_configuration": group({"types": texts("REGIONAL", "PRIVATE", "EDGE"), "vpc_endpoint_ids": texts()}),
    "policy": {"type": "raw"},
    "disable_execute_api_endpoint": flag(),
    "binary_media_types": texts(),
    "authorizers": groups(AUTHORIZER),
    "request_validators": groups(VALIDATOR),
    "routes": groups(ROUTE),
    "gateway_responses": groups({"response_type": text(required=True), "status_code": text(), **ANSWER}),
    "stage": group(STAGE),
    "tags": TAGS["tags"],
}


def reconcile(call: Call) -> Result:
    params = call.params
    api = RestApi(
        connect(call, "apigateway"),
        lambda: connect(call, "apigateway", retries=False),
        params["name"],
        (params["stage"] or {}).get("name"),
        (params["owner_tags"] or {}) if params["state"] == "present" else removal_tags(call),
    )
    options = {name: params[name] for name in DEFINITION}
    return api.reconcile(options, params["state"], params["purge_tags"], call.check_mode)


MODULE = Module(reconcile, argument_spec={**STATE, **TAGS, **REMOVAL_TAGS, "name": text(required=True), **DEFINITION})
