# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site in a browser: it is built without a warning, opens, and its search finds things."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from scripts import chromium
from scripts.site.__main__ import HTML, ROOT

pytestmark = pytest.mark.long


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Arguments of pytest-playwright."""
    return {"executable_path": str(chromium.find()), "args": ["--no-sandbox"]}


@pytest.fixture(scope="module")
def site():
    """The address of the site's folder, just built; a link that leads nowhere and any warning end the build."""
    done = subprocess.run([sys.executable, "-m", "scripts.site"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return HTML.as_uri()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("index.html", "mlplatform.studio"),
        ("tutorial.html", "Your company on the emulator in 15 minutes"),
        ("how-to/leaver.html", "Somebody must be out now"),
        ("decisions/0001-one-engine.html", "One engine for all modules"),
        ("collections/mlplatform/studio/kms_key_module.html", "mlplatform.studio.kms_key module"),
        ("collections/mlplatform/studio/studio_role.html", "mlplatform.studio.studio role"),
        ("collections/mlplatform/studio/team_policies_filter.html", "mlplatform.studio.team_policies filter"),
    ],
)
def test_page_opens_without_an_error(site, page, path, title):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site}/{path}")
    assert page.locator("h1").first.inner_text().rstrip("#¶ ").startswith(title)
    assert errors == []


def test_everything_is_reached_from_the_side(site, page):
    page.goto(f"{site}/index.html")
    named = page.locator(".sidebar-tree a").all_inner_texts()
    for title in ("Describing a team", "Run teams in several accounts", "Threat model", "Limits"):
        assert title in named


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("invitation", "Describing a team"),
        ("studio_remove_unlisted_people", "Somebody must be out now"),
        ("rotate", "secret"),
    ],
)
def test_search_finds(site, page, words, found):
    page.goto(f"{site}/search.html?q={words}")
    expect(page.locator("#search-results .search-summary")).to_contain_text("Search finished")
    assert any(found in text for text in page.locator("#search-results li").all_inner_texts())


@pytest.mark.parametrize(
    ("path", "name", "shown"),
    [
        ("threat-model.html", "Trust boundaries", "sign-in function"),
        ("architecture.html", "The way of the data", "choose_teams"),
    ],
)
def test_diagrams_are_drawn_and_have_a_name(site, page, path, name, shown):
    page.goto(f"{site}/{path}")
    drawing = page.get_by_role("document", name=name)
    expect(drawing.locator("p").get_by_text(shown)).to_be_visible()
    assert drawing.evaluate("drawn => drawn.parentElement.scrollWidth <= drawn.parentElement.clientWidth")
