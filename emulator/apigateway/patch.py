# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API Gateway's patch operations: JSON pointers, typed values, lists named by their values, paths that exist.

Source: API Gateway API reference, "Patch operations"; types from the botocore model.
"""

from __future__ import annotations

from typing import Any

from emulator.shared.shapes import Function, Structure

MEMBERS = {
    "rest_api": "name description apiKeySource binaryMediaTypes minimumCompressionSize endpointConfiguration policy "
    "disableExecuteApiEndpoint version securityPolicy endpointAccessMode",
    "resource": "pathPart parentId",
    "method": "authorizationType authorizerId authorizationScopes apiKeyRequired operationName requestParameters "
    "requestModels requestValidatorId",
    "integration": "type uri httpMethod connectionType connectionId credentials passthroughBehavior requestParameters "
    "requestTemplates cacheNamespace cacheKeyParameters contentHandling timeoutInMillis tlsConfig "
    "responseTransferMode integrationTarget",
    "authorizer": "name type providerARNs authType authorizerUri authorizerCredentials identitySource "
    "identityValidationExpression authorizerResultTtlInSeconds",
    "stage": "description deploymentId cacheClusterEnabled cacheClusterSize clientCertificateId documentationVersion "
    "variables tracingEnabled accessLogSettings canarySettings webAclArn",
    "gateway_response": "statusCode responseParameters responseTemplates",
    "method_response": "responseParameters responseModels",
    "integration_response": "selectionPattern responseParameters responseTemplates contentHandling",
    "request_validator": "name validateRequestBody validateRequestParameters",
    "deployment": "description",
    "account": "cloudwatchRoleArn",
    "model": "description schema",
}
LISTS = {
    "authorizationScopes",
    "binaryMediaTypes",
    "cacheKeyParameters",
    "providerARNs",
    "types",
    "vpcEndpointIds",
}
BOOLEANS = {
    "apiKeyRequired",
    "cacheClusterEnabled",
    "disableExecuteApiEndpoint",
    "insecureSkipVerification",
    "tracingEnabled",
    "validateRequestBody",
    "validateRequestParameters",
}
INTEGERS = {"authorizerResultTtlInSeconds", "minimumCompressionSize", "timeoutInMillis"}


class InvalidPatch(ValueError):
    """A patch operation that AWS refuses; the text is AWS's message."""


def tokens_of(path: str) -> list[str]:
    """``/responseTemplates/application~1json`` -> ``["responseTemplates", "application/json"]``."""
    return [token.replace("~1", "/").replace("~0", "~") for token in path.removeprefix("/").split("/")]


def apply(record: Structure, kind: str, operations: list[Structure]) -> None:
    """Carry operations out on ``record`` in place; raises InvalidPatch before anything is changed.

    ``kind`` is a key of MEMBERS; each operation is ``{"op", "path", "value"}`` with a text value.
    """
    allowed = MEMBERS[kind].split()
    for operation in operations:
        check(operation, allowed)
    for operation in operations:
        _one(record, operation["op"], tokens_of(operation["path"]), operation.get("value"), kind)


def check(operation: Structure, allowed: list[str]) -> None:
    """Raise InvalidPatch for an operation or path that the resource does not have."""
    op, path = operation.get("op"), operation.get("path") or ""
    if op not in ("add", "remove", "replace", "copy", "move", "test"):
        raise InvalidPatch(f"Invalid patch operation specified. Must be 'add'|'remove'|'replace'. Given value: '{op}'")
    if tokens_of(path)[0] not in allowed:
        choices = ", ".join(f"/{name}" for name in allowed)
        raise InvalidPatch(f"Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{choices}]")


def _one(record: Structure, op: str, tokens: list[str], value: str | None, kind: str) -> None:
    target = record
    while len(tokens) > 1 and tokens[0] not in LISTS:
        if not isinstance(target.get(tokens[0]), dict):
            target[tokens[0]] = {}
        target, tokens = target[tokens[0]], tokens[1:]
    name = tokens[0]
    if name in LISTS:
        target[name] = _changed_list(target.get(name) or [], op, tokens[1:], value)
    elif op == "remove":
        target.pop(name, None)
    else:
        target[name] = _converter(name, target is not record and kind.startswith("method"))(value)


def _converter(name: str, in_method_map: bool) -> Function:
    # In a method and its responses the values of parameters say whether they are required.
    if name in BOOLEANS or (in_method_map and name.startswith(("method.request.", "method.response."))):
        return lambda value: str(value).lower() == "true"
    if name in INTEGERS:
        return lambda value: int(value) if value not in (None, "") else None
    return lambda value: value


def _changed_list(items: list[Any], op: str, rest: list[str], value: str | None) -> list[Any]:
    """Lists are changed by value: ``add /providerARNs`` with a value, ``replace /endpointConfiguration/types/EDGE``."""
    named = _named(items, rest)
    if op == "remove":
        gone = named if rest else value
        return [item for item in items if item != gone] if gone is not None else []
    if op == "replace" and rest:
        return [value if item == named else item for item in items]
    if op == "replace":
        return [part.strip() for part in (value or "").split(",") if part.strip()]
    new = value if value is not None else named
    return items if new in items else [*items, new]


def _named(items: list[Any], rest: list[str]) -> str | None:
    if not rest:
        return None
    if rest[0].isdigit() and int(rest[0]) < len(items):
        return items[int(rest[0])]
    return rest[0]
