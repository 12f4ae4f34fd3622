# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site: the reference by antsibull-docs, all else out of docs/, together by Sphinx.

A link that leads nowhere, a page that no table of contents names, and any other warning fail the build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from scripts.environments import BUILD, PROGRAMS, ROOT, search_path

SITE = BUILD / "site"
PAGES, HTML = SITE / "pages", SITE / "html"


def build() -> int:
    """Write the site into .build/site/html; return the exit status."""
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", PAGES)
    return write_reference() or write_html()


def write_reference() -> int:
    """Write a page for each module, filter and role into the pages; return the exit status."""
    environment = {**os.environ, "PATH": search_path(), "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "site-collection")}
    antsibull = [PROGRAMS / "antsibull-docs", "collection", "--use-current", "--fail-on-error", "--no-breadcrumbs"]
    command = [sys.executable, "-m", "scripts.collection_tree", "site-collection"]
    command += [*map(str, antsibull), "--dest-dir", str(PAGES), "mlplatform.studio"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def write_html() -> int:
    """Turn the pages into HTML; return the exit status."""
    settings = ["--conf-dir", str(ROOT / "scripts" / "site"), "--doctree-dir", str(SITE / "doctrees")]
    strict = ["--fail-on-warning", "--keep-going", "--quiet", "--nitpicky"]
    command = [sys.executable, "-m", "sphinx", "--builder", "html", *settings, *strict, str(PAGES), str(HTML)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    """Build it, and say where it is."""
    status = build()
    if status == 0:
        print(f"The site is {HTML / 'index.html'}.")
    return status


if __name__ == "__main__":
    sys.exit(main())
