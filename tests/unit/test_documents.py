# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the documentation: their links lead somewhere, the index names all, and commands name what there is."""

import re
from pathlib import Path

import pytest

from scripts.site import links
from tests.unit.test_mistakes import TEST, defined_in

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md"))
OUTSIDE = ["README.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md"]
CONSOLE = re.compile(r"^ *```console[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
TARGETS = re.findall(r"^([a-z -]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Written by antsibull-docs.
REFERENCE = "collections/mlplatform/studio/index"


def commands():
    """Every command that a page shows, as (page, command)."""
    texts = {path: (ROOT / path).read_text() for path in [*OUTSIDE, *(f"docs/{page}.md" for page in PAGES)]}
    return [
        (path, line.strip())
        for path, text in texts.items()
        for block in CONSOLE.findall(text)
        for line in block.replace("\\\n", " ").splitlines()
        if line.strip()
    ]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = (DOCS / f"{page}.md").read_text()
    for link in links.LINK.finditer(text):
        assert links.target(page, link[1])


@pytest.mark.parametrize("path", OUTSIDE)
def test_links_of_other_pages_lead_somewhere(path):
    for link in links.LINK.finditer((ROOT / path).read_text()):
        assert (ROOT / path).parent.joinpath(link[1]).exists(), link[0]


def test_link_that_leads_nowhere_is_found():
    with pytest.raises(links.BrokenLink, match=r"docs/teams\.md links to nowhere\.md"):
        links.target("teams", "nowhere.md")


def test_every_page_is_in_a_table_of_contents():
    named = ["index"]
    for page in PAGES:
        for tree in TOCTREE.findall((DOCS / f"{page}.md").read_text()):
            entries = [line.strip() for line in tree.splitlines() if line.strip() and not line.startswith(":")]
            named += [(Path(page).parent / entry).as_posix() for entry in entries]
    assert sorted(named) == sorted([*PAGES, REFERENCE])


def test_every_command_names_a_playbook_or_target_that_exists(record_property):
    found = commands()
    wrong = []
    for path, command in found:
        for playbook in re.findall(r"ansible-playbook(?: -i \S+)? (\S+)", command):
            name = playbook.removeprefix("mlplatform.studio.") if "mlplatform" in playbook else ""
            if not ((ROOT / playbook).exists() or (ROOT / "playbooks" / f"{name}.yml").exists()):
                wrong.append((path, command))
        for target in re.findall(r"\bmake ([a-z-]+)\b", command):
            if not any(target in names.split() for names in TARGETS):
                wrong.append((path, command))
    record_property("documented commands", f"{len(found)} commands are documented")
    assert wrong == []
    assert len(found) > 60


def test_every_row_of_the_comparison_names_a_test_that_exists():
    rows = [line for line in (DOCS / "comparison.md").read_text().splitlines() if line.startswith("|")][2:]
    proofs = [row.removesuffix("|").rpartition("|")[2].strip() for row in rows]
    named = [TEST.fullmatch(proof) for proof in proofs if proof]
    assert len(named) > 10 and all(named)
    assert [one[0] for one in named if one[2] not in defined_in(one[1])] == []
