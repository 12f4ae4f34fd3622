# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML made of elements: every text in it is escaped here, and nowhere else."""

from __future__ import annotations

import html
import typing as t

# What stands in a page: an element or text, some of them in a row, or nothing.
Content = t.Union["Element", str, None, t.Sequence["Content"]]
WITHOUT_END = {"meta"}


class Element:
    """An element of a page. Its texts and the values of its attributes are any texts, and are shown as they are."""

    def __init__(self, tag_name: str, /, *content: Content, **attributes: str) -> None:
        self.name = tag_name
        self.content = content
        # Python keeps class and for to itself, and has no hyphens in names.
        self.attributes = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}

    def __str__(self) -> str:
        attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in self.attributes.items())
        if self.name in WITHOUT_END:
            return f"<{self.name}{attributes}>"
        return f"<{self.name}{attributes}>{_text(self.content)}</{self.name}>"


class Style(Element):
    """A stylesheet of ours, which is no text to escape: a browser reads it as it is."""

    def __init__(self, sheet: str) -> None:
        super().__init__("style")
        self.sheet = sheet

    def __str__(self) -> str:
        return f"<style>{self.sheet}</style>"


def element(tag_name: str, /, *content: Content, **attributes: str) -> Element:
    """Return an element; class_ and data_label stand for the attributes class and data-label."""
    return Element(tag_name, *content, **attributes)


def _text(content: Content) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return html.escape(content, quote=False)
    if isinstance(content, Element):
        return str(content)
    return "".join(map(_text, content))
