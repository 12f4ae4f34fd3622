# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a page for people who see or use it otherwise: axe-core's rules, and the width of small screens.

No program proves that a page can be used by everybody; these find what a program can find.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = ["light", "dark"]
# A small phone, a tablet held upright, and a desktop.
WIDTHS = [360, 768, 1440]
HEIGHT = 640


def problems(page):
    """All that axe-core finds in light and dark, and the widths that have to be scrolled sideways, in words."""
    page.evaluate(AXE_SCRIPT)
    return [*(found for scheme in SCHEMES for found in _violations(page, scheme)), *_overflows(page)]


def _violations(page, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    result = page.evaluate("(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    if not result["passes"]:
        raise AssertionError("axe-core did not look at the page")
    return [f"{scheme}: {one['id']} of {one['nodes'][0]['html']}" for one in result["violations"]]


def _overflows(page):
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{needed} pixels are needed where there are {width}")
    return found
