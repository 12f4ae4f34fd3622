# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of the drift check are put together of."""

from __future__ import annotations

import base64
import hashlib
import typing as t

from .markup import Content, Element, Style, element
from .style import SHEET

Variables = t.Mapping[str, t.Any]
GOOD, WARN, BAD, PLAIN = "good", "warn", "bad", "plain"
TONES = {
    "as described": GOOD,
    "differs": WARN,
    "look incomplete": BAD,
    "not there": BAD,
    "failed": BAD,
    "missing": BAD,
    "left over": BAD,
    "shut out": BAD,
    "not described": BAD,
    "changed": WARN,
    "invited": WARN,
    "not invited yet": WARN,
    "signed up": GOOD,
}
NOT_KNOWN = "not known"


def page(title: str, *content: Content, wide: bool = False) -> str:
    """Return a whole page. It loads and runs nothing: the policy lets a browser use its one stylesheet alone."""
    digest = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        Style(SHEET),
    )
    body = element("body", element("main", *content, class_="wide" if wide else "narrow"))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def section(name: str, heading: str, *content: Content) -> Element:
    """Return a part of a page under a heading; name is its id in the page."""
    return element("section", element("h2", heading, id=name), *content, aria_labelledby=name)


def paragraph(*content: Content) -> Element:
    """Return a paragraph."""
    return element("p", *content)


def soft(*content: Content) -> Element:
    """Return a paragraph that explains."""
    return element("p", *content, class_="soft")


def small(*content: Content) -> Element:
    """Return a line below something that says more of it."""
    return element("small", *content)


def chip(word: str) -> Element:
    """Return a word that says how something is, in its colour."""
    return element("span", word, class_=f"chip {TONES.get(word, PLAIN)}")


def whole(text: str) -> Element:
    """Return a text that is not broken over lines."""
    return element("span", text, class_="whole")


def numbers(*shown: tuple[str, str]) -> Element:
    """Return the large numbers at the top; shown: (number, what it counts)."""
    return element(
        "dl", [element("div", element("dt", of), element("dd", number)) for number, of in shown], class_="numbers"
    )


def table(headings: t.Sequence[str], rows: t.Iterable[t.Sequence[Content]], kind: str = "list") -> Element:
    """Return a table, of which the first column names the rows. On a small screen each cell says its heading, and the
    roles keep it a table for those who hear it."""
    head = [element("th", heading, scope="col", role="columnheader") for heading in headings]
    return element(
        "table",
        element("thead", element("tr", head, role="row"), role="rowgroup"),
        element("tbody", [_row(headings, cells) for cells in rows], role="rowgroup"),
        class_=kind,
        role="table",
    )


def _row(headings: t.Sequence[str], cells: t.Sequence[Content]) -> Element:
    first, *others = cells
    labelled = [element("td", cell, data_label=label, role="cell") for label, cell in zip(headings[1:], others)]
    return element("tr", element("th", first, scope="row", role="rowheader"), labelled, role="row")


def known(value: object) -> str:
    """Return a value as text; what AWS does not tell is not known."""
    return NOT_KNOWN if value is None else str(value)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def money(amount: object, unit: object = "USD") -> str:
    """Return an amount of money with its currency, to the hundredth."""
    return f"{float(str(amount)):,.2f} {unit}"
