# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to ministack's other services without the network: what SageMaker does in the customer's account by itself.

They run through the services' own entry points, so overlays apply, but neither IAM nor the list of recorded calls nor
faults on request see them, as it is with AWS's service-linked role.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore import parsers, serialize

from emulator.shared.faults import none_serving
from emulator.shared.models import service_model
from emulator.shared.shapes import Structure
from emulator.shared.upstream import Ec2, Efs, Kms, ec2, efs, kms

SERVICES: dict[str, Ec2 | Efs | Kms] = {"ec2": ec2, "efs": efs, "kms": kms}


class CallFailed(Exception):
    """The other service answered with an error: ``code``, and the message as text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def call(service: str, operation: str, **parameters: Any) -> Structure:
    """Call an operation in the current account and region as boto3 would; raises CallFailed."""
    model = service_model(service)
    operation_model = model.operation_model(operation)
    protocol = model.metadata["protocol"]
    request = serialize.create_serializer(protocol).serialize_to_request(parameters, operation_model)
    url, body = urlsplit(request["url_path"]), request["body"]
    query = {**parse_qs(url.query), **_listed(request["query_string"])}
    if isinstance(body, dict):  # EC2's parameters
        query, body = _listed(body), b""
    body = body.encode() if isinstance(body, str) else body
    headers = {name.lower(): value for name, value in request["headers"].items()}
    with none_serving():
        handling = SERVICES[service].handle_request(request["method"], url.path, headers, body, query)
        status, headers, content = _run(handling)
    content = content.encode() if isinstance(content, str) else content
    answer = {"status_code": status, "headers": {k.lower(): v for k, v in headers.items()}, "body": content}
    parsed = parsers.create_parser(protocol).parse(answer, operation_model.output_shape)
    if status >= 300:
        raise CallFailed(parsed["Error"]["Code"], parsed["Error"]["Message"])
    return parsed


def _listed(parameters: Any) -> Structure:
    """Parameters as ministack wants them; botocore gives an empty string where there are none."""
    return {name: [str(value)] for name, value in dict(parameters or {}).items()}


def _run(coroutine: Any) -> Any:
    """The result of a handler that never really waits, as those of SERVICES; RuntimeError if it does."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("A service that SageMaker calls in process must answer without waiting.")
