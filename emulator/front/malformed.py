# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that cannot be read: AWS answers 400 before any service sees them, or instead of the service's failure.

Sources: API references, common errors (SerializationException of the JSON and CBOR protocols, MalformedInput of the
query protocol), error codes of EC2 (InvalidParameterValue) and S3 (MalformedXML); RFC 8259, RFC 8949.
"""

from __future__ import annotations

import json
import zlib
from typing import Any, NoReturn

from botocore.model import OperationModel, Shape

from emulator.front import cbor
from emulator.shared.models import service_model, services
from emulator.shared.nesting import DEPTH, is_too_deep
from emulator.shared.operations import Request, content_of, form
from emulator.shared.shapes import Identity
from emulator.shared.validation import SerializationError, strangers

# How much a compressed body may become.
INFLATED = 64 * 1024 * 1024
GZIP = 31
Refusal = tuple[str, str]
TEMPLATE = "TemplateBody"
UNREADABLE = "SerializationException"


class MalformedXmlError(ValueError):
    """A body that should be XML is none; the text is S3's."""


def has_content(identity: Identity, request: Request) -> bool:
    """Whether the body of a call is JSON, XML or CBOR, which must be whole."""
    return cbor.is_cbor(request.headers) or content_of(identity, request) is not None


def refusal(identity: Identity, request: Request) -> Refusal | None:
    """(code, text) for a call whose JSON, XML or CBOR nobody can read; None for all others."""
    # What comes in signed chunks is put together later.
    chunked = "x-amz-decoded-content-length" in request.headers
    if identity[0] == "cloudformation" and is_too_deep(form(request).get(TEMPLATE, [""])[0]):
        return "ValidationError", "Template format error: the template is nested too deeply."
    if not request.body or chunked or not has_content(identity, request):
        return None
    try:
        _content(identity, request)
    except SerializationError as error:
        return UNREADABLE, str(error)
    except MalformedXmlError as error:
        return "MalformedXML", str(error)
    return None


def explanation(identity: Identity, request: Request) -> Refusal | None:
    """(code, text) for a call with which a service failed, if the call is to blame: types are not the model's."""
    service, name = identity
    if service not in services() or name not in service_model(service).operation_names:
        return None
    operation = service_model(service).operation_model(name)
    if content_of(identity, request) == "json":
        try:
            unknown = strangers(_body_of(operation), _content(identity, request) if request.body else {})
        except SerializationError as error:
            return UNREADABLE, str(error)
        if unknown:
            return UNREADABLE, f"Unexpected field: {unknown[0]}"
    wrong = _no_number(operation.input_shape, {**form(request), **request.parameters})
    if wrong is None:
        return None
    return "InvalidParameterValue" if service == "ec2" else "MalformedInput", f"{wrong} is not a number."


def _content(identity: Identity, request: Request) -> Any:
    """What a JSON body says; of XML and CBOR nothing is read but whether it is whole."""
    body = _inflated(request)
    if cbor.is_cbor(request.headers):
        return cbor.check(body, DEPTH)
    return _json(body) if content_of(identity, request) == "json" else _check_xml(body)


def _check_xml(body: bytes) -> None:
    """Raise MalformedXmlError for what is no XML, or has entities of its own (text: S3's error codes)."""
    from emulator.shared.upstream import cognito

    try:
        cognito.safe_xml_parse(body)
    except (SyntaxError, ValueError):
        raise MalformedXmlError(
            "The XML you provided was not well-formed or did not validate against our published schema"
        ) from None


def _inflated(request: Request) -> bytes:
    if "gzip" not in request.headers.get("content-encoding", "").lower():
        return request.body
    inflater = zlib.decompressobj(GZIP)
    try:
        body = inflater.decompress(request.body, INFLATED)
    except zlib.error:
        raise SerializationError("The body is not compressed as its Content-Encoding says.") from None
    if not inflater.eof:
        raise SerializationError("The compressed body is cut, or too large.")
    return body


def _json(body: bytes) -> Any:
    """The object in a body; raises SerializationError where it is none, or not fit to be shown in an answer."""
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_refuse)
        if is_too_deep(body.decode("utf-8")) and _deeper_than(DEPTH, content):
            raise SerializationError("The body is nested too deeply.")
        if b"\\u" in body:
            json.dumps(content, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise SerializationError("The body is nested too deeply.") from None
    except (ValueError, UnicodeError) as error:
        raise SerializationError(str(error).partition(":")[0]) from None
    if not isinstance(content, dict):
        raise SerializationError("Start of structure or map expected")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _deeper_than(depth: int, content: Any) -> bool:
    level = [content]
    while level and depth:
        depth -= 1
        level = [item for value in level for item in _items(value)]
    return bool(level)


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _body_of(operation: OperationModel) -> Shape | None:
    """The shape of what the body holds: the input without what path, query and headers hold, or its payload."""
    shape = operation.input_shape
    payload = shape and shape.serialization.get("payload")
    return shape.members[payload] if shape and payload else shape


def _no_number(shape: Shape | None, parameters: dict[str, list[str]]) -> str | None:
    """The name of a parameter that is a number by the model and not by its text; None if there is none."""
    given = {name.lower(): values[0] for name, values in parameters.items()}
    for name, member in (shape.members if shape else {}).items():
        for known in (name, member.serialization.get("name", name)):
            text = given.get(known.lower(), "0")
            if member.type_name in ("integer", "long") and not text.lstrip("-").isdecimal():
                return str(known)
    return None
