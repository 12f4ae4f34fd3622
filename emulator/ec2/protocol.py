# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2's wire protocol, read from botocore's service model, so that an operation is a function from dict to dict.

A handler takes the request with the member names of the API (``{"VpcEndpointIds": [...], "DryRun": False}``) and
returns the response the same way. It raises Ec2Error for what AWS answers with an error.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import Shape

from emulator.shared.models import service_model
from emulator.shared.patching import replace, replace_entry, require
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import ec2 as upstream

Operation = Callable[[Structure], Structure]
# The actions of serve().
with_own_pages: set[Handler] = set()


class Ec2Error(Exception):
    """An error answer: ``code`` as botocore shows it, ``message`` in AWS's words, HTTP status 400."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _tree(parameters: Structure) -> Structure:
    """``{"Filter.1.Name": ["x"]}`` -> ``{"Filter": {"1": {"Name": "x"}}}``."""
    root: Structure = {}
    for name, value in parameters.items():
        node = root
        *parents, leaf = name.split(".")
        for part in parents:
            child = node.setdefault(part, {})
            node = child if isinstance(child, dict) else {}
        node.setdefault(leaf, value[0] if isinstance(value, list) and value else value)
    return root


def _wire_name(name: str, shape: Shape) -> str:
    query_name = shape.serialization.get("queryName")
    if query_name:
        return query_name
    location = shape.serialization.get("name", name)
    return location[0].upper() + location[1:]


def _parse(shape: Shape, node: Any) -> Any:
    if shape.type_name == "structure":
        found = {
            name: (node[_wire_name(name, sub)], sub)
            for name, sub in shape.members.items()
            if isinstance(node, dict) and _wire_name(name, sub) in node
        }
        return {name: _parse(sub, value) for name, (value, sub) in found.items()}
    if shape.type_name == "list":
        numbered = sorted((key for key in node if key.isdigit()), key=int) if isinstance(node, dict) else []
        return [_parse(shape.member, node[key]) for key in numbered]
    if shape.type_name == "boolean":
        return str(node).lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(node)
    return str(node)


def parse_request(operation: str, parameters: Structure) -> Structure:
    """The structured request of a query-protocol call; members that were not sent are absent."""
    shape = service_model("ec2").operation_model(operation).input_shape
    return _parse(shape, _tree(parameters)) if shape else {}


def _render_scalar(shape: Shape, value: Any) -> str:
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return escape(str(value))


def _render(shape: Shape, value: Any, element: str) -> str:
    if shape.type_name == "structure":
        inner = "".join(
            _render(sub, value[name], sub.serialization.get("name", name))
            for name, sub in shape.members.items()
            if value.get(name) is not None
        )
    elif shape.type_name == "list":
        item = shape.member.serialization.get("name", "item")
        inner = "".join(_render(shape.member, entry, item) for entry in value)
    else:
        inner = _render_scalar(shape, value)
    return f"<{element}>{inner}</{element}>"


def render_response(operation: str, response: Structure) -> tuple[int, Structure, bytes]:
    """The (status, headers, body) answer of a successful call; members that are None are left out."""
    shape = service_model("ec2").operation_model(operation).output_shape
    members = shape.members if shape else {}
    inner = "".join(
        _render(sub, response[name], sub.serialization.get("name", name))
        for name, sub in members.items()
        if response.get(name) is not None
    )
    if not members:
        inner = "<return>true</return>"
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>{uuid.uuid4()}</requestId>{inner}</{operation}Response>"
    )
    return 200, {"Content-Type": "text/xml;charset=UTF-8"}, body.encode()


def serve(operation: str, handler: Operation) -> Callable[[Structure], Answer]:
    """Turn a dict-to-dict handler into what ministack's EC2 action table holds; such actions do their own paging."""

    def action(parameters: Structure) -> Answer:
        try:
            return render_response(operation, handler(parse_request(operation, parameters)))
        except Ec2Error as error:
            return upstream._error(error.code, escape(str(error)), 400)

    with_own_pages.add(action)
    return action


def install_operation(operation: str, name: str, handler: Operation) -> None:
    """Serve ``operation`` with ``handler``, for requests and for in-process callers of ``ec2.<name>`` alike."""
    install_action(operation, name, lambda original: serve(operation, handler))


def install_action(operation: str, name: str, wrapper: Wrapper) -> None:
    """Replace an action of ministack's table, and the function behind it, by ``wrapper(original)``."""
    original = require(upstream, name)
    new = wrapper(original)
    replace(upstream, name, new)
    replace_entry("ministack.services.ec2._ACTION_MAP", upstream._ACTION_MAP, operation, new)


def install_new_operation(operation: str, handler: Operation) -> None:
    """Serve an operation that ministack does not have."""
    upstream._ACTION_MAP[operation] = serve(operation, handler)


def guard(operation: str, name: str, check: Callable[[Structure], None], forgets: str | None = None) -> None:
    """Run ``check(request)`` before ministack's own action; Ec2Error from it becomes the answer.

    ``forgets`` is the request member with the id of what a successful call deletes: its tags go with it.
    """

    def wrapper(original: Handler) -> Handler:
        def action(parameters: Structure) -> Answer:
            request = parse_request(operation, parameters)
            try:
                check(request)
            except Ec2Error as error:
                return upstream._error(error.code, escape(str(error)), 400)
            answer = original(parameters)
            if forgets and answer[0] == 200:
                upstream._tags.pop(request.get(forgets), None)
            return answer

        return action

    install_action(operation, name, wrapper)


def tags_of(resource_id: str) -> list[Structure]:
    """The tags of any EC2 resource as ``[{"Key", "Value"}]``."""
    return [{"Key": tag["Key"], "Value": tag.get("Value", "")} for tag in upstream._tags.get(resource_id, [])]


def store_tags(request: Structure, resource_type: str, resource_id: str) -> None:
    """Keep the tags that TagSpecifications give to ``resource_type``."""
    tags = [
        tag
        for specification in request.get("TagSpecifications", [])
        if specification.get("ResourceType") == resource_type
        for tag in specification.get("Tags", [])
    ]
    if tags:
        upstream._tags[resource_id] = [{"Key": tag["Key"], "Value": tag.get("Value", "")} for tag in tags]


def matches(filters: Iterable[Structure], resource_id: str, attributes: dict[str, Callable[[], Iterable[Any]]]) -> bool:
    """Whether a resource passes a request's Filters.

    ``attributes`` maps a filter's name to a function that gives the resource's values for it. Values are compared as
    text, with ``*`` and ``?``. A filter that AWS does not document for the call is refused.
    Source: API reference Filter; error as EC2 words it for an unknown name.
    """
    return all(_passes(entry["Name"], entry.get("Values", []), resource_id, attributes) for entry in filters)


def _passes(name: str, wanted: list[str], resource_id: str, attributes: Structure) -> bool:
    if name.startswith("tag:"):
        actual = [tag["Value"] for tag in tags_of(resource_id) if tag["Key"] == name[4:]]
    elif name == "tag-key":
        actual = [tag["Key"] for tag in tags_of(resource_id)]
    elif name == "tag-value":
        actual = [tag["Value"] for tag in tags_of(resource_id)]
    elif name in attributes:
        actual = [_text(value) for value in attributes[name]()]
    else:
        raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")
    return any(upstream._glob_match(pattern, value) for pattern in wanted for value in actual)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def page(request: Structure, items: list[Any], default: int = 1000) -> tuple[list[Any], str | None]:
    """One page of ``items`` and the NextToken for the following one, or None."""
    try:
        start = int(request.get("NextToken") or 0)
    except ValueError:
        raise Ec2Error("InvalidNextToken", "The specified NextToken is not valid.") from None
    end = start + (request.get("MaxResults") or default)
    return items[start:end], str(end) if end < len(items) else None
