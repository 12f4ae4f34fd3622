# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The condition key dynamodb:LeadingKeys, which ministack leaves out: the partition keys that a request names.

Sources: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control"; Service Authorization
Reference, DynamoDB. A Scan has no leading keys, so ForAllValues is true of it there, too. Only with ``--auth``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.iam import authorization
from emulator.shared.shapes import Structure
from emulator.shared.upstream import DynamoDb

NAME = "dynamodb"
# `#name = :value` of a key condition, or the other way round; the partition key takes no other comparison.
EQUALITY = re.compile(r"(#?[\w.-]+)\s*=\s*(:\w+)|(:\w+)\s*=\s*(#?[\w.-]+)")
# What has the key of an item: the operation itself, or a part of a transaction or of a batch.
KEYED = {
    **dict.fromkeys(("GetItem", "UpdateItem", "DeleteItem", "Get", "Update", "Delete", "ConditionCheck"), "Key"),
    **{"DeleteRequest": "Key", "PutItem": "Item", "Put": "Item", "PutRequest": "Item"},
}
TRANSACTIONS = ("TransactWriteItems", "TransactGetItems")


def install() -> None:
    """Give the evaluation of policies the leading keys of a request."""
    authorization.RULES[NAME] = authorization.Rules(context, lambda _operation, _request, _context: [])


def context(operation: str, request: Structure) -> Structure:
    """``{"dynamodb:LeadingKeys": values}``, or {} for a request that names no key of a table that exists."""
    found = sorted({text for value in _keys(operation, request) for text in _texts(value)})
    return {"dynamodb:LeadingKeys": found} if found else {}


def _keys(operation: str, request: Structure) -> Iterator[Any]:
    if operation == "Query":
        yield from _queried(request)
    parts = [{operation: request}]
    if operation in TRANSACTIONS:
        parts = _dicts(request.get("TransactItems"))
    for part in parts:
        for name, one in _items(part):
            if name in KEYED and isinstance(one, dict):
                yield _of_item(one.get("TableName"), one.get(KEYED[name]))
    if operation.startswith("Batch"):
        yield from _of_batch(request)


def _of_batch(request: Structure) -> Iterator[Any]:
    for table, asked in _items(request.get("RequestItems")):
        for key in _dicts(asked.get("Keys") if isinstance(asked, dict) else None):
            yield _of_item(table, key)
        for written in _dicts(asked):
            yield from (_of_item(table, one.get(KEYED.get(name))) for name, one in _items(written))


def _dicts(value: Any) -> list[Structure]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _of_item(table: Any, item: Any) -> Any:
    return item.get(_partition_key(table, None)) if isinstance(item, dict) else None


def _queried(request: Structure) -> Iterator[Any]:
    key = _partition_key(request.get("TableName"), request.get("IndexName"))
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    for found in EQUALITY.finditer(str(request.get("KeyConditionExpression") or "")):
        name, value = found[1] or found[4], found[2] or found[3]
        if names.get(name, name) == key:
            yield values.get(value)
    older = (request.get("KeyConditions") or {}).get(key) or {}
    yield from older.get("AttributeValueList") or []


def _partition_key(table: Any, index: str | None) -> str | None:
    """The name of the partition key of a table, named by name or ARN, or of an index of it."""
    upstream = DynamoDb.load()
    found = upstream._tables.get(str(table).rpartition("/")[2])
    return upstream._resolve_index_keys(found, index)[0] if found else None


def _texts(value: Any) -> list[str]:
    """A key's value, ``{"S": text}``, as IAM compares it."""
    return [text for text in value.values() if isinstance(text, str)] if isinstance(value, dict) else []
