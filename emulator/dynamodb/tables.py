# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of tables: CREATING before ACTIVE, and DELETING before they are gone.

Source: API reference of Amazon DynamoDB. CreateTable and DeleteTable are asynchronous; to items of a table whose status
is not ACTIVE the answer may be ResourceNotFoundException (GetItem, PutItem); to delete a table that is CREATING it is
ResourceInUseException, and to delete one that is DELETING no error.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.shared.patching import wrap_entry
from emulator.shared.shapes import Answer, Function, Headers, Structure
from emulator.shared.upstream import DynamoDb, app
from emulator.timing import latency

NAME = "dynamodb"
# Of a table itself, and not of its items.
OF_TABLES = ("Table", "Tables", "Resource", "Backups", "ToLive")


def install() -> None:
    """Wrap the whole service, as its module is loaded when the first table is asked for."""
    wrap_entry("ministack.app.SERVICE_HANDLERS", app.SERVICE_HANDLERS, NAME, _with_states)


def _with_states(original: Function) -> Function:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        name = _table_name(body)
        refusal = _refusal(operation, name) if name else None
        if refusal is not None:
            return refusal
        answer: Answer = await original(method, path, headers, body, query)
        if operation == "CreateTable" and answer[0] == 200:
            return _being_created(name)
        return answer

    return handle_request


def _table_name(body: bytes) -> str:
    """The table that a request names by name or ARN, "" for none or where it is malformed."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return ""
    named = request.get("TableName") if isinstance(request, dict) else None
    return named.rpartition("/")[2] if isinstance(named, str) else ""


def _refusal(operation: str, name: str) -> Answer | None:
    """What the state of a table answers in place of the operation, or None; counts a read of it."""
    upstream = DynamoDb.load()
    record = upstream._tables.get(name)
    if record is None:
        return None
    if operation in ("DescribeTable", "CreateTable", "DeleteTable") or _is_over(record):
        _settle(name, record)
    status = record["TableStatus"] if "Transition" in record else "ACTIVE"
    if operation == "DeleteTable" and name in upstream._tables:
        return _delete(name, record, status)
    if status == "CREATING" and not operation.endswith(OF_TABLES):
        return _error("ResourceNotFoundException", "Requested resource not found")
    return None


def _delete(name: str, record: Structure, status: str) -> Answer | None:
    if status == "CREATING":
        return _error("ResourceInUseException", f"Attempt to change a resource which is still in use: Table: {name}")
    if not record.get("DeletionProtectionEnabled"):
        if status == "ACTIVE":
            record.update(TableStatus="DELETING", Transition=latency.begin("table.delete"))
        return _described(name)
    return None


def _being_created(name: str) -> Answer:
    record = DynamoDb.load()._tables[name]
    record.update(TableStatus="CREATING", Transition=latency.begin("table.create"))
    return _described(name)


def _is_over(record: Structure) -> bool:
    return "Transition" in record and latency.remaining(record["Transition"]) <= 0


def _settle(name: str, record: Structure) -> None:
    if "Transition" in record and latency.read(record["Transition"]):
        del record["Transition"]
        if record["TableStatus"] == "DELETING":
            DynamoDb.load()._delete_table({"TableName": name})
        else:
            record["TableStatus"] = "ACTIVE"


def _described(name: str) -> Answer:
    return _json(200, {"TableDescription": DynamoDb.load()._table_description(name)})


def _error(code: str, message: str) -> Answer:
    # The form of ministack's own errors of this service.
    return _json(400, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})


def _json(status: int, answer: dict[str, Any]) -> Answer:
    body = json.dumps(answer).encode()
    return status, {"Content-Type": "application/x-amz-json-1.0"}, body
