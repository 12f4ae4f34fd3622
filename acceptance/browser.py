# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person in a headless browser: the portal, Cognito's hosted pages, Studio."""

from __future__ import annotations

import json
import os
import re
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page, expect, sync_playwright

from acceptance.runs import StepError
from scripts import chromium

# More arguments for Chromium as a JSON list, where AWS's names lead elsewhere, as in the project's tests.
ARGUMENTS = "ACCEPTANCE_CHROMIUM_ARGUMENTS"
# AWS's own pages and Studio's first page are slower than a test's.
MILLISECONDS = 120_000
STUDIO = re.compile(r"https://d-[a-z0-9]+\.studio\.[a-z0-9-]+\.sagemaker\.(aws|amazonaws\.com\.cn)/.*")


def open_studio(link: str, person: str, password: str) -> str:
    """Sign a person in at the link of their team and follow to Studio; the host that the tab ends at.

    Raises StepError with the heading that the tab shows instead. No token and no presigned URL is in it.
    """
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    arguments = [*root, *json.loads(os.environ.get(ARGUMENTS, "[]"))]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=arguments)
        page = browser.new_page()
        try:
            page.goto(link, timeout=MILLISECONDS)
            _sign_in(page, person, password)
            page.wait_for_url(STUDIO, timeout=MILLISECONDS, wait_until="commit")
            return str(urlsplit(page.url).hostname)
        except (Error, AssertionError) as error:
            reason = str(error).splitlines()[0].partition("?")[0]
            raise StepError(f"{person} did not get to Studio: the tab shows {_shown(page)} ({reason}).") from None
        finally:
            browser.close()


def _sign_in(page: Page, person: str, password: str) -> None:
    """Fill in Cognito's form. The classic pages have each field twice, for narrow and for wide windows."""
    name = page.locator("input[name=username]:visible").first
    expect(name).to_be_visible(timeout=MILLISECONDS)
    name.fill(person)
    page.locator("input[name=password]:visible").first.fill(password)
    page.locator("input[name=password]:visible").first.press("Enter")


def _shown(page: Page) -> str:
    where = urlsplit(page.url)
    try:
        heading = page.locator("h1, #title").first.inner_text(timeout=1000)
    except Error:
        heading = page.title()
    return f"{heading or 'nothing'} at {where.hostname}{where.path}"
