# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the documentation site out of docs/ and of what antsibull-docs wrote about modules and roles."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.site import links  # noqa: E402
from scripts.site.diagrams import Diagram  # noqa: E402

project = "mlplatform.studio"
release = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
copyright = "Contributors to the mlplatform.studio project"
extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinx_copybutton"]
html_theme = "furo"
html_title = f"{project} {release}"
html_theme_options = {"source_repository": links.REPOSITORY, "source_branch": "main", "source_directory": "docs/"}
html_static_path, html_css_files = ["static"], ["site.css"]
html_show_sphinx = False
# The last commit's day would be another one in each build of a clone.
html_last_updated_fmt = None
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]
default_role = "any"
highlight_language = "yaml"
# antsibull-docs links to Ansible's own documentation by these names; the labels are another site's.
suppress_warnings = ["ref.ref"]
exclude_patterns = ["collections/deprecations.rst", "collections/index_lookup.rst"]
copybutton_exclude = ".linenos, .gp, .go"
# Ansible's own settings are described on Ansible's site.
nitpick_ignore_regex = [("envvar", "ANSIBLE_.*")]


def setup(app):
    """Have links out of docs/ lead somewhere, and diagrams drawn."""
    app.add_directive("mermaid", Diagram)
    app.connect("source-read", lambda _app, page, source: links.replace(page, source))
