# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which paths of an API Gateway resource can be patched, by which operation, and what AWS says to all others.

Sources: API Gateway API reference, "Patch operations"; texts from recordings of AWS (localstack,
tests/aws/services/apigateway/test_apigateway_api.snapshot.json, test_update_* and test_invalid_update_*, and
test_apigateway_common.snapshot.json, test_create_update_stages), those of authorizers and deployments by analogy.
"""

from __future__ import annotations

from dataclasses import dataclass

OPERATIONS = ("add", "remove", "move", "test", "replace", "copy")
REPLACE: tuple[str, ...] = ("replace",)
ENTRY: tuple[str, ...] = ("add", "remove", "replace")
# Of a list whose values are given beside the path, or as its last part.
VALUE: tuple[str, ...] = ("add", "remove")
ACCESS_LOG = "/accessLogSettings"
ACCESS_LOG_PATHS = (f"{ACCESS_LOG}/destinationArn", f"{ACCESS_LOG}/format")
# The last part of a path that names an entry of a map or list.
ANY_ENTRY = "{}"
# AWS lacks two commas here.
METHOD_SETTINGS = (
    "{0}/metrics/enabled, {0}/logging/dataTrace, {0}/logging/loglevel, "
    "{0}/throttling/burstLimit{1}{0}/throttling/rateLimit{1}{0}/caching/ttlInSeconds, "
    "{0}/caching/enabled, {0}/caching/dataEncrypted, {0}/caching/requireAuthorizationForCacheControl, "
    "{0}/caching/unauthorizedCacheControlHeaderStrategy"
)
STAGE_PATHS = ", ".join(
    [
        "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, "
        "/accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format",
        METHOD_SETTINGS.format("/{resourcePath}/{httpMethod}", ""),
        METHOD_SETTINGS.format("/*/*", " "),
        "/variables/{variable_name}, /tracingEnabled",
    ]
)


@dataclass(frozen=True)
class Kind:
    """What is patched: the name that AWS has for the request, and path -> operations that it takes.

    ``lists`` is whether AWS lists the paths that an operation has, where it refuses one.
    """

    request: str
    paths: dict[str, tuple[str, ...]]
    lists: bool = False


def _paths(**of_operations: str) -> dict[str, tuple[str, ...]]:
    """``replace="name tags"`` is what takes replace; ``entry`` and ``value`` are maps and lists."""
    found = {f"/{path}": REPLACE for path in of_operations.get("replace", "").split()}
    found |= {f"/{path}/{ANY_ENTRY}": ENTRY for path in of_operations.get("entry", "").split()}
    for path in of_operations.get("value", "").split():
        found |= {f"/{path}": VALUE, f"/{path}/{ANY_ENTRY}": ENTRY}
    return found


KINDS = {
    "rest_api": Kind(
        "updateRestApiInput",
        _paths(
            replace="name apiKeySource minimumCompressionSize policy disableExecuteApiEndpoint version securityPolicy "
            "endpointAccessMode endpointConfiguration/ipAddressType",
            entry="binaryMediaTypes endpointConfiguration/types",
            value="endpointConfiguration/vpcEndpointIds",
        )
        | {"/description": ("replace", "remove")},
    ),
    "resource": Kind("updateResourceInput", _paths(replace="parentId pathPart"), lists=True),
    "method": Kind(
        "updateMethodInput",
        _paths(
            replace="authorizationType authorizerId apiKeyRequired operationName requestValidatorId",
            entry="requestParameters requestModels",
            value="authorizationScopes",
        ),
    ),
    "integration": Kind(
        "updateIntegrationInput",
        _paths(
            replace="type uri httpMethod connectionType connectionId credentials passthroughBehavior cacheNamespace "
            "contentHandling timeoutInMillis tlsConfig/insecureSkipVerification responseTransferMode integrationTarget",
            entry="requestParameters requestTemplates",
            value="cacheKeyParameters",
        ),
    ),
    "authorizer": Kind(
        "updateAuthorizerInput",
        _paths(
            replace="name type authType authorizerUri authorizerCredentials identityValidationExpression "
            "authorizerResultTtlInSeconds",
            value="providerARNs",
        )
        | {"/identitySource": ENTRY},
        lists=True,
    ),
    "stage": Kind(
        "updateStageInput",
        _paths(
            replace="description deploymentId cacheClusterEnabled cacheClusterSize clientCertificateId "
            "documentationVersion tracingEnabled canarySettings/percentTraffic canarySettings/deploymentId "
            "canarySettings/useStageCache",
            entry="canarySettings/stageVariableOverrides",
        )
        | {f"/variables/{ANY_ENTRY}": ("replace", "remove"), ACCESS_LOG: ("remove",), "/canarySettings": ("remove",)}
        | dict.fromkeys(ACCESS_LOG_PATHS, ENTRY),
    ),
    "gateway_response": Kind(
        "updateGatewayResponseInput", _paths(replace="statusCode", entry="responseParameters responseTemplates")
    ),
    "method_response": Kind("updateMethodResponseInput", _paths(entry="responseParameters responseModels")),
    "integration_response": Kind(
        "updateIntegrationResponseInput",
        _paths(replace="selectionPattern contentHandling", entry="responseParameters responseTemplates"),
    ),
    "request_validator": Kind(
        "updateRequestValidatorInput",
        _paths(replace="name validateRequestParameters validateRequestBody"),
        lists=True,
    ),
    "deployment": Kind("updateDeploymentInput", _paths(replace="description"), lists=True),
    "account": Kind("updateAccountInput", _paths(replace="cloudwatchRoleArn", value="features"), lists=True),
    "model": Kind("updateModelInput", _paths(replace="description schema"), lists=True),
}


def refusal(name: str, operation: str, path: str | None) -> str | None:
    """What AWS says to an operation on a path of ``KINDS[name]``; None where it takes it."""
    kind = KINDS[name]
    taken = kind.paths.get(path or "") or kind.paths.get(f"{(path or '').rpartition('/')[0]}/{ANY_ENTRY}", ())
    if operation in taken:
        return None
    if kind.lists:
        choices = [known for known, operations in kind.paths.items() if operation in operations]
        advice = f"Must be one of: [{', '.join(choices)}]" if choices else "Please choose supported operations"
        return f"Invalid patch path  '{path}' specified for op '{operation}'. {advice}"
    if name == "stage" and (not taken or path == ACCESS_LOG):
        return _of_stage(path or "")
    return _plain(name, path, taken)


def _of_stage(path: str) -> str:
    if path.startswith(ACCESS_LOG):
        return f"Invalid accessLogSettings path. Must be one of : [{', '.join(ACCESS_LOG_PATHS)}]"
    return f"Invalid method setting path: {path}. Must be one of: [{STAGE_PATHS}]"


def _plain(name: str, path: str | None, taken: tuple[str, ...]) -> str:
    if not taken or name == "gateway_response":
        return f"Invalid patch path {path or 'null'}"
    if len(taken) > 1:
        return "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"
    return f"Invalid patch operation specified. Must be one of: [{', '.join(taken)}]"
