# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state of the portal says in plain words what happened, and is sound for everybody's eyes, ears and screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import states
from tests.browser.accessibility import problems


@pytest.mark.parametrize("state", states.STATES, ids=lambda state: state.name)
def test_a_state_is_plain_and_sound(portal, state):
    try:
        state.reach(portal)
        portal.expect_state(state.title, state.text)
        expect(portal.title).to_be_focused()
        buttons = portal.page.get_by_role("button")
        assert [label for label in buttons.all_inner_texts() if label != "Sign out"] == state.buttons
        assert problems(portal.page) == []
    finally:
        state.leave(portal)


def test_without_javascript_the_page_says_so(browser, deployment):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(deployment.portal_url)
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("This page needs JavaScript to sign you in.")
    assert page.get_by_role("button").count() == 0
    context.close()


def test_other_requests_end_when_something_else_is_chosen(portal):
    """What comes late must not take anybody to a team that was left."""
    portal.page.clock.install()
    portal.answer_studio(409, message="Not ready.", status="Pending")
    portal.arrive("grace", team="team1")
    portal.expect_state("Studio is getting ready")
    portal.button("Choose another team").click()
    portal.expect_state("Choose your team")
    portal.page.unroute_all()
    with pytest.raises(AssertionError, match="did not come about"):
        portal.let_time_pass(until=lambda: portal.asked_for_studio() > 1)
    portal.expect_state("Choose your team")


def test_who_is_shown_a_problem_can_choose_another_team(portal):
    portal.arrive("grace", team="planned")
    portal.expect_state("Studio is not there yet")
    portal.button("Choose another team").click()
    portal.button("Open team1").click()
    portal.expect_studio("team1", "grace")


def test_signing_in_again_remembers_the_team(portal):
    states.by_name("expired").reach(portal)
    portal.expect_state("Your sign-in has expired")
    portal.page.unroute_all()
    portal.button("Sign in again").click()
    portal.expect_studio("team1", "ada")


def test_a_new_member_checks_again(portal, deployment):
    """A membership that was added counts from the next token, for which nothing has to be typed."""
    deployment.set_membership("nobody", "team2", member=False)
    portal.arrive("nobody")
    portal.expect_state("You are in no team yet")
    deployment.set_membership("nobody", "team2", member=True)
    portal.button("Check again").click()
    portal.expect_state("Choose your team")
    expect(portal.button("Open team2")).to_be_visible()
    deployment.set_membership("nobody", "team2", member=False)
