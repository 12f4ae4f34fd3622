# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has cost, as Cost Explorer and AWS Budgets tell it."""

import datetime

import pytest
from botocore.exceptions import ClientError

from tests.support.http import request

ACCOUNT = "111111111111"
BY_TEAM = {
    "Granularity": "MONTHLY",
    "Metrics": ["UnblendedCost"],
    "GroupBy": [{"Type": "TAG", "Key": "DomainName"}],
}
COSTS = {"DomainName": {"team1": 12.5, "team2": 3}}


def month(day):
    return {"Start": day.replace(day=1).isoformat(), "End": (day + datetime.timedelta(days=1)).isoformat()}


@pytest.fixture
def today():
    return datetime.datetime.now(datetime.UTC).date()


@pytest.fixture
def costs(emulator):
    status, _headers, body = request(f"{emulator.url}/_emulator/account", "POST", {"costs": COSTS})
    assert status == 200, body


def amounts(answer):
    (told,) = answer["ResultsByTime"]
    return {group["Keys"][0]: group["Metrics"]["UnblendedCost"]["Amount"] for group in told["Groups"]}, told[
        "Estimated"
    ]


def test_costs_of_a_month_are_told_by_a_tag(client, costs, today):
    """API reference, GetCostAndUsage: a group of a tag is called by its key, a $ and its value."""
    answer = client("ce").get_cost_and_usage(TimePeriod=month(today), **BY_TEAM)
    assert amounts(answer) == ({"DomainName$team1": "12.5", "DomainName$team2": "3"}, True)


def test_filter_leaves_other_teams_out(client, costs, today):
    wanted = {"Tags": {"Key": "DomainName", "Values": ["team2", "team3"]}}
    answer = client("ce").get_cost_and_usage(TimePeriod=month(today), Filter=wanted, **BY_TEAM)
    assert amounts(answer)[0] == {"DomainName$team2": "3"}


def test_earlier_months_and_other_tags_have_no_costs(client, costs, today):
    earlier = {"Start": "2020-01-01", "End": "2020-02-01"}
    assert amounts(client("ce").get_cost_and_usage(TimePeriod=earlier, **BY_TEAM)) == ({}, False)
    other = {**BY_TEAM, "GroupBy": [{"Type": "TAG", "Key": "Nobody"}]}
    assert amounts(client("ce").get_cost_and_usage(TimePeriod=month(today), **other)) == ({}, True)


@pytest.mark.parametrize(
    "wrong", [{"TimePeriod": {"Start": "2026-02-01", "End": "2026-02-01"}}, {"Metrics": ["Price"]}, {"Metrics": []}]
)
def test_what_aws_refuses(client, today, wrong):
    with pytest.raises(ClientError) as raised:
        client("ce").get_cost_and_usage(**{"TimePeriod": month(today), **BY_TEAM, **wrong})
    assert raised.value.response["Error"]["Code"] == "ValidationException"


def test_budget_tells_the_same_spend(client, costs):
    """Cost Management guide: a budget with a filter by tag counts what carries the tag."""
    budget = {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    limit = {"BudgetLimit": {"Amount": "500", "Unit": "USD"}, "CostFilters": {"TagKeyValue": ["user:DomainName$team1"]}}
    budgets = client("budgets")
    budgets.create_budget(AccountId=ACCOUNT, Budget={**budget, **limit})
    told = budgets.describe_budget(AccountId=ACCOUNT, BudgetName="b")["Budget"]["CalculatedSpend"]
    assert told["ActualSpend"] == {"Amount": "12.5", "Unit": "USD"}
