# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make SageMaker a service of ministack: routing, IAM, saved state, reset and tags come with it.

And let ministack tell what requests are signed for without loading every model of botocore, which takes 400 MB.

A missing symbol stops the start (see shared/patching.py).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from emulator.shared.models import signing_names
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Function, Handler, Headers, Structure

NAME = "sagemaker"


def register() -> None:
    """Register SageMaker once per process; raises patching.MissingSymbol when ministack is not the pinned one."""
    from emulator import costs, sagemaker, service_quotas
    from emulator.iam import authorization
    from emulator.sagemaker import caller_rights
    from emulator.shared.upstream import app, iam_actions, persistence, router, tagging

    if NAME in app.SERVICE_REGISTRY:
        return
    _register(NAME, sagemaker, "SageMaker.", r"api\.sagemaker\.")
    _register(service_quotas.NAME, service_quotas, service_quotas.TARGET, r"servicequotas\.")
    _register(costs.NAME, costs, costs.TARGET, r"\bce\.[a-z0-9-]+\.amazonaws")
    app._state_map[NAME] = NAME
    persistence.SERVICE_STATE_FORMAT_VERSIONS[NAME] = 3
    tagging._COLLECTORS[NAME] = _tagged
    tagging._RESOURCE_TAG_COLLECTORS[NAME] = _tagged
    authorization.RULES[NAME] = authorization.Rules(_condition_keys, caller_rights.decisions)
    replace(router, "_is_aws_service_name", lambda name: name in signing_names())
    wrap(iam_actions, "extract_resource_arn", _with_resource_arns)
    wrap(iam_actions, "access_denied_response", _with_denials)


def _register(name: str, service: Any, target: str, host: str) -> None:
    """Have requests to a service answered by a module of ours: by their target, their host or their signature."""
    from emulator.shared.upstream import app, iam_actions, router

    sys.modules[f"ministack.services.{name}"] = service
    app.SERVICE_REGISTRY[name] = {"module": name}
    app.SERVICE_HANDLERS[name] = app._lazy_handler(name)
    router.SERVICE_PATTERNS[name] = {"target_prefixes": [target], "host_patterns": [host], "credential_scope": name}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name


def _tagged() -> Iterator[tuple[str, list[Structure]]]:
    """``(ARN, tags)`` of every SageMaker resource of the current account and region."""
    from emulator.sagemaker import store

    for record in store.of_caller():
        yield record["arn"], record["tags"]


def _condition_keys(operation: str, request: Structure) -> Structure:
    """What the request says, and the tags of the resource that it names (sagemaker:ResourceTag, as aws:ResourceTag)."""
    from emulator.sagemaker import conditions, store

    record = store.get(_resource(operation, request) or "") or {"tags": []}
    tags = {f"sagemaker:ResourceTag/{tag['Key']}": tag["Value"] for tag in record["tags"]}
    return {**tags, **conditions.context(operation, request)}


def _with_resource_arns(original: Function) -> Function:
    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: Headers,
        body: bytes,
        query_params: Structure,
        region: str,
        account_id: str,
    ) -> str:
        if service != NAME:
            return original(service, method, path, headers, body, query_params, region, account_id)
        return resource_arn(headers.get("x-amz-target", "").rpartition(".")[2], body, region, account_id)

    return extract_resource_arn


def _with_denials(original: Handler) -> Handler:
    """SageMaker denies with HTTP 400 and names the resource (API reference, Common Errors), as Systems Manager does."""

    def access_denied_response(service: str, *arguments: Any, error_code: str = "", **details: Any) -> Answer:
        denied = "ssm" if service == NAME and not error_code else service
        return original(denied, *arguments, error_code=error_code, **details)

    return access_denied_response


def resource_arn(operation: str, body: bytes, region: str, account_id: str) -> str:
    """The ARN that IAM policies are matched with (Service Authorization Reference, Amazon SageMaker).

    List operations (but ListTags and ListImageVersions) and malformed requests have no resource ("*"); what does not
    exist yet is matched as far as known.
    """
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        request = {}
    if not isinstance(request, dict):
        return "*"
    if isinstance(request.get("ResourceArn"), str):
        return request["ResourceArn"]
    resource = _resource(operation, request)
    return f"arn:aws:sagemaker:{region}:{account_id}:{resource}" if resource else "*"


def _resource(operation: str, request: Structure) -> str | None:
    """The resource part of the ARN, or None where the request names no resource."""
    from emulator.sagemaker import (
        app,
        app_image_config,
        domain,
        image,
        lifecycle_config,
        space,
        user_profile,
        work,
        work_conditions,
    )

    if operation == "CreateDomain":
        return "domain/*"
    if operation.endswith("ImageVersion") and operation != "CreateImageVersion":
        return f"image-version/{str(request.get('ImageName')).lower()}/{request.get('Version', '*')}"
    member, noun = work_conditions.RESOURCES.get(operation, ("", ""))
    if isinstance(request.get(member), str):
        return f"{noun}/{request[member].lower()}"
    forms: tuple[tuple[tuple[str, ...], Callable[..., str]], ...] = (
        (("StudioLifecycleConfigName",), lifecycle_config.path),
        (("DomainId", "AppType", "AppName"), lambda *_values: app.path(request)),
        (("DomainId", "UserProfileName"), user_profile.path),
        (("DomainId", "SpaceName"), space.path),
        (("DomainId",), domain.path),
        (("AppImageConfigName",), app_image_config.path),
        (("ImageName",), image.path),
        (("PipelineName",), work.pipeline_path),
    )
    for members, path in forms:
        values: list[Any] = [request.get(member) for member in members]
        if all(isinstance(value, str) for value in values):
            return path(*values)
    return None
