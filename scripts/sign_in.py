# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign in through Cognito's hosted pages as a browser does, and ask the sign-in API for a Studio URL.

The code flow with PKCE: authorize -> form -> redirect with a code -> tokens (RFC 6749 section 4.1, RFC 7636).
Tokens, passwords and presigned URLs appear in no error.
"""

from __future__ import annotations

import base64
import hashlib
import html.parser
import secrets
import urllib.parse

import requests

SECONDS = 60


class SignInError(RuntimeError):
    """Signing in or asking for a Studio URL failed; ``status`` is the HTTP status that was answered, or None."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class _PasswordForm(html.parser.HTMLParser):
    """Finds the first form with a password field: its action, its fields and their preset values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields, self.passwords = "", {}, []
        self._in_form = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form and its fields."""
        given = {key: value or "" for key, value in attrs}
        if tag == "form" and not self.passwords:
            self._in_form, self.action, self.fields = True, given.get("action", ""), {}
        elif tag == "input" and self._in_form and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")
            if given.get("type") == "password":
                self.passwords.append(given["name"])

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        if tag == "form":
            self._in_form = False


def sign_in(
    hosted_ui_url: str, client_id: str, redirect_uri: str, username: str, password: str, client_secret: str = ""
) -> dict[str, str]:
    """Return the tokens (``access_token``, ``id_token``, ...) of a user, fetched as the portal page fetches them.

    A program's client has a secret, the portal's has none.
    Raises SignInError when a page is not what the flow expects, a wrong password included.
    """
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(16)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    with requests.Session() as browser:
        page = _request(browser, "GET", f"{hosted_ui_url}/oauth2/authorize", params=query)
        code = _code(_submit(browser, page, redirect_uri, username, password), state)
        answer = _request(
            browser,
            "POST",
            f"{hosted_ui_url}/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "client_id": client_id,
                "redirect_uri": redirect_uri,
                "code": code,
                "code_verifier": verifier,
                **({"client_secret": client_secret} if client_secret else {}),
            },
        )
    if answer.status_code != 200:
        raise SignInError(f"The token endpoint answered {answer.status_code}.", answer.status_code)
    return answer.json()


def _submit(browser: requests.Session, page: requests.Response, redirect_uri: str, username: str, password: str) -> str:
    """Fill in the sign-in form of page and return the address that the last redirect leads to: redirect_uri?..."""
    form = _PasswordForm(page.text)
    if page.status_code != 200 or len(form.passwords) != 1:
        raise SignInError(f"No sign-in form at {page.url.split('?')[0]} (status {page.status_code}).", page.status_code)
    target = urllib.parse.urljoin(page.url, form.action or page.url)
    filled = {**form.fields, "username": username, form.passwords[0]: password}
    answer = _request(browser, "POST", target, data=filled, allow_redirects=False)
    while answer.is_redirect:
        location = urllib.parse.urljoin(answer.url, answer.headers["Location"])
        if location.partition("?")[0] == redirect_uri:
            return location
        answer = _request(browser, "GET", location, allow_redirects=False)
    if len(_PasswordForm(answer.text).passwords) > 1:
        raise SignInError(f"{username} must choose a new password first.", answer.status_code)
    raise SignInError(f"{username} was not signed in (status {answer.status_code}).", answer.status_code)


def _code(location: str, state: str) -> str:
    """Return the authorization code of the redirect, after checking that it answers our request."""
    given = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
    if given.get("state") != state:
        raise SignInError("The redirect carries another state than was sent.")
    if "code" not in given:
        raise SignInError(f"The redirect carries no code: {given.get('error', 'no error either')}.")
    return given["code"]


def presigned_url(api_url: str, team: str, access_token: str) -> str:
    """Return a URL that opens Studio for the token's user in a team, asked from the sign-in API.

    Raises SignInError with the API's status and message.
    """
    with requests.Session() as browser:
        answer = _request(
            browser,
            "GET",
            f"{api_url}/domainName/{urllib.parse.quote(team, safe='')}/getPresignedUrl",
            headers={"Authorization": access_token},
        )
    try:
        content = answer.json()
    except ValueError:
        content = {}
    if answer.status_code != 200 or not content.get("url"):
        raise SignInError(
            f"The sign-in API answered {answer.status_code}: {content.get('message', 'no message')}", answer.status_code
        )
    return content["url"]


def open_studio(url: str) -> str:
    """Return the page that a presigned URL opens. Raises SignInError when it opens anything but Studio."""
    return _page(url, "Studio")


def open_portal(url: str) -> str:
    """Return the portal page. Raises SignInError when it does not open."""
    return _page(url, "the portal")


def _page(url: str, name: str) -> str:
    with requests.Session() as browser:
        answer = _request(browser, "GET", url, allow_redirects=False)
    if answer.status_code != 200:
        raise SignInError(f"The address of {name} answered {answer.status_code} instead of 200.", answer.status_code)
    return answer.text


def _request(browser: requests.Session, method: str, url: str, **options) -> requests.Response:
    """Send one request. Its error names the address without the query, where codes and tokens stand."""
    try:
        return browser.request(method, url, timeout=SECONDS, **options)
    except requests.RequestException as error:
        raise SignInError(f"{method} {url.partition('?')[0]} failed: {type(error).__name__}.") from None
