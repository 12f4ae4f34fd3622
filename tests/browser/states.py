# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state that the portal stays in: how it comes about, its words and its buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.browser.portal import PRESIGNED_URL, Portal
from tests.support.calls import set_faults

TOKEN = "**/oauth2/token"


@dataclass(frozen=True)
class State:
    """`reach` brings a portal there; `text` is a part of its sentence, `buttons` are those besides signing out."""

    name: str
    title: str
    text: str
    buttons: list[str]
    reach: Callable[[Portal], Any]
    leave: Callable[[Portal], Any] = field(default=lambda portal: None)


def _foreign_code(portal):
    portal.open(code="made-up", state="foreign")


def _refused(portal):
    portal.open()
    portal.hosted_ui.expect_form()
    portal.open(error="access_denied", state=portal.authorization()["state"])


def _left(portal):
    portal.open()
    portal.hosted_ui.expect_form()
    portal.open()


def _used_code(portal):
    portal.open()
    portal.hosted_ui.expect_form()
    portal.open(code="used-already", state=portal.authorization()["state"])


def _no_token_endpoint(portal):
    portal.lose(TOKEN)
    portal.arrive("ada")


def _busy_token_endpoint(portal):
    headers = {"Access-Control-Allow-Origin": "*"}
    portal.page.route(TOKEN, lambda route: route.fulfill(status=429, headers=headers, json={}))
    portal.arrive("ada")


def _no_storage(portal):
    portal.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
    )
    portal.open()


def _signed_out(portal):
    portal.sign_in("ada")
    portal.expect_state("Choose your team")
    portal.button("Sign out").click()


def _expired(portal):
    """The gateway itself refuses the token, as it does one that has expired."""

    def spoil(route):
        route.continue_(headers={**route.request.headers, "authorization": "a.b.c"})

    portal.page.route(PRESIGNED_URL, spoil)
    portal.arrive("ada", team="team1")


def _plain_http(portal):
    portal.page.goto(f"http://{urlsplit(portal.deployment.portal_url).hostname}/prod/portal")


def _unreachable(portal):
    portal.lose(PRESIGNED_URL)
    portal.arrive("ada", team="team1")


def _foreign_host(portal):
    portal.answer_studio(200, url="https://evil.example/")
    portal.arrive("grace", team="team1")


def _garbled(portal):
    portal.page.route(PRESIGNED_URL, lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    portal.arrive("ada", team="team1")


def _failing(error):
    """AWS answers the function like this."""

    def reach(portal):
        fault = {"service": "sagemaker", "operation": "CreatePresignedDomainUrl", "error": error}
        set_faults(portal.deployment.emulator, fault)
        portal.arrive("ada", team="team1")

    return reach


def _repaired(portal):
    set_faults(portal.deployment.emulator)


def _arriving(person, **query):
    return lambda portal: portal.arrive(person, **query)


def _getting_ready(portal):
    portal.answer_studio(409, message="The domain is not ready.", status="Pending")
    portal.arrive("grace", team="team1")


def _half_made(portal):
    portal.deployment.set_environment(PORTAL_CLIENT_ID="")
    portal.open()


def _made(portal):
    portal.deployment.set_environment()


def _place_gone(portal):
    portal.page.route(PRESIGNED_URL, lambda route: route.continue_(url=route.request.url.replace("shared-lab", "gone")))
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")
    portal.place("shared-lab").click()


OFFERED = [f"Open {team}" for team in ("closed", "first-time", "planned", "team1", "team2")]
AGAIN = ["Sign in again"]
PLACES = [
    "Studio's home\nall your spaces and apps",
    "kim-code\nCode Editor, your own, running",
    "kim-lab\nJupyterLab, your own, running",
    "shared-code\nCode Editor, shared, stopped: start it in Studio",
    "shared-lab\nJupyterLab, shared, stopped: start it in Studio",
]
STATES = [
    State("plain http", "Open this page with https", "Write https://", [], _plain_http),
    State("blocked storage", "Sign-in needs storage", "Allow site data", [], _no_storage),
    State("half made", "Sign-in is not set up yet", "finish deploying", [], _half_made, _made),
    State("foreign code", "This sign-in did not start here", "Nothing was done", ["Sign in"], _foreign_code),
    State("refused", "You were not signed in", "without signing you in", AGAIN, _refused),
    State("left", "You have not signed in yet", "was left", ["Sign in"], _left),
    State("used code", "The sign-in could not be finished", "took too long", AGAIN, _used_code),
    State("no token endpoint", "The sign-in service could not be reached", "network", AGAIN, _no_token_endpoint),
    State("busy token endpoint", "Many people are signing in", "sign in again", AGAIN, _busy_token_endpoint),
    State("chooser", "Choose your team", "You are signed in as grace.", OFFERED, _arriving("grace")),
    State("no team", "You are in no team yet", "signed in as nobody", ["Check again"], _arriving("nobody")),
    State(
        "another's team",
        "This is not one of your teams",
        "ada, who is not a member of team2",
        ["Open team1", "Check again"],
        _arriving("ada", team="team2"),
    ),
    State(
        "impossible team",
        "There is no such team",
        "cannot exist",
        ["Sign in and choose a team"],
        _arriving("ada", team="No/Team"),
    ),
    State("places", "Where to in labs?", "You are signed in as kim.", PLACES, _arriving("kim", team="labs")),
    State(
        "place gone",
        "This place is not there any more",
        "There is no such place for you in labs any more.",
        ["Choose another place"],
        _place_gone,
    ),
    State("unreachable", "Studio could not be reached", "network", ["Try again"], _unreachable),
    State("foreign host", "Studio was not opened", "not Studio's", ["Choose another team"], _foreign_host),
    State("expired", "Your sign-in has expired", "Sign in again to open team1.", AGAIN, _expired),
    State(
        "not there",
        "Studio is not there yet",
        "Team planned has no Studio domain yet.",
        ["Try again", "Choose another team"],
        _arriving("grace", team="planned"),
    ),
    State(
        "getting ready",
        "Studio is getting ready",
        "opens here by itself",
        ["Try again", "Choose another team"],
        _getting_ready,
    ),
    State(
        "closed",
        "Studio is not ready",
        "Studio of closed is closed",
        ["Try again", "Choose another team"],
        _arriving("grace", team="closed"),
    ),
    State(
        "throttled",
        "Many people are signing in",
        "tries again by itself",
        ["Try again"],
        _failing("throttle"),
        _repaired,
    ),
    State(
        "failed",
        "Studio cannot be opened right now",
        "tell an administrator",
        ["Try again"],
        _failing("AccessDeniedException"),
        _repaired,
    ),
    State("garbled", "Studio cannot be opened right now", "tell an administrator", ["Try again"], _garbled),
    State("signed out", "You are signed out", "close this page", ["Sign in"], _signed_out),
]


def by_name(name):
    """The state of that name."""
    return next(state for state in STATES if state.name == name)
