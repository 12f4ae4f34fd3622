# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the pictures of the sign-in, the drift check and the documentation's site: ``make screenshots``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from scripts import chromium
from scripts.site import __main__ as site
from tests.browser import launch, states
from tests.browser.deployment import Deployment
from tests.browser.portal import SECONDS, Portal
from tests.support.ansible_module import find_collections

find_collections()

from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_reports import write  # noqa: E402
from tests.support.drift_samples import samples  # noqa: E402

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
DESKTOP = {"width": 640, "height": 540}


def _reach(name):
    state = states.by_name(name)

    def reach(portal):
        state.reach(portal)
        portal.expect_state(state.title)

    return reach


def _chooser(portal):
    portal.arrive("lin")
    portal.expect_state("Choose your team")


def _places(portal):
    portal.arrive("kim", team="labs")
    portal.expect_state("Where to in labs?")


def _studio(portal):
    _places(portal)
    portal.place("kim-lab").click()
    portal.expect_studio("labs", "kim")


# Name of the file: (how to get there, size, colour scheme)
PICTURES = {
    "chooser": (_chooser, DESKTOP, "light"),
    "chooser-dark": (_chooser, DESKTOP, "dark"),
    "getting-ready": (_reach("getting ready"), {"width": 360, "height": 600}, "light"),
    "error": (_reach("another's team"), DESKTOP, "light"),
    "places": (_places, {"width": 640, "height": 720}, "light"),
    "studio": (_studio, {"width": 900, "height": 480}, "light"),
}

# Name of the file: (page of the drift check, size, colour scheme)
DRIFT_PICTURES = {
    "drift-overview": ("index.html", {"width": 1280, "height": 800}, "light"),
    "drift-overview-dark": ("index.html", {"width": 1280, "height": 800}, "dark"),
    "drift-overview-phone": ("index.html", {"width": 360, "height": 900}, "light"),
    "drift-team": ("forecast.html", {"width": 900, "height": 760}, "light"),
}
# Name of the file: (page of the documentation's site, size, colour scheme)
SITE_PICTURES = {
    "site": ("index.html", {"width": 1280, "height": 800}, "light"),
    "site-dark": ("tutorial.html", {"width": 1280, "height": 800}, "dark"),
    "site-phone": ("index.html", {"width": 390, "height": 800}, "light"),
}
SHOWN = ("as described", "differs", "undescribed", "not there")


def _take_drift_pictures(browser):
    """Of made-up teams, as there is no such account."""
    told = [samples()[kind] for kind in SHOWN]
    with tempfile.TemporaryDirectory() as folder:
        write(told, [one["team"] for one in told], folder)
        _take_pages(browser, Path(folder), DRIFT_PICTURES)


def _take_pages(browser, folder, pictures):
    """Of pages that lie in a folder."""
    for name, (file, size, scheme) in pictures.items():
        page = browser.new_page(viewport=size, color_scheme=scheme)
        page.goto((folder / file).as_uri())
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()


def main() -> int:
    """Take all pictures; 1 and a sentence on stderr where there is no Chromium, or no site can be built."""
    expect.set_options(timeout=1000 * SECONDS)
    try:
        chromium.find()
    except chromium.NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    deployment = Deployment()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch.options(deployment))
            for name, (reach, size, scheme) in PICTURES.items():
                page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
                reach(Portal(page, deployment))
                page.screenshot(path=FOLDER / f"{name}.png")
                page.context.close()
            _take_drift_pictures(browser)
            if site.build():
                return 1
            _take_pages(browser, site.HTML, SITE_PICTURES)
            browser.close()
    finally:
        deployment.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
