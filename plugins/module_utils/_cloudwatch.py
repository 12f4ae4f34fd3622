# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alarms of CloudWatch."""

from __future__ import annotations

import typing as t

from ._engine import Item, Listed, refuse_duplicates
from ._naming import Operations, tag_dict, tag_list
from ._plan import Plan, tag_changes


class Alarm(Listed):
    """The metric alarm called name; current is it as the listing showed it, or None."""

    kind = "alarm"
    unordered = frozenset({"alarm_actions", "ok_actions", "insufficient_data_actions", "dimensions"})

    def __init__(self, operations: Operations, name: str, current: dict[str, t.Any] | None) -> None:
        super().__init__(current)
        self.operations = operations
        self.name = name

    def find(self) -> dict[str, t.Any] | None:
        return read_alarms(self.operations, [self.name]).get(self.name)

    def create(self, plan: Plan) -> None:
        self._put(plan.after, tags=tag_list(plan.after.get("tags") or {}) or None)

    def update(self, plan: Plan) -> None:
        if set(plan.changes) - {"tags"}:
            self._put(plan.after)
        if "tags" in plan.changes:
            self._set_tags(plan.before["alarm_arn"], plan.before["tags"], plan.after["tags"])

    def delete(self, plan: Plan) -> None:
        self.operations.call("DeleteAlarms", alarm_names=[self.name])

    def _put(self, wanted: dict[str, t.Any], tags: list[dict[str, str]] | None = None) -> None:
        # An update replaces the whole alarm, and ignores tags (API reference PutMetricAlarm).
        self.operations.call("PutMetricAlarm", **{**wanted, "tags": tags, "alarm_name": self.name})

    def _set_tags(self, arn: str, before: dict[str, str], after: dict[str, str]) -> None:
        new, gone = tag_changes(before, after)
        if new:
            self.operations.call("TagResource", resource_arn=arn, tags=tag_list(new))
        if gone:
            self.operations.call("UntagResource", resource_arn=arn, tag_keys=gone)


def read_alarms(operations: Operations, names: list[str]) -> dict[str, dict[str, t.Any]]:
    """Return the metric alarms of these names as DescribeAlarms shows them, with a ``tags`` dict, by name."""
    listed = operations.pages("DescribeAlarms", "metric_alarms", alarm_names=names) if names else []
    return {alarm["alarm_name"]: {**alarm, "tags": read_tags(operations, alarm["alarm_arn"])} for alarm in listed}


def read_tags(operations: Operations, arn: str) -> dict[str, str]:
    """Return the tags of an alarm."""
    answer = operations.call("ListTagsForResource", resource_arn=arn)
    return tag_dict(answer.get("tags"))


def alarm_items(
    cloudwatch: t.Any, alarms: list[dict[str, t.Any]], tags: dict[str, str] | None, state: str
) -> list[Item]:
    """Return an Item for each alarm; tags go on all of them. Raises StudioError for one that is listed twice."""
    operations = Operations(cloudwatch)
    names = [alarm["name"] for alarm in alarms]
    refuse_duplicates(names, "alarms")
    current = read_alarms(operations, names)

    def item(alarm: dict[str, t.Any]) -> Item:
        wanted = {key: value for key, value in alarm.items() if key != "name"}
        return Item(Alarm(operations, alarm["name"], current.get(alarm["name"])), {**wanted, "tags": tags}, state)

    return [item(alarm) for alarm in alarms]
