# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was spent: by a budget of AWS Budgets, and by Cost Explorer, which takes 0.01 USD for a page."""

from __future__ import annotations

import datetime
import typing as t

from ._budgets import MISSING
from ._engine import StudioError
from ._naming import Operations, unless_missing

Amount = t.Dict[str, t.Any]


def budget_spend(budgets: t.Any, account_id: str, name: str) -> Amount:
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
        "limit": _number(limit),
        "unit": limit.get("unit", "USD"),
        "actual": _number(spend.get("actual_spend")),
        "forecast": _number(spend.get("forecasted_spend")),
    }


def month_to_date(explorer: t.Any, key: str, values: t.Sequence[str], today: datetime.date) -> dict[str, Amount]:
    """Return what carries a tag has cost in the month of a day (UTC), that day included, by the value of the tag:
    {"amount", "unit", "since", "is_estimated"}. A value of which Cost Explorer knows no cost is not there.

    One paid request for up to 5,000 values (API reference, GetCostAndUsage). Raises botocore's errors.
    """
    first = today.replace(day=1)
    asked = {
        # The end is exclusive.
        "time_period": {"start": first.isoformat(), "end": (today + datetime.timedelta(days=1)).isoformat()},
        "granularity": "MONTHLY",
        "metrics": ["UnblendedCost"],
        "filter": {"tags": {"key": key, "values": list(values)}},
        "group_by": [{"type": "TAG", "key": key}],
    }
    (month,) = Operations(explorer).call("GetCostAndUsage", **asked)["results_by_time"]
    return {
        group["keys"][0].partition("$")[2]: {
            "amount": _number(group["metrics"]["UnblendedCost"]),
            "unit": group["metrics"]["UnblendedCost"].get("unit", "USD"),
            "since": first.isoformat(),
            "is_estimated": bool(month.get("estimated")),
        }
        for group in month.get("groups") or []
    }


def _number(amount: Amount | None) -> float | None:
    """Return an amount of money, which AWS tells as a text; None where there is none."""
    return None if not amount or amount.get("amount") is None else float(amount["amount"])
