# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where links of pages in docs/ lead on the site, as files outside of docs/ are no pages of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/mlplatform/mlplatform.studio"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
ROLE = re.compile(r"roles/(\w+)/README\.md")


class BrokenLink(ValueError):
    """A page links to what does not exist; the text says which, and where."""


def replace(page: str, source: list[str]) -> None:
    """Replace the links of a page (Sphinx's name of it, below docs/) in its source, a list of one text."""
    if (DOCS / f"{page}.md").exists():
        source[0] = LINK.sub(lambda link: f"]({target(page, link[1])}{link[2] or ''})", source[0])


def target(page: str, link: str) -> str:
    """Return where a link of a page leads. Raises BrokenLink."""
    path = (DOCS / page).parent / link
    if not path.exists():
        raise BrokenLink(f"docs/{page}.md links to {link}, which does not exist.")
    inside = Path(os.path.normpath(path)).relative_to(ROOT).as_posix()
    if role := ROLE.fullmatch(inside):
        return f"{'../' * page.count('/')}collections/mlplatform/studio/{role[1]}_role.rst"
    if inside.startswith("docs/") and path.suffix in (".md", ".png", ".txt"):
        return link
    return f"{REPOSITORY}/{'tree' if path.is_dir() else 'blob'}/main/{inside}"
