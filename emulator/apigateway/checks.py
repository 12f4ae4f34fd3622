# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts of a REST API may become, whether they are made or patched; each raises patch.InvalidPatch.

Source: recordings of AWS (localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json); what the model
says about response types, from the botocore model in AWS's order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from emulator.apigateway.patch import InvalidPatch
from emulator.shared.shapes import Structure
from emulator.shared.upstream import apigateway_v1 as upstream

LARGEST_COMPRESSION = 10485760
ENDPOINT_TYPES = ("PRIVATE", "EDGE", "REGIONAL")
IP_ADDRESS_TYPES = ("ipv4", "dualstack")
HTTP_METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
NEEDS_AUTHORIZER = {"CUSTOM", "COGNITO_USER_POOLS"}
# Models that every API has (developer guide, "Data models for REST APIs").
OWN_MODELS = {"Empty", "Error"}
RESPONSE_TYPES = (
    "REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, "
    "BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, "
    "INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, "
    "API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN"
)
LAMBDA_OR_FIREHOSE = re.compile(r"arn:[^:]+:apigateway:[^:]+:(?:lambda|firehose):")


def constraints(errors: list[str]) -> None:
    """Raise what AWS says of members that break their model, all in one sentence; nothing where none does."""
    if errors:
        plural = "s" if len(errors) > 1 else ""
        raise InvalidPatch(
            f"{len(errors)} validation error{plural} detected: {'; '.join(errors)}", "ValidationException"
        )


def new_rest_api(data: Structure) -> None:
    """What CreateRestApi is asked for."""
    if not data.get("name"):
        constraints(["Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null"])
    configuration = data.get("endpointConfiguration") or {}
    constraints(list(_new_endpoint(configuration)))
    if data.get("description") == "":
        raise InvalidPatch("Description cannot be an empty string")
    types = configuration.get("types")
    if types is not None and not types:
        raise InvalidPatch("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    if len(types or []) > 1:
        raise InvalidPatch("Cannot create an api with multiple Endpoint Types.")
    rest_api(data)


def _new_endpoint(configuration: Structure) -> Iterator[str]:
    where = "createRestApiInput.endpointConfiguration"
    types = configuration.get("types") or []
    if set(types) - set(ENDPOINT_TYPES):
        yield (
            f"Value '[{', '.join(types)}]' at '{where}.types' failed to satisfy constraint: Member must satisfy "
            f"constraint: [Member must satisfy enum value set: [{', '.join(ENDPOINT_TYPES)}]]"
        )
    address = configuration.get("ipAddressType")
    if address is not None and address not in IP_ADDRESS_TYPES:
        yield (
            f"Value '{address}' at '{where}.ipAddressType' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(IP_ADDRESS_TYPES)}]"
        )


def rest_api(record: Structure) -> None:
    """The API itself, as it is asked for or as it becomes."""
    size = record.get("minimumCompressionSize")
    if size is not None and not (isinstance(size, int) and 0 <= size <= LARGEST_COMPRESSION):
        raise InvalidPatch(f"Invalid minimum compression size, must be between 0 and {LARGEST_COMPRESSION}")
    configuration = record.get("endpointConfiguration") or {}
    types, address = configuration.get("types") or [], configuration.get("ipAddressType")
    if set(types) - set(ENDPOINT_TYPES):
        raise InvalidPatch("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
    if address is not None and address not in IP_ADDRESS_TYPES:
        raise InvalidPatch("ipAddressType must be either ipv4 or dualstack.")
    if "PRIVATE" in types and address == "ipv4":
        raise InvalidPatch("Only dualstack ipAddressType is supported for Private APIs.")


def address_type(types: list[str]) -> str:
    """The ``ipAddressType`` of an API that does not say it."""
    return "dualstack" if "PRIVATE" in types else "ipv4"


def method(api_id: str, record: Structure) -> None:
    """What a method names must exist in its API."""
    known = upstream._authorizers_v1.get(api_id) or {}
    if record.get("authorizationType") in NEEDS_AUTHORIZER and record.get("authorizerId") not in known:
        raise InvalidPatch(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
            "requires a valid authorizer."
        )
    validator = record.get("requestValidatorId")
    if validator and validator not in (upstream._request_validators.get(api_id) or {}):
        raise InvalidPatch("Invalid Request Validator identifier specified")
    for name in (record.get("requestModels") or {}).values():
        if name not in {*OWN_MODELS, *(upstream._models.get(api_id) or {})}:
            raise InvalidPatch(f"Invalid model identifier specified: {name}")
    names = [parameter.rpartition(".")[2] for parameter in record.get("requestParameters") or {}]
    if len(names) > len(set(names)):
        raise InvalidPatch("Parameter names must be unique across querystring, header and path")


def http_method(name: str) -> None:
    """The verb of a method."""
    if name not in HTTP_METHODS:
        raise InvalidPatch(f"Invalid HttpMethod specified. Valid options are {','.join(HTTP_METHODS)}")


def integration(record: Structure) -> None:
    """What a method's requests are handed to; ``httpMethod`` is the verb that is used there."""
    if record.get("type") != "MOCK" and not record.get("httpMethod"):
        raise InvalidPatch("Enumeration value for HttpMethod must be non-empty")
    if record.get("type") == "AWS_PROXY" and not LAMBDA_OR_FIREHOSE.match(record.get("uri") or ""):
        raise InvalidPatch(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        )


def request_validator(record: Structure) -> None:
    """A validator as it becomes."""
    if not (record.get("name") or "").strip():
        raise InvalidPatch("Request Validator name cannot be blank")


def model(record: Structure) -> None:
    """A model: a schema that says nothing is none."""
    if not record.get("name"):
        raise InvalidPatch("Model name must be non-empty")
    try:
        schema = json.loads(record.get("schema") or "{}")
    except ValueError:
        return
    if not schema:
        raise InvalidPatch("Model schema must have at least 1 property or array items defined")


def response_type(name: str) -> None:
    """The kind of a gateway response."""
    if name not in RESPONSE_TYPES.split(", "):
        constraints(
            [
                f"Value '{name}' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set: "
                f"[{RESPONSE_TYPES}]"
            ]
        )
