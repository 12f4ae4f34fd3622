# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the link to Studio, as people go."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import expect


def test_a_member_of_one_team_signs_in_and_opens_studio(portal):
    portal.sign_in("ada")
    portal.expect_state("Choose your team", "You are signed in as ada.")
    expect(portal.page.get_by_role("button", name="Open")).to_have_text(["Open team1"])
    portal.button("Open team1").click()
    portal.expect_studio("team1", "ada")


def test_a_member_of_several_teams_chooses(portal):
    portal.sign_in("grace")
    portal.expect_state("Choose your team")
    teams = ["closed", "first-time", "planned", "team1", "team2"]
    expect(portal.page.get_by_role("button", name="Open")).to_have_text([f"Open {team}" for team in teams])
    portal.button("Open team2").click()
    portal.expect_studio("team2", "grace")


def test_a_link_to_a_team_opens_it_at_once(portal):
    portal.sign_in("grace", team="team2")
    portal.expect_studio("team2", "grace")


def test_who_is_signed_in_already_types_nothing(portal):
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    assert portal.asked("/login") == []


def test_a_wrong_password_is_said_by_the_form_and_the_right_one_goes_on(portal, deployment):
    portal.open(team="team1")
    portal.hosted_ui.sign_in("ada", "Wrong-Passw0rd-1")
    portal.hosted_ui.expect_error()
    portal.hosted_ui.sign_in("ada", deployment.password)
    portal.expect_studio("team1", "ada")


def test_the_first_sign_in_asks_for_a_password_of_ones_own(portal, deployment):
    portal.open(team="team1")
    portal.hosted_ui.sign_in("newcomer", deployment.temporary_password)
    portal.hosted_ui.choose_password("short")
    expect(portal.page.locator(".error")).to_contain_text("assword")
    portal.hosted_ui.choose_password(f"Nn2-{secrets.token_urlsafe(18)}")
    portal.expect_studio("team1", "newcomer")


def test_a_profile_that_is_being_made_is_waited_for(portal):
    """The first request for Studio makes the profile; the page asks again until it is there."""
    portal.arrive("grace", team="first-time")
    portal.expect_state("Studio is getting ready", "Studio of first-time is not ready yet.")
    portal.expect_studio("first-time", "grace")
    assert portal.asked_for_studio() > 1


def test_two_tabs_sign_in_side_by_side(portal, context, deployment):
    other = type(portal)(context.new_page(), deployment)
    portal.open(team="team1")
    other.open()
    portal.hosted_ui.sign_in("ada", deployment.password)
    portal.expect_studio("team1", "ada")
    other.hosted_ui.sign_in("grace", deployment.password)
    other.expect_state("Choose your team", "grace")


@pytest.mark.parametrize("address", ["{api}/", "{portal}/", "{portal}/?team=team1"])
def test_other_ways_to_write_the_address_lead_to_the_portal(portal, deployment, address):
    portal.page.goto(address.format(api=deployment.api_url, portal=deployment.portal_url))
    portal.hosted_ui.sign_in("ada", deployment.password)
    if "team" in address.format(api="", portal=""):
        portal.expect_studio("team1", "ada")
    else:
        portal.expect_state("Choose your team", "ada")


def test_the_portal_is_one_small_request(portal, deployment):
    with portal.page.expect_response(deployment.portal_url) as answer:
        portal.open()
    portal.hosted_ui.expect_form()
    assert len(portal.asked("/prod/")) == 1
    assert 0 < int(answer.value.headers["content-length"]) < 30 * 1024


def test_everything_works_with_the_keyboard_alone(portal, deployment):
    portal.open()
    portal.hosted_ui.expect_form()
    keyboard = portal.page.keyboard
    keyboard.type("grace")
    keyboard.press("Tab")
    keyboard.type(deployment.password)
    keyboard.press("Enter")
    portal.expect_state("Choose your team")
    # Reading starts at the heading, which a screen reader then reads out; the teams follow it.
    expect(portal.title).to_be_focused()
    for label in ["Open closed", "Open first-time", "Open planned", "Open team1"]:
        keyboard.press("Tab")
        expect(portal.button(label)).to_be_focused()
        assert focus_ring(portal.page) >= 2
    keyboard.press("Enter")
    portal.expect_studio("team1", "grace")


def test_sign_out_and_help_can_be_reached_with_the_keyboard(portal):
    portal.arrive("ada")
    portal.expect_state("Choose your team")
    keyboard = portal.page.keyboard
    keyboard.press("Tab")
    keyboard.press("Tab")
    expect(portal.button("Sign out")).to_be_focused()
    assert focus_ring(portal.page) >= 2
    keyboard.press("Tab")
    expect(portal.page.get_by_role("link", name="Help (opens in a new tab)")).to_be_focused()
    assert focus_ring(portal.page) >= 2


def focus_ring(page):
    """The width in pixels of the outline around what has the focus."""
    return page.evaluate(
        """() => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
        }"""
    )


def test_the_organisation_is_named(portal):
    portal.arrive("ada")
    portal.expect_state("Choose your team")
    expect(portal.page).to_have_title("Choose your team - Example Research")
    expect(portal.page.locator("#brand")).to_have_text("ERExample Research")
    link = portal.page.get_by_role("link", name="Help")
    expect(link).to_have_attribute("href", "https://help.example.org/studio")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
