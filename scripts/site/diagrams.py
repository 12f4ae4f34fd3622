# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagrams of pages, which are written in Mermaid, as drawings within the page: nothing is asked of a service."""

from __future__ import annotations

import mermaidx
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Diagram(SphinxDirective):
    """A fence of Mermaid. Its accTitle and accDescr are the drawing's name and its text for who does not see it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Draw it; what Mermaid cannot read ends the build with the line where it stands."""
        try:
            svg = mermaidx.render("\n".join(self.content)).svg()
        except RuntimeError as error:
            raise self.error(str(error)) from error
        # Every drawing calls itself so, and a page may have two.
        named = svg.replace("my-svg", f"diagram-{self.lineno}")
        return [nodes.raw("", f'<div class="diagram" tabindex="0">{named}</div>', format="html")]
