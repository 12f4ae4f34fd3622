# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has cost: Cost Explorer's GetCostAndUsage, and the spend that AWS Budgets tells.

Nothing costs anything here until POST /_emulator/account says so (``costs``), by a tag that is activated as a cost
allocation tag, for the current month. Sources: Cost Explorer API reference, GetCostAndUsage (the end is exclusive; the
groups of a tag are called ``key$value``; the current month is estimated), and the Cost
Management guide, "Using the AWS Cost Explorer API" (one endpoint, in us-east-1; 0.01 USD a request).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from ministack.core.responses import error_response_json, json_response

from emulator.shared.account import account
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Headers, Structure
from emulator.shared.upstream import budgets

NAME = "ce"
TARGET = "AWSInsightsIndexService."
METRICS = (
    "AmortizedCost",
    "BlendedCost",
    "NetAmortizedCost",
    "NetUnblendedCost",
    "NormalizedUsageAmount",
    "UnblendedCost",
    "UsageQuantity",
)
TAG_OF_A_BUDGET = "user:"


def install() -> None:
    """Let AWS Budgets tell the same costs."""
    wrap(budgets, "_apply_show_filter_expression", _with_spend)


async def handle_request(_method: str, _path: str, headers: Headers, body: bytes, _query: Structure) -> Answer:
    """Answer a call of Cost Explorer."""
    operation = headers.get("x-amz-target", "").removeprefix(TARGET)
    if operation != "GetCostAndUsage":
        return error_response_json("UnknownOperationException", f"{operation} is not emulated.", 400)
    request = json.loads(body or b"{}")
    period = request.get("TimePeriod") or {}
    start, end = period.get("Start", ""), period.get("End", "")
    if not start < end:
        return _invalid("Start date (and hour) should be before end date (and hour)")
    unknown = [metric for metric in request.get("Metrics") or [] if metric not in METRICS]
    if unknown or not request.get("Metrics"):
        return _invalid(f"Metrics must be of {', '.join(METRICS)}")
    if request.get("Granularity") != "MONTHLY" or not _is_by_one_tag(request):
        return error_response_json("UnknownOperationException", "Only months by one tag are emulated.", 400)
    return json_response(
        {
            "GroupDefinitions": request["GroupBy"],
            "ResultsByTime": [_month(first, last, request) for first, last in _months(start, end)],
            "DimensionValueAttributes": [],
        }
    )


def reset() -> None:
    """Nothing is kept here."""


def _is_by_one_tag(request: Structure) -> bool:
    groups, wanted = request.get("GroupBy") or [], request.get("Filter") or {}
    return len(groups) == 1 and groups[0].get("Type") == "TAG" and set(wanted) <= {"Tags"}


def _months(start: str, end: str) -> Iterator[tuple[datetime.date, datetime.date]]:
    """The months of a period, or what of them is in it: first day and the day after the last."""
    first, after = datetime.date.fromisoformat(start[:10]), datetime.date.fromisoformat(end[:10])
    while first < after:
        following = (first.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
        yield first, min(following, after)
        first = following


def _month(first: datetime.date, last: datetime.date, request: Structure) -> Structure:
    today = datetime.datetime.now(datetime.UTC).date()
    is_current = first <= today < last or (first.year, first.month) == (today.year, today.month)
    key = request["GroupBy"][0]["Key"]
    wanted = (request.get("Filter") or {}).get("Tags") or {"Key": key}
    costs = account.costs.get(key, {}) if is_current and wanted.get("Key") == key else {}
    chosen = {value: cost for value, cost in costs.items() if value in wanted.get("Values", costs)}
    return {
        "TimePeriod": {"Start": first.isoformat(), "End": last.isoformat()},
        "Total": {},
        "Groups": [
            {
                "Keys": [f"{key}${value}"],
                "Metrics": {metric: {"Amount": str(cost), "Unit": "USD"} for metric in request["Metrics"]},
            }
            for value, cost in sorted(chosen.items())
        ],
        "Estimated": is_current,
    }


def _invalid(message: str) -> Answer:
    return error_response_json("ValidationException", message, 400)


def _with_spend(original: Function) -> Function:
    """ministack's budgets never know of a cost."""

    def shown(budget: Structure, show: bool) -> Structure:
        told: Structure = original(budget, show)
        spent = [
            account.costs.get(key, {}).get(value, 0)
            for pair in (budget.get("CostFilters") or {}).get("TagKeyValue", [])
            for key, _, value in [pair.removeprefix(TAG_OF_A_BUDGET).partition("$")]
        ]
        if any(spent):
            unit = told["CalculatedSpend"]["ActualSpend"]["Unit"]
            told["CalculatedSpend"]["ActualSpend"] = {"Amount": str(sum(spent)), "Unit": unit}
        return told

    return shown
