# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods of a REST API, what they are handed to, and the models and validators that they name.

Source: recordings of AWS (localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json and
test_apigateway_integrations.snapshot.json, test_put_integration_validation).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.apigateway import checks
from emulator.apigateway.answers import bad_request, conflict, not_found, refused
from emulator.apigateway.patch import InvalidPatch
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import apigateway_v1 as upstream

# What only an integration that calls something has.
OF_CALLS = ("httpMethod", "connectionType")


def install() -> None:
    """Check methods, integrations, models and validators, and what is no longer there."""
    wrap(upstream, "_put_method", _checked_method)
    wrap(upstream, "_delete_method", _known_method)
    wrap(upstream, "_put_integration", _checked_integration)
    wrap(upstream, "_put_integration_response", _without_pattern)
    wrap(upstream, "_delete_integration", _known_integration)
    wrap(upstream, "_delete_integration_response", _known_response("integration"))
    wrap(upstream, "_delete_method_response", _known_response("method"))
    wrap(upstream, "_create_model", _checked_model)
    wrap(upstream, "_delete_model", _unused_model)
    wrap(upstream, "_create_request_validator", _of_known_api)
    wrap(upstream, "_delete_request_validator", _accepted)


def found(api_id: str, resource_id: str, http_method: str) -> Structure | None:
    """The record of a method, or None."""
    resource = (upstream._resources.get(api_id) or {}).get(resource_id) or {}
    return resource.get("resourceMethods", {}).get(http_method)


def _is_known(api_id: str, resource_id: str) -> bool:
    return resource_id in (upstream._resources.get(api_id) or {})


def _checked_method(original: Handler) -> Handler:
    def put_method(api_id: str, resource_id: str, http_method: str, data: Structure) -> Answer:
        if not _is_known(api_id, resource_id):
            return original(api_id, resource_id, http_method, data)
        if found(api_id, resource_id, http_method):
            return conflict("Method already exists for this resource")
        try:
            checks.http_method(http_method)
            checks.method(api_id, data)
        except InvalidPatch as error:
            return refused(error)
        return original(api_id, resource_id, http_method, data)

    return put_method


def _known_method(original: Handler) -> Handler:
    def delete_method(api_id: str, resource_id: str, http_method: str) -> Answer:
        if _is_known(api_id, resource_id) and not found(api_id, resource_id, http_method):
            return not_found("Invalid Method identifier specified")
        return original(api_id, resource_id, http_method)

    return delete_method


def _checked_integration(original: Handler) -> Handler:
    def put_integration(api_id: str, resource_id: str, http_method: str, data: Structure) -> Answer:
        method = found(api_id, resource_id, http_method)
        try:
            if method is not None:
                checks.integration(data)
        except InvalidPatch as error:
            return refused(error)
        unset = dict.fromkeys(OF_CALLS) if data.get("type") == "MOCK" else {}
        return original(api_id, resource_id, http_method, {**data, **unset})

    return put_integration


def _without_pattern(original: Handler) -> Handler:
    """A response that was put without a pattern shows none."""

    def put_integration_response(*arguments: Any) -> Answer:
        *where, data = arguments
        return original(*where, {"selectionPattern": None, **data})

    return put_integration_response


def _known_integration(original: Handler) -> Handler:
    def delete_integration(api_id: str, resource_id: str, http_method: str) -> Answer:
        method = found(api_id, resource_id, http_method)
        if _is_known(api_id, resource_id) and not (method or {}).get("methodIntegration"):
            return not_found("Invalid Integration identifier specified")
        return original(api_id, resource_id, http_method)

    return delete_integration


def _known_response(of: str) -> Wrapper:
    """Let a response of a method, or of its integration, be deleted once."""

    def wrapper(original: Handler) -> Handler:
        def delete_response(api_id: str, resource_id: str, http_method: str, status_code: str) -> Answer:
            method = found(api_id, resource_id, http_method) or {}
            integration = method.get("methodIntegration")
            if _is_known(api_id, resource_id) and of == "integration" and not integration:
                return not_found("Invalid Integration identifier specified")
            responses = (method if of == "method" else integration or {}).get(f"{of}Responses")
            if _is_known(api_id, resource_id) and status_code not in (responses or {}):
                return not_found("Invalid Response status code specified")
            return original(api_id, resource_id, http_method, status_code)

        return delete_response

    return wrapper


def _checked_model(original: Handler) -> Handler:
    def create_model(api_id: str, data: Structure) -> Answer:
        if api_id not in upstream._rest_apis:
            return original(api_id, data)
        if data.get("name") in {*checks.OWN_MODELS, *(upstream._models.get(api_id) or {})}:
            return conflict("Model name already exists for this REST API")
        try:
            checks.model(data)
        except InvalidPatch as error:
            return refused(error)
        return original(api_id, data)

    return create_model


def _unused_model(original: Handler) -> Handler:
    def delete_model(api_id: str, name: str) -> Answer:
        for resource in (upstream._resources.get(api_id) or {}).values():
            for http_method, method in resource["resourceMethods"].items():
                if name in (method.get("requestModels") or {}).values():
                    return conflict(
                        f"Cannot delete model '{name}', is referenced in method request: "
                        f"{resource['path']}/{http_method}"
                    )
        return original(api_id, name)

    return delete_model


def _of_known_api(original: Callable[[str, Structure], Answer]) -> Callable[[str, Structure], Answer]:
    def create_request_validator(api_id: str, data: Structure) -> Answer:
        if api_id not in upstream._rest_apis:
            return bad_request("Invalid REST API identifier specified")
        return original(api_id, data)

    return create_request_validator


def _accepted(original: Handler) -> Handler:
    """DeleteRequestValidator answers 202."""

    def delete_request_validator(api_id: str, validator_id: str) -> Answer:
        status, headers, body = original(api_id, validator_id)
        return (202 if status == 204 else status), headers, body

    return delete_request_validator
