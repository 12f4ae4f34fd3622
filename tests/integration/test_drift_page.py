# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift check's pages as playbooks/drift.yml writes them, in a browser: no name that somebody took runs in them."""

import json

import pytest
from playwright.sync_api import sync_playwright

from scripts import chromium
from tests.support.http import request

COSTS = {"DomainName": {"team1": 12.5, "team2": 99}}
TEAM = "team1"
NAMES = ["<script>window.hit=1</script>", "<img/src=x/onerror=window.hit=1>", "\"'><svg/onload=window.hit=1>"]


@pytest.fixture(scope="module")
def page(deployed, tmp_path_factory):
    """The file, with strangers of these names in the team's group, and with costs."""
    account, folder = deployed("--auth"), tmp_path_factory.mktemp("drift")
    cognito, pool = account.client("cognito-idp"), {"UserPoolId": account.pool_id()}
    for name in NAMES:
        cognito.admin_create_user(**pool, Username=name, MessageAction="SUPPRESS")
        cognito.admin_add_user_to_group(**pool, Username=name, GroupName=TEAM)
    status, _headers, body = request(f"{account.url}/_emulator/account", "POST", {"costs": COSTS})
    assert status == 200, body
    # It is not in AWS yet.
    budget = {"limit_usd": 500, "notify": ["lead@example.com"]}
    try:
        run = account.run(
            "drift",
            domain_name=TEAM,
            drift_report_dir=str(folder),
            drift_ask_cost_explorer=True,
            studio_budget=budget,
        )
    finally:
        for name in NAMES:
            cognito.admin_delete_user(**pool, Username=name)
    assert run.status == 0, run.output[-6000:]
    return folder / f"{TEAM}.html"


def test_names_are_text_on_the_page_and_nothing_else(page):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=["--no-sandbox"])
        opened = browser.new_page()
        opened.goto(page.as_uri())
        shown = opened.inner_text("body")
        run = opened.evaluate("window.hit")
        made = opened.locator("script, img, svg").count()
        browser.close()
    assert all(name in shown for name in NAMES), shown
    assert (run, made) == (None, 0)


def test_report_tells_undescribed_people_cost_and_budget(page):
    report = json.loads(page.with_suffix(".json").read_text())
    assert (report["state"], report["error"]) == ("differs", "")
    undescribed = [one["what"] for one in report["differences"] if one["kind"] == "not described"]
    # Beside the one whom the deployment made.
    assert {f"Person: {name}" for name in NAMES} <= set(undescribed)
    assert (report["cost"]["amount"], report["cost"]["unit"], report["cost"]["error"]) == (12.5, "USD", "")
    assert report["budget"] == {
        "error": "There is no budget sagemaker-studio--team1--eu-central-1. The next run of teams.yml makes it."
    }
    (missing,) = [one for one in report["differences"] if one["what"].startswith("Budget")]
    assert (missing["kind"], missing["options"]) == ("missing", ["studio_budget"])


def test_overview_lies_beside_it_and_links_to_it(page):
    overview = (page.parent / "index.html").read_text()
    assert f'href="{TEAM}.html"' in overview
    assert "12.50 USD" in overview and "99.00" not in overview
