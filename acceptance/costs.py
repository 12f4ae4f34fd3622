# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each step takes and costs, said before the first call. Prices are those of eu-central-1 in US dollars."""

from __future__ import annotations

import dataclasses

# Unit prices with their source. Nobody asked AWS today: the bill counts.
PRICES = {
    "endpoint": (0.012, "an interface endpoint in one zone for an hour", "https://aws.amazon.com/privatelink/pricing/"),
    "key": (1 / 730, "a KMS key for an hour", "https://aws.amazon.com/kms/pricing/"),
    "app": (0.06, "ml.t3.medium for JupyterLab for an hour", "https://aws.amazon.com/sagemaker/ai/pricing/"),
    "job": (0.138, "ml.m5.large for training for an hour", "https://aws.amazon.com/sagemaker/ai/pricing/"),
    "small": (
        0.10,
        "calls, log lines, alarms and stored bytes of the whole run, estimated",
        "the services' pricing pages",
    ),
}
# Interface endpoints of a platform, each in two zones, and its keys: one of the sign-in and one for each team.
ENDPOINTS, ZONES, KEYS = 15, 2, 3


@dataclasses.dataclass(frozen=True)
class Line:
    """A step with its usual minutes (AWS's own times, docs/endings.md and the service's guides) and its cost."""

    step: str
    minutes: float
    dollars: float


def of_platform(minutes: float) -> float:
    """Return what a platform with two teams at rest costs in so many minutes."""
    hourly = ENDPOINTS * ZONES * PRICES["endpoint"][0] + KEYS * PRICES["key"][0]
    return hourly * minutes / 60


def table(lines: list[Line], of_facts: float) -> str:
    """Return the table of steps, and what the whole takes and costs."""
    minutes, dollars = sum(line.minutes for line in lines), sum(line.dollars for line in lines) + of_facts
    dollars += PRICES["small"][0]
    rows = [f"  {line.step:<62}{line.minutes:>6.0f} min{line.dollars:>8.2f} USD" for line in lines]
    rows.append(f"  {'facts, calls, log lines and stored bytes':<72}{of_facts + PRICES['small'][0]:>8.2f} USD")
    rows.append(f"  {'together':<62}{minutes:>6.0f} min{dollars:>8.2f} USD")
    rows += [f"  {price:.4f} USD: {what} ({source})" for price, what, source in PRICES.values()]
    return "\n".join(rows)
