# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where in Studio people land, what the device remembers of it, and the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import problems

LANDINGS = {
    "Studio's home": ["Studio's home: here Studio would show"],
    "kim-lab": ["Space: kim-lab", "App: JupyterLab, InService"],
    "kim-code": ["Space: kim-code", "App: CodeEditor, InService"],
    "shared-lab": ["Landing: studio::/jupyterlab/shared-lab"],
    "shared-code": ["Studio's home: here Studio would show"],
}


@pytest.mark.parametrize("place", LANDINGS)
def test_each_place_is_landed_in(portal, place):
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    portal.place(place).click()
    portal.expect_landing("labs", "kim", *LANDINGS[place])


def test_last_choice_is_offered_first_and_what_is_gone_is_not(portal):
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    assert portal.places()[0][0] == "Studio's home"
    portal.place("shared-code").click()
    portal.expect_studio("labs", "kim")
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    assert [name for name, _said in portal.places()] == [
        *("shared-code", "Studio's home", "kim-code", "kim-lab", "shared-lab")
    ]
    expect(portal.place("shared-code")).to_have_class("team main")
    portal.page.evaluate("""localStorage.setItem("studio-last-places", '{"labs": "gone", "x": 1, "<b>": "y"}')""")
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    assert portal.places()[0][0] == "Studio's home"


def test_on_a_shared_device_nobody_sees_a_place_of_somebody_else(portal):
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    portal.place("kim-lab").click()
    portal.expect_studio("labs", "kim")
    portal.page.context.clear_cookies()
    portal.arrive("rob", team="labs")
    portal.expect_state("Where to in labs?", "rob")
    assert "kim" not in portal.page.locator("main").inner_text()
    assert [name for name, _said in portal.places()] == ["Studio's home", "rob-lab", "shared-code", "shared-lab"]


@pytest.mark.parametrize("kept", ["{", "[]", "null", '{"labs": {"a": 1}}', '"x"'])
def test_what_the_device_kept_may_be_anything(portal, kept):
    portal.arrive("kim")
    portal.expect_state("Choose your team")
    portal.page.evaluate("(kept) => localStorage.setItem('studio-last-places', kept)", kept)
    portal.button("Open labs").click()
    portal.expect_state("Where to in labs?")


def test_places_that_cannot_be_asked_for_keep_nobody_from_studio(portal):
    portal.lose("**/places")
    portal.arrive("kim", team="labs")
    portal.expect_studio("labs", "kim")


def test_answers_that_are_no_places_are_not_shown(portal):
    strange = [
        {"space": "<b>x</b>", "app": "JupyterLab", "sharing": "own", "state": "running"},
        {"space": "a"},
        None,
        5,
        {"space": 5},
    ]
    good = {"space": "kim-lab", "app": "JupyterLab", "sharing": "own", "state": "running"}
    portal.page.route("**/places", lambda route: route.fulfill(json={"places": [good, *strange]}))
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    assert [name for name, _said in portal.places()] == ["Studio's home", "kim-lab"]


def test_the_way_back_leads_to_the_places_and_on_to_another(portal):
    portal.arrive("kim", team="labs")
    portal.go_to_a_place_and_back("labs", "kim", "kim-lab")
    portal.place("kim-code").click()
    portal.expect_landing("labs", "kim", "Space: kim-code")
    assert len(portal.asked("/oauth2/token")) == 1


def test_signing_out_after_the_way_back_ends_the_sign_in(portal):
    portal.sign_in("kim", team="labs")
    portal.go_to_a_place_and_back("labs", "kim", "kim-lab")
    portal.button("Sign out").click()
    portal.expect_state("You are signed out")
    assert portal.kept() == {"local": {"studio-last-places": '{"labs":"kim-lab"}'}}
    portal.page.go_back()
    assert portal.settled(form=True) == ""


def test_places_can_be_chosen_with_the_keyboard(portal):
    portal.arrive("rob", team="labs")
    portal.expect_state("Where to in labs?")
    expect(portal.title).to_be_focused()
    portal.page.keyboard.press("Tab")
    expect(portal.place("Studio's home")).to_be_focused()
    portal.page.keyboard.press("Tab")
    expect(portal.place("rob-lab")).to_be_focused()
    expect(portal.page.get_by_role("button", name="rob-lab JupyterLab, your own, running")).to_be_focused()
    portal.page.keyboard.press("Enter")
    portal.expect_landing("labs", "rob", "Space: rob-lab")


def test_emulators_studio_says_what_it_is_and_can_be_read_by_everybody(portal):
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    portal.place("kim-lab").click()
    portal.expect_landing("labs", "kim", "Emulator. This is not AWS")
    assert problems(portal.page) == []
