# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was spent, by Cost Explorer, which takes 0.01 USD for a request."""

from __future__ import annotations

import datetime
import typing as t

from ._naming import Operations

Amount = t.Dict[str, t.Any]


def month_to_date(explorer: t.Any, key: str, values: t.Sequence[str], today: datetime.date) -> dict[str, Amount]:
    """Return what carries a tag has cost in the month of a day (UTC), that day included, by the value of the tag:
    {"amount", "unit", "since", "is_estimated"}. A value of which Cost Explorer knows no cost is not there.

    One paid request. Raises botocore's errors.
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
            "amount": float(group["metrics"]["UnblendedCost"]["amount"]),
            "unit": group["metrics"]["UnblendedCost"].get("unit", "USD"),
            "since": first.isoformat(),
            "is_estimated": bool(month.get("estimated")),
        }
        for group in month.get("groups") or []
    }
