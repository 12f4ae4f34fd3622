# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of a team has a row in the table of changes, its words in the documentation, and a change in a test.

Every option of a platform has a change in a test.
"""

import re
from pathlib import Path

import pytest
import yaml

from tests.support.platform_changes import LOGIN, NETWORK, OF_A_RUN, OF_ITS_PLACE
from tests.support.team_changes import (
    AGAIN,
    CHANGED,
    IN_PLACE,
    NOTHING,
    REFUSED,
    ROWS,
    leaves,
    names_in,
    row_of,
    rows_of,
)

ROOT = Path(__file__).parents[2]
SPECIFICATION = yaml.safe_load((ROOT / "roles" / "studio" / "meta" / "argument_specs.yml").read_text())
OPTIONS = sorted(leaves(SPECIFICATION["argument_specs"]["main"]["options"]))
DOCUMENTED = re.findall(
    r"^\| `([\w.-]+)` \| ([\w ]+) \| ([\w-]+) \|$", (ROOT / "docs" / "changes.md").read_text(), re.M
)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_a_row(option):
    assert row_of(option), f"say in ROWS of tests/support/team_changes.py what a change of {option} does"


def test_every_row_is_of_an_option():
    wholes = {option.partition(".")[0] for option in OPTIONS}
    assert [name for name in ROWS if name not in OPTIONS and name not in wholes] == []


def test_documentation_says_the_same():
    assert {name: (change, removal) for name, change, removal in DOCUMENTED} == {
        name: (row.change, row.removal) for name, row in ROWS.items()
    }


@pytest.mark.parametrize("stage", [CHANGED, AGAIN], ids=["changed", "again"])
def test_every_option_is_changed(stage):
    assert rows_of(stage)
    assert [name for name in rows_of(stage) if name not in set(names_in(stage))] == []


@pytest.mark.parametrize("name", ROWS)
def test_row_is_complete(name):
    row = ROWS[name]
    assert bool(row.text) is (row.change == IN_PLACE)
    assert (row.removal != NOTHING) is (row.change in (IN_PLACE, REFUSED))


@pytest.mark.parametrize(("role", "changes"), [("network", NETWORK), ("login", LOGIN)])
def test_every_option_of_a_platform_is_changed(role, changes):
    options = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text())
    names = {name for name in options["argument_specs"]["main"]["options"] if name not in OF_ITS_PLACE | OF_A_RUN}
    assert names == set(changes)
    assert [name for name, change in changes.items() if name not in change] == []
