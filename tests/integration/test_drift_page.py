# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift check's page as playbooks/drift.yml writes it, in a browser: no name that somebody took runs in it."""

import pytest
from playwright.sync_api import sync_playwright

from scripts import chromium

TEAM = "team1"
NAMES = ["<script>window.hit=1</script>", "<img/src=x/onerror=window.hit=1>", "\"'><svg/onload=window.hit=1>"]


@pytest.fixture(scope="module")
def page(deployed, tmp_path_factory):
    """The file, with strangers of these names in the team's group."""
    account, folder = deployed("--auth"), tmp_path_factory.mktemp("drift")
    cognito, pool = account.client("cognito-idp"), {"UserPoolId": account.pool_id()}
    for name in NAMES:
        cognito.admin_create_user(**pool, Username=name, MessageAction="SUPPRESS")
        cognito.admin_add_user_to_group(**pool, Username=name, GroupName=TEAM)
    try:
        run = account.run("drift", domain_name=TEAM, drift_report_dir=str(folder))
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
