# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at what teams spend. Whoever may not ask is told so, and it is no failure of the look."""

from __future__ import annotations

import datetime
import typing as t

from .._blueprint.team import Team
from .._budgets import budget_spend
from .._cost_explorer import month_to_date
from .._run import connect, explain
from .prediction import Clients, Prediction

Told = t.Dict[str, t.Any]
TAG = "DomainName"


def budget_of(team: Team, clients: Clients) -> Told:
    """Return what the team's budget tells; {} where none is described, and {"error": why} where AWS does not say."""
    if not team.budget:
        return {}
    client = connect(Prediction({"aws_config": clients.config}, clients), "budgets")
    return _told(lambda: budget_spend(client, team.platform.account_id, team.names.budget))


def costs_of(teams: t.Sequence[Team], clients: Clients) -> dict[str, Told]:
    """Return what Cost Explorer says that each team has cost this month, in one paid request for all of them.

    A team of which it knows no cost has {"amount": None}; where it does not answer, each has {"error": why}.
    """
    names = [team.name for team in teams]
    client = connect(Prediction({"aws_config": clients.config}, clients), "ce")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    found = _told(lambda: {"by_team": month_to_date(client, TAG, names, today)})
    if found["error"]:
        return {name: {"error": found["error"]} for name in names}
    unknown = {"amount": None, "unit": "USD", "since": today.replace(day=1).isoformat(), "is_estimated": False}
    return {name: {**found["by_team"].get(name, unknown), "error": ""} for name in names}


def _told(ask: t.Callable[[], Told]) -> Told:
    try:
        return {**ask(), "error": ""}
    except Exception as error:  # what was spent is beside the point of a look
        return {"error": explain(error)}
