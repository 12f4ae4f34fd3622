# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the sign-in safe, each as one check of a portal in a browser.

Every check ends by an assertion, never by waiting in vain: test_planted_faults.py proves that each finds its fault.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from playwright.sync_api import expect

from tests.browser.deployment import MARKUP
from tests.browser.portal import PRESIGNED_URL, STUDIO

EVIL = "https://evil.example/"
# A page that any other may frame.
UNGUARDED = "https://d-none.studio.eu-central-1.sagemaker.aws/none"
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


def a_foreign_code_is_not_used(portal):
    """A code whose state is not that of this tab's trip never reaches the token endpoint."""
    portal.open()
    portal.hosted_ui.expect_form()
    portal.open(code="made-up", state="foreign")
    portal.expect_state("This sign-in did not start here", "Nothing was done.")
    assert portal.asked("/oauth2/token") == []


def a_token_with_a_foreign_nonce_is_not_used(portal):
    """The id token must carry the nonce of this tab's trip."""

    def other_nonce(route):
        address = urlsplit(route.request.url)
        query = {name: value for name, (value,) in parse_qs(address.query).items()}
        route.continue_(url=urlunsplit(address._replace(query=urlencode({**query, "nonce": "foreign"}))))

    portal.page.route("**/oauth2/authorize?**", other_nonce)
    portal.arrive("ada")
    portal.expect_state("The sign-in could not be finished")


def the_code_is_bound_by_pkce(portal):
    """The request for a code carries the S256 challenge of the verifier that is sent with the code, new each time."""
    challenges = set()
    for _ in range(2):
        portal.arrive("ada")
        portal.expect_state("Choose your team")
        (token_request,) = [one for one in portal.requests if one.url.endswith("/oauth2/token")][-1:]
        (verifier,) = parse_qs(token_request.post_data).get("code_verifier", [""])
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        sent = portal.authorization()
        assert sent.get("code_challenge_method") == "S256"
        assert sent.get("code_challenge") == digest
        assert len(verifier) >= 43
        challenges.add(digest)
    assert len(challenges) == 2


def code_and_state_leave_the_address(portal):
    """Neither the address nor the tab's history names the code."""
    portal.arrive("ada")
    portal.expect_state("Choose your team")
    assert portal.page.url == portal.deployment.portal_url
    assert [address for address in portal.history() if "code=" in address] == []


def names_are_text(portal):
    """A person whose name is markup sees it as text."""
    portal.arrive(MARKUP)
    portal.expect_state("Choose your team", f"You are signed in as {MARKUP}.")
    expect(portal.page.locator("img")).to_have_count(0)


def studio_learns_no_address(portal):
    """Studio and the hosted pages get no Referer."""
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    (studio,) = [one for one in portal.requests if "/auth" in urlsplit(one.url).path and "studio." in one.url][:1]
    assert "referer" not in studio.all_headers()
    (hosted_ui,) = [one for one in portal.requests if "/oauth2/authorize" in one.url][:1]
    assert "referer" not in hosted_ui.all_headers()


def no_page_frames_the_portal(portal):
    """A frame of the portal stays empty; one of another page of AWS does not."""
    page = portal.page
    # In a state that stays: the portal itself would go on to the hosted pages.
    framed = f"{portal.deployment.portal_url}?team=-"
    body = f'<iframe name="control" src="{UNGUARDED}"></iframe><iframe name="portal" src="{framed}"></iframe>'
    page.route(EVIL, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(EVIL)
    expect(page.frame(name="control").locator("h1")).to_have_text("Not found")
    assert page.frame(name="portal").locator("#title").count() == 0


def a_link_opens_ones_own_teams_only(portal):
    """Studio of a team that is not the person's is not even asked for."""
    portal.arrive("ada", team="team2")
    portal.expect_state("This is not one of your teams", "not a member of team2")
    assert portal.asked("/domainName/") == []


def studio_hosts_alone_are_followed(portal):
    """An answer of the API that leads elsewhere is not followed."""
    own = "d-abc.studio.eu-central-1.sagemaker.aws"
    for url in [
        EVIL,
        f"http://{own}/auth?token=x",
        f"https://{own}.evil.example/auth?token=x",
        f"https://{own}@evil.example/auth?token=x",
        f"https://evil.example/{own}",
        "https://evilstudio.eu-central-1.sagemaker.aws.example/",
        "javascript:document.title='followed'",
        f"https://user:pass@{own}/auth",
        "",
        None,
    ]:
        portal.page.unroute_all()
        portal.answer_studio(200, url=url)
        portal.arrive("ada", team="team1")
        portal.expect_state("Studio was not opened", "an address that is not Studio's")
    assert portal.page.url == portal.deployment.portal_url


def nothing_is_kept_by_the_browser(portal):
    """While somebody is signed in, the portal's origin keeps nothing: not the token either."""
    portal.arrive("ada")
    portal.expect_state("Choose your team")
    assert portal.kept() == {}
    assert not TOKEN.search(portal.page.content())


def nothing_secret_is_said(portal):
    """Neither console nor page ever holds a token or the presigned URL."""
    said = []
    portal.page.on("console", lambda message: said.append(message.text))
    portal.page.add_init_script(
        """new MutationObserver(() => {
            if (/eyJ|token=/.test(document.documentElement.outerHTML)) console.info("token= was on the page");
        }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});"""
    )
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    assert [text for text in said if TOKEN.search(text) or "token=" in text] == []


def the_way_back_does_not_show_the_url(portal):
    """No entry of the history but Studio's own names the presigned URL, and none has a code."""
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    *others, _studio = portal.history()
    assert [address for address in others if "token=" in address or "code=" in address] == []
    portal.page.go_back()
    assert portal.page.url == portal.deployment.portal_url


def answers_are_not_kept(portal):
    """Neither the page nor the presigned URL may be kept by anything on the way."""
    answers = {}
    portal.page.on("response", lambda answer: answers.update({urlsplit(answer.url).path: answer.headers}))
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    ours = {path: headers for path, headers in answers.items() if path.startswith("/prod/")}
    assert sorted(path.rpartition("/")[2] for path in ours) == ["getPresignedUrl", "places", "portal"]
    assert {headers.get("cache-control") for headers in ours.values()} == {"no-store"}
    assert {headers.get("x-content-type-options") for headers in ours.values()} == {"nosniff"}


def signing_out_ends_the_sign_in(portal):
    """After signing out, the next sign-in asks for the password again; the page says what stays open."""
    portal.sign_in("ada")
    portal.expect_state("Choose your team")
    portal.button("Sign out").click()
    portal.expect_state("You are signed out")
    expect(portal.page.locator("#note")).to_contain_text("stays open until it ends by itself, at most 8 hours")
    portal.button("Sign in").click()
    assert portal.settled(form=True) == ""


def what_gets_ready_is_waited_for(portal):
    """The page asks again by itself, without moving the focus or the words, and opens Studio as soon as it is ready."""
    portal.page.clock.install()
    portal.answer_studio(409, message="Not ready.", status="Pending")
    portal.arrive("ada", team="team1")
    portal.expect_state("Studio is getting ready", "opens here by itself")
    portal.button("Try again").focus()
    portal.let_time_pass(until=lambda: portal.asked_for_studio() > 2)
    expect(portal.button("Try again")).to_be_focused()
    portal.page.unroute_all()
    portal.let_time_pass(until=lambda: STUDIO.fullmatch(portal.page.url))


def the_way_back_needs_no_sign_in(portal):
    """Back from Studio, Cognito is asked nothing while the token lives, which then is in memory alone again."""
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    portal.page.go_back()
    portal.expect_state("Where to in team1?", "You are signed in as ada.")
    assert len(portal.asked("/oauth2/authorize")) == len(portal.asked("/oauth2/token")) == 1
    assert portal.kept() == {}


def a_token_that_has_ended_is_not_used(portal):
    """Back from Studio after the token's end, Cognito is asked anew."""
    portal.arrive("ada", team="team1")
    portal.expect_studio("team1", "ada")
    portal.page.clock.set_fixed_time(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=6))
    portal.page.go_back()
    portal.expect_state("Choose your team", "You are signed in as ada.")
    assert len(portal.asked("/oauth2/authorize")) == 2
    assert portal.kept() == {}


def places_are_names_and_nothing_else(portal):
    """What the device remembers are names of teams and spaces."""
    portal.arrive("kim", team="labs")
    portal.go_to_a_place_and_back("labs", "kim", "kim-lab")
    assert portal.kept() == {"local": {"studio-last-places": '{"labs":"kim-lab"}'}}


def a_place_of_somebody_else_is_not_opened(portal):
    """Another person's private space is not offered, and a request that names it by hand gets nothing."""
    portal.page.route(PRESIGNED_URL, lambda route: route.continue_(url=route.request.url.replace("kim-lab", "rob-lab")))
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    assert "rob-lab" not in portal.page.content()
    portal.place("kim-lab").click()
    portal.expect_state("This place is not there any more", "no such place for you in labs")


CHECKS = [
    the_way_back_needs_no_sign_in,
    a_token_that_has_ended_is_not_used,
    places_are_names_and_nothing_else,
    a_place_of_somebody_else_is_not_opened,
    a_foreign_code_is_not_used,
    a_token_with_a_foreign_nonce_is_not_used,
    the_code_is_bound_by_pkce,
    code_and_state_leave_the_address,
    names_are_text,
    studio_learns_no_address,
    no_page_frames_the_portal,
    a_link_opens_ones_own_teams_only,
    studio_hosts_alone_are_followed,
    nothing_is_kept_by_the_browser,
    nothing_secret_is_said,
    the_way_back_does_not_show_the_url,
    answers_are_not_kept,
    signing_out_ends_the_sign_in,
    what_gets_ready_is_waited_for,
]
