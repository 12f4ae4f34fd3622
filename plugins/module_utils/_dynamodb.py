# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of DynamoDB that are paid by request and have a text as their key."""

from __future__ import annotations

import typing as t

from ._engine import Resource
from ._naming import Operations, code_of, tag_dict, tag_list, unless_missing
from ._plan import Plan, tag_changes
from ._waiting import poll, retry

MISSING = ("ResourceNotFoundException",)
IN_USE = "ResourceInUseException"
ACTIVE = "ACTIVE"


class Table(Resource):
    """The table called name; dynamodb is a boto3 client, timeout (seconds) for how long it may come and go."""

    kind = "table"
    immutable = frozenset({"partition_key"})

    def __init__(self, dynamodb: t.Any, name: str, timeout: float) -> None:
        self.operations = Operations(dynamodb)
        self.name = name
        self.key = {"table_name": name}
        self.timeout = timeout

    def find(self) -> dict[str, t.Any] | None:
        table = self._described()
        if table is None or table["table_status"] == "DELETING":
            return None
        partition_key = next(key["attribute_name"] for key in table["key_schema"] if key["key_type"] == "HASH")
        return {**table, "partition_key": partition_key, "tags": self._tags(table["table_arn"])}

    def create(self, plan: Plan) -> None:
        key = plan.after["partition_key"]

        def make() -> None:
            self.operations.call(
                "CreateTable",
                **self.key,
                attribute_definitions=[{"attribute_name": key, "attribute_type": "S"}],
                key_schema=[{"attribute_name": key, "key_type": "HASH"}],
                billing_mode="PAY_PER_REQUEST",
                tags=tag_list(plan.after.get("tags") or {}) or None,
            )

        try:
            # One that is still being deleted keeps its name until it is gone.
            retry(make, lambda error: code_of(error) == IN_USE and self.find() is None, self.timeout)
        except self.operations.client.exceptions.ResourceInUseException:
            pass  # an earlier attempt whose answer was lost, or another run that made it at the same time

    def update(self, plan: Plan) -> None:
        arn = plan.before["table_arn"]
        new, gone = tag_changes(plan.before["tags"], plan.after["tags"])
        if gone:
            self.operations.call("UntagResource", resource_arn=arn, tag_keys=gone)
        if new:
            self.operations.call("TagResource", resource_arn=arn, tags=tag_list(new))

    def delete(self, plan: Plan) -> None:
        def remove() -> None:
            unless_missing(lambda: self.operations.call("DeleteTable", **self.key), MISSING)

        # Until it is made, it cannot be deleted.
        retry(remove, lambda error: code_of(error) == IN_USE, self.timeout)

    def wait(self, plan: Plan) -> None:
        if plan.action == "delete":
            poll(
                self._described, lambda table: table is None, self.timeout, f"{self.label} to be deleted", thing="table"
            )
        else:
            poll(self._described, is_active, self.timeout, f"{self.label} to be {ACTIVE}", thing="table")

    def _described(self) -> dict[str, t.Any] | None:
        answer = unless_missing(lambda: self.operations.call("DescribeTable", **self.key), MISSING)
        return answer["table"] if answer else None

    def _tags(self, arn: str) -> dict[str, str]:
        answer = unless_missing(lambda: self.operations.call("ListTagsOfResource", resource_arn=arn), MISSING) or {}
        return tag_dict(answer.get("tags"))


def is_active(table: dict[str, t.Any] | None) -> bool:
    """Tell whether items can be written to a table."""
    return table is not None and table["table_status"] == ACTIVE
