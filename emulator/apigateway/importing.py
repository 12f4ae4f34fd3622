# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ImportRestApi and PutRestApi: make the API that a document describes, or change nothing at all.

Sources: API Gateway API reference (ImportRestApi, PutRestApi); developer guide, "Import a REST API" and "Update an
existing API with an OpenAPI definition"; error texts as public tools quote them. Assumed: with ``overwrite`` the
resources of paths that stay keep their ids, and a merged document's title renames the API.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from emulator.apigateway.answers import bad_request, not_found
from emulator.apigateway.openapi import Description, InvalidDocument, Operation, describe
from emulator.shared.shapes import Answer, Structure
from emulator.shared.upstream import Records
from emulator.shared.upstream import apigateway_v1 as upstream

LOCAL_REFERENCE = re.compile(r'"#/(?:components/schemas|definitions)/([^"/]+)"')
# Name -> id.
Ids = Mapping[str | None, str | None]
MODES = ("merge", "overwrite")


def import_rest_api(body: bytes, query: Structure) -> Answer:
    """ImportRestApi: a new API of a document; ``query`` as on the wire, single values."""
    try:
        description = describe(body)
    except InvalidDocument as error:
        return bad_request(str(error))
    if not description.api.get("name"):
        return bad_request("Errors found during import:\n\tTitle is required.")
    answer = upstream._create_rest_api(_new_api(description, query))
    if answer[0] != 201:
        return answer
    api_id = json.loads(answer[2])["id"]
    refusal = _fill(api_id, description, query)
    if refusal:
        upstream._delete_rest_api(api_id)
        return bad_request(refusal)
    return _answer(api_id, description, 201)


def _new_api(description: Description, query: Structure) -> Structure:
    endpoint_ids = description.api.get("vpcEndpointIds")
    kinds = str(query.get("endpointConfigurationTypes", "EDGE")).split(",")
    configuration = {"types": kinds, **({"vpcEndpointIds": endpoint_ids} if endpoint_ids else {})}
    api = {name: value for name, value in description.api.items() if name != "vpcEndpointIds"}
    return {**api, "endpointConfiguration": configuration}


def put_rest_api(api_id: str, body: bytes, query: Structure) -> Answer:
    """PutRestApi: ``mode`` merge (default) adds and replaces, overwrite also removes what the document lacks."""
    if api_id not in upstream._rest_apis:
        return not_found("Invalid API identifier specified")
    mode = query.get("mode", "merge")
    if mode not in MODES:
        return bad_request(f"Invalid mode specified: {mode}. Valid values are: {', '.join(MODES)}")
    try:
        description = describe(body)
    except InvalidDocument as error:
        return bad_request(str(error))
    stores = (upstream._rest_apis, upstream._resources, *_parts())
    before = [copy.deepcopy(store.get(api_id) or {}) for store in stores]
    if mode == "overwrite":
        _clear(api_id, description)
    _set_api(api_id, description)
    refusal = _fill(api_id, description, query)
    if refusal:
        for store, content in zip(stores, before, strict=True):
            store[api_id] = content
        return bad_request(refusal)
    return _answer(api_id, description, 200)


def _parts() -> tuple[Records, ...]:
    """The stores of what belongs to an API beside its resources."""
    return upstream._authorizers_v1, upstream._models, upstream._request_validators, upstream._gateway_responses


def _clear(api_id: str, description: Description) -> None:
    """Forget what the document does not say; the type of the endpoint and the tags are not the document's."""
    for store in _parts():
        store[api_id] = {}
    kept = {parent for path in description.paths for parent in _with_parents(path)}
    resources = upstream._resources[api_id]
    for resource_id in [key for key, resource in resources.items() if resource["path"] not in kept]:
        del resources[resource_id]
    for resource in resources.values():
        resource["resourceMethods"] = {}
    upstream._rest_apis[api_id].update(
        description="", version="", policy=None, binaryMediaTypes=[], minimumCompressionSize=None,
        apiKeySource="HEADER", disableExecuteApiEndpoint=False,
    )  # fmt: skip


def _with_parents(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/", *("/" + "/".join(parts[:count]) for count in range(1, len(parts) + 1))]


def _set_api(api_id: str, description: Description) -> None:
    api = upstream._rest_apis[api_id]
    members = dict(description.api)
    endpoint_ids = members.pop("vpcEndpointIds", None)
    api.update(members)
    if endpoint_ids is not None:
        api["endpointConfiguration"] = {**api["endpointConfiguration"], "vpcEndpointIds": endpoint_ids}


def _fill(api_id: str, description: Description, query: Structure) -> str | None:
    """Make everything that belongs to the API; the text of AWS's refusal, or None."""
    warnings = description.warnings
    if warnings and str(query.get("failonwarnings", "false")).lower() == "true":
        return "Warnings found during import:\n\t" + "\n\t".join(warnings)
    errors = _Filler(api_id, description).fill()
    if errors:
        return "Errors found during import:\n\t" + "\n\t".join(errors)
    return None


def _answer(api_id: str, description: Description, status: int) -> Answer:
    view = upstream._rest_api_view(upstream._rest_apis[api_id])
    return upstream._v1_response({**view, "warnings": description.warnings}, status)


class _Filler:
    def __init__(self, api_id: str, description: Description) -> None:
        self.api_id = api_id
        self.described = description
        self.errors: list[str] = []

    def fill(self) -> list[str]:
        self._models()
        authorizers, validators = self._authorizers(), self._validators()
        self._gateway_responses()
        for path in self.described.paths:
            self._resource(path)
        for operation in self.described.operations:
            self._operation(operation, authorizers, validators)
        return self.errors

    def _done(self, answer: Answer, what: str) -> Structure | None:
        """The made thing of an answer; None when it is an error, which is noted."""
        if answer[0] < 400:
            return json.loads(answer[2]) if answer[2] else {}
        self.errors.append(f"Unable to {what}: {json.loads(answer[2])['message']}")
        return None

    def _models(self) -> None:
        stored = upstream._models.setdefault(self.api_id, {})
        base = f"https://apigateway.amazonaws.com/restapis/{self.api_id}/models"
        for name, model in self.described.models.items():
            stored.pop(name, None)
            schema = LOCAL_REFERENCE.sub(rf'"{base}/\1"', model["schema"])
            answer = upstream._create_model(self.api_id, {**model, "name": name, "schema": schema})
            self._done(answer, f"create model for '{name}'")

    def _authorizers(self) -> Ids:
        """Name -> id of every authorizer of the API, those of the document made or changed."""
        stored: dict[Any, Any] = upstream._authorizers_v1.setdefault(self.api_id, {})
        ids: dict[str | None, str] = {authorizer["name"]: key for key, authorizer in stored.items()}
        for name, authorizer in self.described.authorizers.items():
            replaced = stored.pop(ids.get(name), None)
            made = self._done(upstream._create_authorizer(self.api_id, authorizer), f"create authorizer '{name}'")
            if made and replaced:
                # Methods that the document leaves alone go on naming it.
                stored[replaced["id"]] = {**stored.pop(made["id"]), "id": replaced["id"]}
            elif made:
                ids[name] = made["id"]
        return ids

    def _validators(self) -> Ids:
        stored: dict[Any, Any] = upstream._request_validators.setdefault(self.api_id, {})
        ids: dict[str | None, str | None] = {validator["name"]: key for key, validator in stored.items()}
        for name, validator in self.described.validators.items():
            if name in ids:
                stored[ids[name]].update(validator)
            else:
                answer = upstream._create_request_validator(self.api_id, {**validator, "name": name})
                ids[name] = (self._done(answer, f"create request validator '{name}'") or {}).get("id")
        return ids

    def _gateway_responses(self) -> None:
        for kind, response in self.described.gateway_responses.items():
            answer = upstream._put_gateway_response(self.api_id, kind, response)
            self._done(answer, f"put gateway response '{kind}'")

    def _resource(self, path: str) -> str | None:
        """The id of the resource at a path, made with its parents when it is not there."""
        resources = upstream._resources[self.api_id]
        current = next(key for key, resource in resources.items() if resource["path"] == "/")
        for part in path.strip("/").split("/"):
            child = next(
                (key for key, found in resources.items() if (found["parentId"], found["pathPart"]) == (current, part)),
                None,
            )
            if child is None and part:
                answer = upstream._create_resource(self.api_id, current, {"pathPart": part})
                child = (self._done(answer, f"create resource at path '{path}'") or {}).get("id")
                if child is None:
                    return None
            current = child or current
        return current

    def _operation(self, operation: Operation, authorizers: Ids, validators: Ids) -> None:
        resource_id = self._resource(operation.path)
        if resource_id is None:
            return
        what = f"method '{operation.http_method}' on resource at path '{operation.path}'"
        where = (self.api_id, resource_id, operation.http_method)
        upstream._resources[self.api_id][resource_id]["resourceMethods"].pop(operation.http_method, None)
        unknown = set(operation.method["requestModels"].values()) - upstream._models[self.api_id].keys()
        self.errors += [f"Unable to put {what}: Invalid model identifier specified: {name}" for name in sorted(unknown)]
        method = {
            **operation.method,
            "authorizerId": authorizers.get(operation.authorizer),
            # An unknown name fits no validator's id, which is what the refusal says.
            "requestValidatorId": validators.get(operation.validator, operation.validator),
        }
        if self._done(upstream._put_method(*where, method), f"put {what}") is None:
            return
        for status, response in operation.responses.items():
            self._done(upstream._put_method_response(*where, status, response), f"put response of {what}")
        if operation.integration:
            self._done(upstream._put_integration(*where, operation.integration), f"put integration of {what}")
        for status, response in operation.integration_responses.items():
            self._done(upstream._put_integration_response(*where, status, response), f"put response of {what}")
