# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an OpenAPI 3 or Swagger 2 document with API Gateway's extensions into a plain description of a REST API.

Sources: API Gateway developer guide, "Develop REST APIs using OpenAPI" and "OpenAPI extensions"; OpenAPI
specifications. Nothing of ministack is touched here: importing.py makes the described API.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

import yaml

from emulator.shared.nesting import is_too_deep
from emulator.shared.shapes import Structure

HTTP_METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
ANY_METHOD = "x-amazon-apigateway-any-method"
JSON_TYPE = "application/json"
LOCATIONS = {"path": "path", "query": "querystring", "header": "header"}
# Extension of the document -> member of the API.
API_EXTENSIONS = {
    "x-amazon-apigateway-api-key-source": "apiKeySource",
    "x-amazon-apigateway-binary-media-types": "binaryMediaTypes",
    "x-amazon-apigateway-minimum-compression-size": "minimumCompressionSize",
}
# What an integration says in lower case and the API in upper case.
UPPER_CASE = ("type", "passthroughBehavior", "contentHandling", "connectionType")


class InvalidDocument(ValueError):
    """A document that cannot be imported at all; the text is AWS's message."""


@dataclass
class Operation:
    """One method: ``method`` and ``integration`` as PutMethod and PutIntegration take them, names still to be resolved.

    ``authorizer`` and ``validator`` are names within the document; ``responses`` maps a status code to a method
    response, ``integration_responses`` to an integration response.
    """

    path: str
    http_method: str
    method: Structure
    authorizer: str | None = None
    validator: str | None = None
    responses: dict[str, Structure] = field(default_factory=dict)
    integration: Structure | None = None
    integration_responses: dict[str, Structure] = field(default_factory=dict)


@dataclass
class Description:
    """What a document says about an API; ``warnings`` are what AWS imports all the same."""

    api: Structure
    models: dict[str, Structure]
    authorizers: dict[str, Structure]
    validators: dict[str, Structure]
    gateway_responses: dict[str, Structure]
    paths: list[str]
    operations: list[Operation]
    warnings: list[str]


def load(body: bytes) -> Structure:
    """The document behind JSON or YAML text; raises InvalidDocument when it is neither Swagger 2 nor OpenAPI 3.0."""
    try:
        document = None if is_too_deep(body.decode()) else yaml.safe_load(body)
    except (yaml.YAMLError, ValueError):
        raise InvalidDocument("Invalid OpenAPI input.") from None
    if not isinstance(document, dict) or not (_is_swagger(document) or str(document.get("openapi")).startswith("3.0")):
        raise InvalidDocument("Invalid OpenAPI input.")
    return document


def _is_swagger(document: Structure) -> bool:
    return str(document.get("swagger")) == "2.0"


def describe(body: bytes) -> Description:
    """The Description of a document; raises InvalidDocument."""
    return _Reader(load(body)).description()


class _Reader:
    def __init__(self, document: Structure) -> None:
        self.document = document
        self.swagger = _is_swagger(document)
        self.components = document if self.swagger else self._mapping(document, "components")
        self.warnings: list[str] = []
        self.models: dict[str, Structure] = {}

    def description(self) -> Description:
        for member in ("info", "paths"):
            if not isinstance(self.document.get(member), dict):
                self.warnings.append(f"Parse issue: attribute {member} is missing")
        schemas = self._mapping(self.components, "definitions" if self.swagger else "schemas")
        for name, schema in schemas.items():
            self.models[name] = self._model(schema)
        return Description(
            api=self._api(),
            authorizers=self._authorizers(),
            validators=self._mapping(self.document, "x-amazon-apigateway-request-validators"),
            gateway_responses=self._mapping(self.document, "x-amazon-apigateway-gateway-responses"),
            paths=list(self._mapping(self.document, "paths")),
            operations=self._operations(),
            models=self.models,
            warnings=self.warnings,
        )

    def _mapping(self, parent: Structure, member: str) -> Structure:
        """A member that must be an object, {} when it is absent."""
        found = parent.get(member)
        if found is not None and not isinstance(found, dict):
            raise InvalidDocument(f"Invalid OpenAPI input: {member} is not an object.")
        return found or {}

    # --- the API itself

    def _api(self) -> Structure:
        info = self._mapping(self.document, "info")
        api = {
            name: str(info[member]) for member, name in (("title", "name"), ("version", "version")) if member in info
        }
        if "description" in info:
            api["description"] = info["description"]
        for extension, member in API_EXTENSIONS.items():
            if extension in self.document:
                api[member] = self.document[extension]
        policy = self.document.get("x-amazon-apigateway-policy")
        if policy:
            api["policy"] = policy if isinstance(policy, str) else json.dumps(policy)
        return {**api, **self._endpoint()}

    def _endpoint(self) -> Structure:
        """Swagger has the endpoint extension in the document, OpenAPI 3 in its servers (developer guide)."""
        name = "x-amazon-apigateway-endpoint-configuration"
        holders = [self.document, *(self.document.get("servers") or [])]
        extension: Structure = next(
            (holder[name] for holder in holders if isinstance(holder, dict) and name in holder), {}
        )
        found: Structure = {}
        if "disableExecuteApiEndpoint" in extension:
            found["disableExecuteApiEndpoint"] = bool(extension["disableExecuteApiEndpoint"])
        if "vpcEndpointIds" in extension:
            found["vpcEndpointIds"] = list(extension["vpcEndpointIds"])
        return found

    # --- security

    def _schemes(self) -> Structure:
        return self._mapping(self.components, "securityDefinitions" if self.swagger else "securitySchemes")

    def _authorizers(self) -> dict[str, Structure]:
        found = {}
        for name, scheme in self._schemes().items():
            extension = scheme.get("x-amazon-apigateway-authorizer")
            if extension:
                kind = str(extension.get("type", "")).upper()
                location = {"query": "querystring"}.get(scheme.get("in", "header"), scheme.get("in", "header"))
                source = f"method.request.{location}.{scheme.get('name', 'Authorization')}"
                found[name] = {
                    "name": name,
                    "authType": scheme.get("x-amazon-apigateway-authtype"),
                    "identitySource": source,
                    **extension,
                    "type": kind,
                }
            elif not self._is_known_scheme(scheme):
                kind = scheme.get("type")
                self.warnings.append(f"Unsupported security definition type '{kind}' for '{name}'. Ignoring.")
        return found

    def _is_known_scheme(self, scheme: Structure) -> bool:
        return self._is_sigv4(scheme) or self._is_api_key(scheme)

    def _is_sigv4(self, scheme: Structure) -> bool:
        return str(scheme.get("x-amazon-apigateway-authtype", "")).lower() == "awssigv4"

    def _is_api_key(self, scheme: Structure) -> bool:
        return scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == "x-api-key"

    def _security(self, operation: Structure) -> tuple[Structure, str | None]:
        """``(members of the method, name of its authorizer)``; an operation's own security replaces the document's."""
        method: Structure = {"authorizationType": "NONE"}
        authorizer = None
        for requirement in operation.get("security", self.document.get("security")) or []:
            for name, scopes in requirement.items():
                scheme = self._schemes().get(name) or {}
                if self._is_api_key(scheme):
                    method["apiKeyRequired"] = True
                elif self._is_sigv4(scheme):
                    method["authorizationType"] = "AWS_IAM"
                elif "x-amazon-apigateway-authorizer" in scheme:
                    cognito = str(scheme["x-amazon-apigateway-authorizer"].get("type")).lower() == "cognito_user_pools"
                    method["authorizationType"] = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
                    method["authorizationScopes"] = list(scopes or [])
                    authorizer = name
        return method, authorizer

    # --- methods

    def _operations(self) -> list[Operation]:
        found = []
        for path, item in self._mapping(self.document, "paths").items():
            for verb, operation in (item or {}).items():
                if verb in HTTP_METHODS or verb == ANY_METHOD:
                    found.append(self._operation(path, verb, item, operation or {}))
        return found

    def _operation(self, path: str, verb: str, item: Structure, operation: Structure) -> Operation:
        http_method = "ANY" if verb == ANY_METHOD else verb.upper()
        if "responses" not in operation and verb != ANY_METHOD:
            self.warnings.append(f"Parse issue: attribute paths.'{path}'({verb}).responses is missing")
        method, authorizer = self._security(operation)
        parameters, models = self._request(item, operation)
        if operation.get("operationId"):
            method["operationName"] = operation["operationId"]
        method.update(requestParameters=parameters, requestModels=models)
        integration, integration_responses = self._integration(path, operation)
        validator_name = "x-amazon-apigateway-request-validator"
        return Operation(
            path,
            http_method,
            method,
            authorizer,
            operation.get(validator_name, self.document.get(validator_name)),
            self._responses(operation),
            integration,
            integration_responses,
        )

    def _request(self, item: Structure, operation: Structure) -> tuple[Structure, Structure]:
        """``(requestParameters, requestModels)`` out of parameters and body."""
        parameters, models = {}, {}
        for entry in [*item.get("parameters", []), *operation.get("parameters", [])]:
            parameter = self._resolved(entry)
            location = parameter.get("in")
            if location == "body":
                types = operation.get("consumes") or self.document.get("consumes") or [JSON_TYPE]
                models.update(dict.fromkeys(types, self._model_name(parameter.get("schema"))))
            elif location in LOCATIONS:
                name = f"method.request.{LOCATIONS[location]}.{parameter.get('name')}"
                parameters[name] = bool(parameter.get("required"))
            else:
                self.warnings.append(f"Parameter '{parameter.get('name')}' in '{location}' is not supported. Ignoring.")
        content = self._resolved(operation.get("requestBody") or {}).get("content") or {}
        for content_type, media in content.items():
            if media.get("schema"):
                models[content_type] = self._model_name(media["schema"])
        return parameters, models

    def _responses(self, operation: Structure) -> dict[str, Structure]:
        found = {}
        for status, entry in (operation.get("responses") or {}).items():
            response = self._resolved(entry or {})
            if str(status).isdigit():
                headers = {f"method.response.header.{name}": False for name in response.get("headers") or {}}
                models = self._response_models(operation, response)
                found[str(status)] = {"responseParameters": headers, "responseModels": models}
        return found

    def _response_models(self, operation: Structure, response: Structure) -> Structure:
        if response.get("schema"):
            types = operation.get("produces") or self.document.get("produces") or [JSON_TYPE]
            return dict.fromkeys(types, self._model_name(response["schema"]))
        content = response.get("content") or {}
        return {kind: self._model_name(media["schema"]) for kind, media in content.items() if media.get("schema")}

    def _integration(self, path: str, operation: Structure) -> tuple[Structure | None, Structure]:
        extension = operation.get("x-amazon-apigateway-integration")
        if extension is None:
            return None, {}
        if not isinstance(extension, dict) or "type" not in extension:
            message = f"Unable to parse API definition because of a malformed integration at path {path}"
            raise InvalidDocument(message)
        integration = {name: value for name, value in extension.items() if name != "responses"}
        for name in UPPER_CASE:
            if name in integration:
                integration[name] = str(integration[name]).upper()
        responses = {}
        for pattern, response in (extension.get("responses") or {}).items():
            status = str(response.get("statusCode", "200"))
            responses[status] = {**response, "selectionPattern": "" if pattern == "default" else pattern}
        return integration, responses

    # --- references and models

    def _resolved(self, entry: Structure) -> Structure:
        """An object, or what its ``$ref`` within the document points to."""
        reference = entry.get("$ref")
        if reference is None:
            return entry
        target: object = self.document
        for token in reference.removeprefix("#/").split("/"):
            target = target.get(token) if isinstance(target, dict) else None
        if not reference.startswith("#/") or not isinstance(target, dict):
            raise InvalidDocument(f"Unable to resolve reference '{reference}'.")
        return target

    def _model(self, schema: Structure) -> Structure:
        return {"contentType": JSON_TYPE, "schema": json.dumps(schema), "description": schema.get("description", "")}

    def _model_name(self, schema: Structure | None) -> str:
        """The name of a schema's model; one that stands in place becomes a model with a made-up name."""
        reference = (schema or {}).get("$ref", "")
        if reference:
            return reference.rpartition("/")[2]
        text = json.dumps(schema or {}, sort_keys=True)
        name = f"MODEL{hashlib.sha256(text.encode()).hexdigest()[:6]}"
        self.models.setdefault(name, self._model(schema or {}))
        return name
