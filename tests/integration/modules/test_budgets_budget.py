# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

ACCOUNT = {"AccountId": "111111111111", "BudgetName": "team1"}
SPENT = {"threshold": 80.0, "emails": ["ada@example.com", "bob@example.com"]}


@pytest.fixture
def budgets(client):
    return client("budgets")


def run(check=False, **options):
    return run_module("budgets_budget", check=check, **{"name": "team1", "limit": 500, **options})


def test_what_aws_is_told(budgets):
    run(cost_filters={"TagKeyValue": ["user:DomainName$team1"]}, notifications=[SPENT], tags={"DomainName": "team1"})
    budget = budgets.describe_budget(**ACCOUNT)["Budget"]
    assert budget["BudgetLimit"] == {"Amount": "500", "Unit": "USD"}
    assert (budget["BudgetType"], budget["TimeUnit"]) == ("COST", "MONTHLY")
    assert budget["CostFilters"] == {"TagKeyValue": ["user:DomainName$team1"]}
    (notification,) = budgets.describe_notifications_for_budget(**ACCOUNT)["Notifications"]
    assert notification.pop("NotificationState") == "OK"
    assert notification == {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
    }
    found = budgets.describe_subscribers_for_notification(**ACCOUNT, Notification=notification)["Subscribers"]
    assert sorted(one["Address"] for one in found) == SPENT["emails"]


def test_only_what_changed_is_written(emulator, budgets):
    expected = {"type": "FORECASTED", "threshold": 100, "emails": ["ada@example.com"]}
    run(notifications=[SPENT])
    before = len(writes(emulator))
    run(notifications=[expected, {**SPENT, "emails": SPENT["emails"][::-1]}])
    assert writes(emulator)[before:] == ["CreateNotification"]
    run(limit=600)
    assert writes(emulator)[before:] == ["CreateNotification", "UpdateBudget"]
    assert len(budgets.describe_notifications_for_budget(**ACCOUNT)["Notifications"]) == 2


def test_a_lost_answer_makes_it_once(emulator, budgets):
    set_faults(emulator, {"service": "budgets", "operation": "CreateBudget", "drop": True, "times": 1})
    run()
    assert len(budgets.describe_budgets(AccountId="111111111111")["Budgets"]) == 1


def test_without_a_limit_it_is_refused(emulator):
    with (
        no_writes(emulator),
        pytest.raises(ModuleFailed, match="state is present but all of the following are missing"),
    ):
        run_module("budgets_budget", name="team1")
