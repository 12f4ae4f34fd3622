# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser that can reach the deployment alone, and a watch over everything it does."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from scripts import chromium
from tests.browser import launch
from tests.browser.deployment import Deployment
from tests.browser.portal import SECONDS, Portal

# What the browser itself says in the console: that an answer was an error, with its number alone, and on plain http
# that a header counts for nothing there.
BROWSER_NOTICES = [
    r"^Failed to load resource: (the server responded with a status of \d+|net::ERR_FAILED)",
    r"^The Cross-Origin-Opener-Policy header has been ignored, because the URL's origin was untrustworthy",
]

expect.set_options(timeout=1000 * SECONDS)


@pytest.fixture(scope="session")
def deployment():
    """The platform that all browser tests share."""
    try:
        chromium.find()
    except chromium.NoChromiumError as error:
        pytest.fail(str(error), pytrace=False)
    running = Deployment()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, deployment):
    """Arguments of pytest-playwright: which browser, and where names lead."""
    return {**browser_type_launch_args, **launch.options(deployment)}


class Watch:
    """What the pages of a browser context said and asked for. A test may expect more than nothing and AWS."""

    def __init__(self, context, deployment):
        # The hosted pages are AWS's: what their scripts and forms say in the console is not the portal's.
        self._hosted_ui = urlsplit(deployment.hosted_ui_url).hostname
        self.hosts = {urlsplit(deployment.portal_url).hostname, self._hosted_ui}
        self.console = []
        self.expected_console = []
        self.requests = []
        self.errors = []
        context.on("console", self._note)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _note(self, message):
        if urlsplit(message.location["url"]).hostname != self._hosted_ui:
            self.console.append(message.text)

    def unexpected(self):
        """All that should not have happened, in words."""
        foreign = [url for url in self.requests if not self._may_be_asked(url)]
        said = [text for text in self.console if not any(re.search(known, text) for known in self._known())]
        return [
            *(f"asked for {url}" for url in foreign),
            *(f"console: {text}" for text in said),
            *(f"error: {text}" for text in self.errors),
        ]

    def _known(self):
        return [*BROWSER_NOTICES, *self.expected_console]

    def _may_be_asked(self, url):
        host = urlsplit(url).hostname or ""
        return host in self.hosts or host.endswith(".studio.eu-central-1.sagemaker.aws") or url.startswith("data:")


@pytest.fixture(autouse=True)
def watch(context, deployment):
    """Fail every test in which a page asked anybody but AWS, or in which the browser's console says anything.

    A violation of the content security policy is said there too.
    """
    watching = Watch(context, deployment)
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def portal(page, deployment):
    """The portal in a tab of its own."""
    return Portal(page, deployment)
