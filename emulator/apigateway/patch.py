# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API Gateway's patch operations: JSON pointers, typed values, lists named by their values, paths that exist.

Source: API Gateway API reference, "Patch operations"; types from the botocore model.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from emulator.apigateway.patch_paths import KINDS, OPERATIONS, refusal
from emulator.shared.shapes import Function, Structure

LISTS = {
    "authorizationScopes",
    "binaryMediaTypes",
    "cacheKeyParameters",
    "features",
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
# Maps of responses whose entries must be there to be replaced or removed, and what AWS says where they are not.
ENTRIES = {
    "responseParameters": "Invalid parameter name specified",
    "responseModels": "Content-Type specified was not found",
}
RESPONSES = ("gateway_response", "method_response")


class InvalidPatch(ValueError):
    """What AWS refuses; the text is AWS's message."""

    def __init__(self, message: str, code: str = "BadRequestException", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def tokens_of(path: str) -> list[str]:
    """``/responseTemplates/application~1json`` -> ``["responseTemplates", "application/json"]``."""
    return [token.replace("~1", "/").replace("~0", "~") for token in path.removeprefix("/").split("/")]


def apply(
    record: Structure,
    kind: str,
    operations: list[Structure],
    check: Callable[[Structure], None] = lambda changed: None,
) -> None:
    """Carry operations out on ``record`` in place; raises InvalidPatch before anything is changed.

    ``kind`` is a key of KINDS; each operation is ``{"op", "path", "value"}`` with a text value. ``check`` gets what the
    record would become, and raises InvalidPatch where that cannot be.
    """
    _check_operations(kind, operations)
    changed = copy.deepcopy(record)
    for operation in operations:
        said = refusal(kind, operation["op"], operation.get("path"))
        if said:
            raise InvalidPatch(said)
        tokens = tokens_of(operation["path"])
        _check_entry(changed, kind, operation, tokens)
        _one(changed, operation["op"], tokens, operation.get("value"), kind)
    check(changed)
    record.clear()
    record.update(changed)


def _check_operations(kind: str, operations: list[Structure]) -> None:
    """Raise InvalidPatch for operations that no resource has (the form is that of every constraint of AWS)."""
    wrong = [
        f"Value '{entry.get('op')}' at '{KINDS[kind].request}.patchOperations.{number}.member.op' failed to satisfy "
        f"constraint: Member must satisfy enum value set: [{', '.join(OPERATIONS)}]"
        for number, entry in enumerate(operations, 1)
        if entry.get("op") not in OPERATIONS
    ]
    if wrong:
        plural = "s" if len(wrong) > 1 else ""
        raise InvalidPatch(f"{len(wrong)} validation error{plural} detected: {'; '.join(wrong)}", "ValidationException")


def _check_entry(record: Structure, kind: str, operation: Structure, tokens: list[str]) -> None:
    if kind not in RESPONSES or len(tokens) < 2:
        return
    entries = record.get(tokens[0]) or {}
    if operation["op"] != "add" and tokens[0] in ENTRIES and tokens[1] not in entries:
        raise InvalidPatch(ENTRIES[tokens[0]], "NotFoundException", 404)
    if operation["op"] != "remove" and kind == "gateway_response" and not operation.get("value"):
        raise InvalidPatch(f"Invalid null or empty value in {tokens[0]}")


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
        return _integer
    return lambda value: value


def _integer(value: str | None) -> int | str | None:
    """The number that a text is; another text as it is, for the check of the changed record."""
    if value in (None, ""):
        return None
    return int(value) if value and value.removeprefix("-").isdecimal() else value


def _changed_list(items: list[Any], op: str, rest: list[str], value: str | None) -> list[Any]:
    """Lists are changed by value: ``add /providerARNs`` with a value, ``replace /endpointConfiguration/types/EDGE``."""
    named = _named(items, rest)
    if op == "remove":
        gone = named if rest else value
        return [item for item in items if item != gone] if gone is not None else []
    if op == "replace" and rest:
        return [*(item for item in items if item != named), value]
    new = value if value is not None else named
    return items if new in items else [*items, new]


def _named(items: list[Any], rest: list[str]) -> str | None:
    if not rest:
        return None
    if rest[0].isdigit() and int(rest[0]) < len(items):
        return items[int(rest[0])]
    return rest[0]
