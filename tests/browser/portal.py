# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does with the portal and with Cognito's hosted pages, in a browser's tab."""

from __future__ import annotations

import contextlib
import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Error, expect

STUDIO = re.compile(r"https://d-[a-z0-9]+\.studio\.eu-central-1\.sagemaker\.aws/auth\?token=.+")
PRESIGNED_URL = "**/getPresignedUrl*"
PASSING = ["Signing in", "Signing out", "Opening Studio"]
# Everything is on this machine; a machine that is busy with other tests is slow all the same.
SECONDS = 20


class HostedUi:
    """Cognito's pages. Their markup is AWS's (here the emulator's) own, so everything that knows it stands here."""

    def __init__(self, page):
        self.page = page

    def asks(self):
        """Whether the sign-in form is there."""
        return self.page.title() == "Sign in"

    def expect_form(self):
        """Wait for the sign-in form."""
        expect(self.page).to_have_title("Sign in")

    def sign_in(self, person, password):
        """Fill in the sign-in form and send it."""
        self.expect_form()
        self.page.get_by_label("Username").fill(person)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def expect_error(self):
        """Wait for the form's error message."""
        expect(self.page.locator(".error")).to_contain_text("Incorrect username or password")

    def choose_password(self, password, again=None):
        """Fill in the form that asks for a password of one's own and send it."""
        self.page.get_by_label("New password", exact=True).fill(password)
        self.page.get_by_label(re.compile("Confirm")).fill(password if again is None else again)
        self.page.get_by_role("button").click()


class Portal:
    """The portal of a deployment, in a tab of its own. `requests` is all that the tab asked for, in order."""

    def __init__(self, page, deployment):
        self.page = page
        self.deployment = deployment
        self.hosted_ui = HostedUi(page)
        self._hosts = [urlsplit(url).hostname for url in (deployment.portal_url, deployment.hosted_ui_url)]
        self.requests, self.errors = [], []
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - built-ins are refused
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    # What is on the card

    @property
    def title(self):
        """The heading."""
        return self.page.locator("#title")

    @property
    def text(self):
        """The sentence below the heading."""
        return self.page.locator("#text")

    def button(self, name):
        """A button by its label."""
        return self.page.get_by_role("button", name=name, exact=True)

    def settled(self, form=False):
        """The heading, as soon as it is not one that passes by itself; with `form`, "" once the sign-in form is there.

        Raises AssertionError at once where that can never come: the tab went elsewhere, or the page's script failed.
        """
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            assert self.errors == []
            host = urlsplit(self.page.url).hostname
            assert host in self._hosts, f"The tab went to {host}"
            with contextlib.suppress(Error):  # the tab is on its way to another page
                if form and self.hosted_ui.asks():
                    return ""
                headings = self.title.all_inner_texts()
                if headings and headings[0] not in PASSING:
                    return headings[0]
            self.page.wait_for_timeout(50)
        raise AssertionError(f"After {SECONDS} seconds, the tab still shows {self.page.title()}")

    def expect_state(self, title, text=""):
        """Wait for the state with this heading, whose sentence contains `text`."""
        assert self.settled() == title
        assert text in self.text.inner_text()

    # What a person does

    def open(self, **query):
        """Open the portal's address."""
        self.page.goto(self.deployment.portal_url + (f"?{urlencode(query)}" if query else ""))

    def sign_in(self, person, **query):
        """Open the portal and sign in with the form."""
        self.open(**query)
        self.hosted_ui.sign_in(person, self.deployment.password)

    def arrive(self, person, **query):
        """Open the portal as somebody whom Cognito still knows: nothing has to be typed."""
        self.page.context.add_cookies(self.deployment.cookies_of(person))
        self.open(**query)

    def place(self, name):
        """The button that leads to a place in Studio."""
        return self.page.locator("button.team").filter(has_text=re.compile(f"^{re.escape(name)}\\b"))

    def places(self):
        """The places that are offered, in their order: [(name, what is said of it)]."""
        buttons = self.page.locator("button.team").all()
        return [tuple(part.strip() for part in button.inner_text().split("\n", 1)) for button in buttons]

    def expect_landing(self, team, person, *said):
        """Wait for Studio's own page, which says where somebody landed."""
        self.expect_studio(team, person)
        for words in said:
            expect(self.page.locator("body")).to_contain_text(words)

    def expect_studio(self, team, person):
        """Wait for Studio's own page."""
        expect(self.page).to_have_url(STUDIO)
        expect(self.page.locator("body")).to_contain_text(f"Domain name: {team}")
        expect(self.page.locator("body")).to_contain_text(f"User profile: {person}")

    def go_to_a_place_and_back(self, team, person, place):
        """Choose a place of a team in Studio, and come back to the choice."""
        self.expect_state(f"Where to in {team}?")
        self.place(place).click()
        self.expect_studio(team, person)
        self.page.go_back()
        self.expect_state(f"Where to in {team}?")

    # What the tab asked for

    def asked(self, part):
        """The addresses asked for whose path contains `part`."""
        return [request.url for request in self.requests if part in urlsplit(request.url).path]

    def asked_for_studio(self):
        """How many presigned URLs were asked for."""
        return len(self.asked("getPresignedUrl"))

    def authorization(self):
        """The parameters of the last request for an authorization code."""
        return {name: value for name, (value,) in parse_qs(urlsplit(self.asked("/oauth2/authorize")[-1]).query).items()}

    # What else may happen

    def answer_studio(self, code, **body):
        """Let the API answer the next requests for a presigned URL like this."""
        self.page.route(PRESIGNED_URL, lambda route: route.fulfill(status=code, json=body))

    def lose(self, pattern):
        """Let requests for matching addresses fail, as without a network."""
        self.page.route(pattern, lambda route: route.abort())

    def let_time_pass(self, until):
        """Let the page believe that time passes, for three minutes at most, until `until()` is true.

        Its clock must be page.clock. Raises AssertionError where that never becomes true.
        """
        for _ in range(10):
            self.page.clock.run_for(20_000)
            self.page.wait_for_timeout(100)
            if until():
                return
        raise AssertionError("It did not come about in three minutes")

    def history(self):
        """The addresses of the tab's history, as the browser itself keeps them."""
        session = self.page.context.new_cdp_session(self.page)
        return [entry["url"] for entry in session.send("Page.getNavigationHistory")["entries"]]

    def kept(self):
        """All that the portal's origin keeps: {storage: content}; empty where it keeps nothing."""
        found = self.page.evaluate(
            """async () => ({
                local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
                databases: (await indexedDB.databases()).map((database) => database.name), caches: await caches.keys(),
            })"""
        )
        return {name: content for name, content in found.items() if content}
