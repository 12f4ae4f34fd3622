# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift check's pages in a browser: readable for everybody, from a phone to a desktop, and nothing runs in them."""

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_reports import write
from tests.browser import accessibility
from tests.support.drift_samples import cost, report, samples


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages of one team of each kind, of a report that cannot be read, and of a team that nobody lists any more."""
    folder, told = tmp_path_factory.mktemp("drift"), samples()
    write([report("gone")], ["gone"], str(folder))
    (folder / "broken.json").write_text("{")
    write(list(told.values()), [one["team"] for one in told.values()], str(folder))
    return folder


@pytest.fixture
def page(new_context):
    """A page of a context that watches nothing of the portal's."""
    context = new_context()
    opened = context.new_page()
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    yield opened
    assert all(url.startswith("file:") for url in asked)
    assert opened.evaluate("window.hit") is None
    assert opened.locator("script, img, svg").count() == 0


def open_page(page, folder, name):
    page.goto((folder / name).as_uri())
    return page


def test_overview_can_be_read_by_everybody_and_leads_to_each_team(page, folder):
    open_page(page, folder, "index.html")
    assert accessibility.problems(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    rows = page.get_by_role("region", name="Teams").get_by_role("row")
    assert rows.count() == 1 + len(samples())
    page.get_by_role("link", name="forecast").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Studio of team forecast"
    page.get_by_role("link", name="All teams").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Studio of all teams"


@pytest.mark.parametrize("kind", ["as described", "differs", "look incomplete", "unusual"])
def test_page_of_a_team_can_be_read_by_everybody(page, folder, kind):
    open_page(page, folder, f"{samples()[kind]['team']}.html")
    for closed in page.locator("details:not([open]) summary").all():
        closed.click()
    assert accessibility.problems(page) == []


def test_style_is_let_in_by_the_policy(page, folder):
    open_page(page, folder, "index.html")
    assert page.locator(".chip").first.evaluate("(chip) => getComputedStyle(chip).borderTopLeftRadius") == "16px"


def test_fifty_teams_are_a_table_that_can_be_read(page, tmp_path):
    teams = [report(f"team{number}", cost=cost(float(number))) for number in range(1, 51)]
    write(teams, [one["team"] for one in teams], str(tmp_path))
    open_page(page, tmp_path, "index.html")
    assert accessibility.problems(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.get_by_role("region", name="Teams").get_by_role("row").count() == 51
    heights = [row.bounding_box()["height"] for row in page.locator("tbody tr").all()]
    assert max(heights) < 80
