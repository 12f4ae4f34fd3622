# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost budgets of AWS Budgets, and whom they tell when they are used up."""

from __future__ import annotations

import decimal
import typing as t

from ._engine import Resource
from ._naming import Operations, tag_dict, tag_list, unless_missing
from ._plan import Plan, tag_changes
from ._waiting import StudioError

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

MISSING = ("NotFoundException",)


class Budget(Resource):
    """The cost budget called name of the account of the caller.

    ``limit`` is an amount in ``unit``; ``notifications`` are dicts of type, threshold (percent) and emails.
    """

    kind = "budget"
    unordered = frozenset({"notifications", "notifications.emails"})

    def __init__(self, budgets: t.Any, sts: t.Any, name: str) -> None:
        self.operations = Operations(budgets)
        self.name = name
        partition, account = sts.get_caller_identity()["Arn"].split(":")[1:5:3]
        self.key = {"account_id": account, "budget_name": name}
        self.arn = f"arn:{partition}:budgets::{account}:budget/{name}"

    def find(self) -> dict[str, t.Any] | None:
        answer = unless_missing(lambda: self.operations.call("DescribeBudget", **self.key), MISSING)
        if answer is None:
            return None
        budget = answer["budget"]
        limit = budget.get("budget_limit", {})
        tags = self.operations.call("ListTagsForResource", resource_arn=self.arn).get("resource_tags", [])
        return {
            "budget_name": self.name,
            "budget_arn": self.arn,
            "limit": float(limit.get("amount", 0)),
            "unit": limit.get("unit", "USD"),
            "time_unit": budget["time_unit"],
            "cost_filters": budget.get("cost_filters", {}),
            "notifications": self._notifications(),
            "tags": tag_dict(tags),
        }

    def _notifications(self) -> list[dict[str, t.Any]]:
        found = self.operations.pages("DescribeNotificationsForBudget", "notifications", **self.key)
        return [self._read(notification) for notification in found]

    def _read(self, notification: dict[str, t.Any]) -> dict[str, t.Any]:
        asked = {**self.key, "notification": _identity(notification)}
        subscribers = self.operations.pages("DescribeSubscribersForNotification", "subscribers", **asked)
        return {
            "type": notification["notification_type"],
            "threshold": float(notification["threshold"]),
            "emails": sorted(one["address"] for one in subscribers if one["subscription_type"] == "EMAIL"),
        }

    def create(self, plan: Plan) -> None:
        values = {
            "budget": self._budget(plan.after),
            "notifications_with_subscribers": [_described(one) for one in plan.after.get("notifications") or []],
            "resource_tags": tag_list(plan.after.get("tags") or {}),
        }
        try:
            self.operations.call("CreateBudget", **self.key, **{name: value for name, value in values.items() if value})
        except ClientError as error:
            # There although it was not found: an earlier attempt of ours took effect and its answer was lost.
            if error.response["Error"]["Code"] != "DuplicateRecordException":
                raise

    def update(self, plan: Plan) -> None:
        if {"limit", "unit", "time_unit", "cost_filters"} & set(plan.changes):
            self.operations.call("UpdateBudget", **self.key, new_budget=self._budget(plan.after))
        if "notifications" in plan.changes:
            self._change_notifications(plan.before["notifications"], plan.after["notifications"])
        if "tags" in plan.changes:
            self._change_tags(plan.before["tags"], plan.after["tags"])

    def delete(self, plan: Plan) -> None:
        unless_missing(lambda: self.operations.call("DeleteBudget", **self.key), MISSING)

    def _budget(self, wanted: dict[str, t.Any]) -> dict[str, t.Any]:
        return {
            "budget_name": self.name,
            "budget_type": "COST",
            "time_unit": wanted["time_unit"],
            "budget_limit": {"amount": plain_amount(wanted["limit"]), "unit": wanted["unit"]},
            "cost_filters": wanted.get("cost_filters") or {},
        }

    def _change_notifications(self, before: list[dict[str, t.Any]], after: list[dict[str, t.Any]]) -> None:
        present, wanted = [_sorted(one) for one in before], [_sorted(one) for one in after]
        for one in present:
            if one not in wanted:
                notification = _described(one)["notification"]
                self.operations.call("DeleteNotification", **self.key, notification=notification)
        for one in wanted:
            if one not in present:
                self.operations.call("CreateNotification", **self.key, **_described(one))

    def _change_tags(self, before: dict[str, str], after: dict[str, str]) -> None:
        new, gone = tag_changes(before, after)
        if new:
            self.operations.call("TagResource", resource_arn=self.arn, resource_tags=tag_list(new))
        if gone:
            self.operations.call("UntagResource", resource_arn=self.arn, resource_tag_keys=gone)


def budget_spend(budgets: t.Any, account_id: str, name: str) -> dict[str, t.Any]:
    """Return what a budget tells of its current period: {"limit", "unit", "actual", "forecast"}.

    What AWS does not know, or not yet, is None. Raises StudioError where there is no budget, and botocore's errors.
    """
    asked = {"account_id": account_id, "budget_name": name}
    answer = unless_missing(lambda: Operations(budgets).call("DescribeBudget", **asked), MISSING)
    if answer is None:
        raise StudioError(f"There is no budget {name}. The next run of teams.yml makes it.")
    budget = answer["budget"]
    spend = budget.get("calculated_spend") or {}
    limit = budget.get("budget_limit") or {}
    return {
        "limit": _amount(limit),
        "unit": limit.get("unit", "USD"),
        "actual": _amount(spend.get("actual_spend")),
        "forecast": _amount(spend.get("forecasted_spend")),
    }


def _amount(money: dict[str, t.Any] | None) -> float | None:
    """Return an amount of money, which AWS tells as a text; None where there is none."""
    return None if not money or money.get("amount") is None else float(money["amount"])


def plain_amount(amount: float) -> str:
    """Return all digits of an amount without an exponent, which Budgets takes alone (API reference, Spend)."""
    text = f"{decimal.Decimal(str(amount)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sorted(notification: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**notification, "emails": sorted(notification["emails"])}


def _identity(notification: dict[str, t.Any]) -> dict[str, t.Any]:
    """What names a notification: it has no id (API reference Notification)."""
    names = ("notification_type", "comparison_operator", "threshold", "threshold_type")
    return {name: notification[name] for name in names if name in notification}


def _described(notification: dict[str, t.Any]) -> dict[str, t.Any]:
    """A notification and its subscribers as the API takes them."""
    return {
        "notification": {
            "notification_type": notification["type"],
            "comparison_operator": "GREATER_THAN",
            "threshold": notification["threshold"],
            "threshold_type": "PERCENTAGE",
        },
        "subscribers": [{"subscription_type": "EMAIL", "address": address} for address in notification["emails"]],
    }
