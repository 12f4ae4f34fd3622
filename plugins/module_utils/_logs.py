# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log groups of CloudWatch Logs, their streams, and the metrics that are counted in them."""

from __future__ import annotations

import typing as t

from ._engine import Item, Listed, Resource, in_threads, refuse_duplicates
from ._naming import Operations, unless_missing
from ._plan import Plan, tag_changes
from ._waiting import StudioError

MISSING = ("ResourceNotFoundException",)
NEVER = 0  # retention_in_days of a group that keeps its events for ever; AWS shows no number then


class LogGroup(Resource):
    """The log group called name; logs is a boto3 client of logs."""

    kind = "log_group"
    # AWS makes it by itself for who writes to one that is not there.
    may_be_untagged = True

    def __init__(self, logs: t.Any, name: str) -> None:
        self.operations = Operations(logs)
        self.name = name
        self.key = {"log_group_name": name}

    def find(self) -> dict[str, t.Any] | None:
        listed = self.operations.pages("DescribeLogGroups", "log_groups", log_group_name_prefix=self.name)
        group = next((group for group in listed if group["log_group_name"] == self.name), None)
        if group is None:
            return None
        # Tagging wants the ARN without the ":*" that stands for all streams of the group.
        arn = group["arn"].removesuffix(":*")
        answer = unless_missing(lambda: self.operations.call("ListTagsForResource", resource_arn=arn), MISSING) or {}
        return {"retention_in_days": NEVER, **group, "arn": arn, "tags": answer.get("tags", {})}

    def create(self, plan: Plan) -> None:
        # No tags are left out: {} is refused (botocore model: Tags has one at least).
        wanted = {name: value for name, value in plan.after.items() if value not in ("", {})}
        try:
            self.operations.call("CreateLogGroup", **wanted, **self.key)
        except self.operations.client.exceptions.ResourceAlreadyExistsException:
            pass  # an earlier attempt whose answer was lost
        if plan.after.get("retention_in_days", NEVER) != NEVER:
            self._set_retention(plan.after["retention_in_days"])

    def update(self, plan: Plan) -> None:
        if "retention_in_days" in plan.changes:
            self._set_retention(plan.changes["retention_in_days"])
        if "kms_key_id" in plan.changes:
            self._set_key(plan.changes["kms_key_id"])
        if "tags" in plan.changes:
            self._set_tags(plan.before["arn"], plan.before["tags"], plan.after["tags"])

    def _set_retention(self, days: int) -> None:
        operation = "DeleteRetentionPolicy" if days == NEVER else "PutRetentionPolicy"
        self.operations.call(operation, retention_in_days=days, **self.key)

    def _set_key(self, arn: str) -> None:
        self.operations.call("AssociateKmsKey" if arn else "DisassociateKmsKey", kms_key_id=arn or None, **self.key)

    def _set_tags(self, arn: str, before: dict[str, str], after: dict[str, str]) -> None:
        new, gone = tag_changes(before, after)
        if new:
            self.operations.call("TagResource", resource_arn=arn, tags=new)
        if gone:
            self.operations.call("UntagResource", resource_arn=arn, tag_keys=gone)

    def delete(self, plan: Plan) -> None:
        unless_missing(lambda: self.operations.call("DeleteLogGroup", **self.key), MISSING)


def log_group_items(logs: t.Any, groups: list[dict[str, t.Any]], tags: dict[str, str] | None, state: str) -> list[Item]:
    """Return an Item for each log group, all with the same tags. Raises StudioError for one that is listed twice."""
    refuse_duplicates([group["name"] for group in groups], "log groups")
    return [
        Item(
            LogGroup(logs, group["name"]), {**{key: group[key] for key in group if key != "name"}, "tags": tags}, state
        )
        for group in groups
    ]


class LogStreams(Resource):
    """The streams of a log group whose names begin with prefix, all together; they can only be deleted.

    delete_emptied takes the group along where it then has no stream.
    """

    kind = "log_streams"

    def __init__(self, logs: t.Any, log_group_name: str, prefix: str, delete_emptied: bool = False) -> None:
        self.operations = Operations(logs)
        self.name = f"{log_group_name} {prefix}"
        self.group = {"log_group_name": log_group_name}
        self.prefix = prefix
        self.delete_emptied = delete_emptied

    def find(self) -> dict[str, t.Any] | None:
        listed = unless_missing(
            lambda: self.operations.pages(
                "DescribeLogStreams", "log_streams", log_stream_name_prefix=self.prefix, **self.group
            ),
            MISSING,
        )
        if listed is None:
            return None
        goes = self.delete_emptied and not self._has_others()
        if not listed and not goes:
            return None
        names = {"log_stream_names": [stream["log_stream_name"] for stream in listed]}
        return {**names, **self.group} if goes else names

    def _has_others(self) -> bool:
        """Tell whether the group has streams of other names; the first one ends the look."""
        pages = self.operations.client.get_paginator("describe_log_streams").paginate(
            **self.operations.arguments("DescribeLogStreams", self.group)
        )
        return bool(
            unless_missing(
                lambda: any(
                    not stream["logStreamName"].startswith(self.prefix)
                    for page in pages
                    for stream in page["logStreams"]
                ),
                MISSING,
            )
        )

    def delete(self, plan: Plan) -> None:
        in_threads(self._delete, plan.before["log_stream_names"])
        # Somebody may have begun to log meanwhile.
        if "log_group_name" in plan.before and not self._has_others():
            unless_missing(lambda: self.operations.call("DeleteLogGroup", **self.group), MISSING)

    def _delete(self, name: str) -> None:
        unless_missing(lambda: self.operations.call("DeleteLogStream", log_stream_name=name, **self.group), MISSING)


def stream_items(
    logs: t.Any,
    log_group_names: list[str],
    prefix: str,
    *,
    delete_emptied: bool,
    log_group_prefixes: list[str],
) -> list[Item]:
    """Return an Item to delete for the streams of each group, and one for each group with one of log_group_prefixes.

    Raises StudioError for an empty prefix.
    """
    if not prefix:
        raise StudioError("prefix is empty, which would mean every stream. To delete them all, delete the log group.")
    if "" in log_group_prefixes:
        raise StudioError("log_group_prefixes has an empty one, which would mean every log group of the region.")
    streams = [LogStreams(logs, name, prefix, delete_emptied) for name in log_group_names]
    groups = [LogGroup(logs, name) for beginning in log_group_prefixes for name in _group_names(logs, beginning)]
    return [Item(resource, state="absent") for resource in (*streams, *groups)]


def _group_names(logs: t.Any, prefix: str) -> list[str]:
    listed = Operations(logs).pages("DescribeLogGroups", "log_groups", log_group_name_prefix=prefix)
    return [group["log_group_name"] for group in listed]


class MetricFilter(Listed):
    """The metric filter called name of a log group; current is it as the listing showed it, or None."""

    kind = "metric_filter"
    # API reference MetricTransformation: "If you omit this, the unit is set as None."
    filled = frozenset({"metric_transformations.unit"})

    def __init__(self, operations: Operations, group: str, name: str, current: dict[str, t.Any] | None) -> None:
        super().__init__(current)
        self.operations = operations
        self.name = name
        self.key = {"log_group_name": group, "filter_name": name}

    def find(self) -> dict[str, t.Any] | None:
        return read_filters(self.operations, self.key["log_group_name"]).get(self.name)

    def create(self, plan: Plan) -> None:
        # An update replaces the whole filter (API reference PutMetricFilter).
        self.operations.call("PutMetricFilter", **{**plan.after, **self.key})

    update = create

    def delete(self, plan: Plan) -> None:
        self.operations.call("DeleteMetricFilter", **self.key)


def read_filters(operations: Operations, group: str) -> dict[str, dict[str, t.Any]]:
    """Return the metric filters of a log group by name, {} where there is no such group."""
    listed = (
        unless_missing(
            lambda: operations.pages("DescribeMetricFilters", "metric_filters", log_group_name=group), MISSING
        )
        or []
    )
    return {item["filter_name"]: item for item in listed}


def filter_items(logs: t.Any, group: str, filters: list[dict[str, t.Any]], state: str) -> list[Item]:
    """Return an Item for each metric filter of a log group. Raises StudioError for one that is listed twice."""
    refuse_duplicates([item["name"] for item in filters], "metric filters")
    operations = Operations(logs)
    current = read_filters(operations, group)
    return [
        Item(
            MetricFilter(operations, group, item["name"], current.get(item["name"])),
            {key: value for key, value in item.items() if key != "name"},
            state,
        )
        for item in filters
    ]
