# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody altered by hand is told with what is and what should be, and the next run takes it back."""

import pytest

from tests.support import altered_network  # noqa: F401 - its rows are in the table
from tests.support.altered import ALL_EXTRAS, ALTERATIONS, MORE_ALTERATIONS
from tests.support.hand import TEAM, Hand, drift


class Altered:
    """An account in which everything of a table was altered by hand, and what the drift check finds there.

    expected is what the report should say of each row, found the differences as (what, name, actual, described).
    """

    def __init__(self, account, table, variables, folder):
        self.account, self.variables, self.folder = account, variables, folder
        if variables:
            self.work()
        hand = Hand(account)
        self.expected = {name: alter(hand) for name, alter in table.items()}
        self.found = self.look()

    def work(self):
        run = self.account.run("site", domain_name=TEAM, **self.variables)
        assert run.status == 0, run.output[-6000:]

    def look(self):
        return [
            (one["what"], value["name"], value["actual"], value["described"])
            for one in drift(self.account, self.folder, **self.variables)
            for value in one["values"]
        ]

    def check(self, name):
        """Refuse a row of which the report does not tell both values."""
        what, value, actual, described = self.expected[name]
        told = [one for one in self.found if one[:2] == (what, value)]
        assert len(told) == 1, [one for one in self.found if one[0] == what] or sorted({one[0] for one in self.found})
        assert actual in told[0][2] and described in told[0][3]

    def check_next_run(self):
        """Refuse that the next run leaves anything but what is told as left alone."""
        self.work()
        left = {one[0] for one in self.look()}
        assert left == {told[0] for told in self.expected.values() if "(left alone)" in told[0]}


@pytest.fixture(scope="module")
def altered(deployed, tmp_path_factory):
    return Altered(deployed(), ALTERATIONS, {}, tmp_path_factory.mktemp("drift"))


@pytest.fixture(scope="module")
def more_altered(deployed, tmp_path_factory):
    return Altered(deployed(), MORE_ALTERATIONS, ALL_EXTRAS, tmp_path_factory.mktemp("drift"))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_alteration_is_told_with_both_values(altered, name):
    altered.check(name)


def test_nothing_else_is_told(altered):
    assert {one[0] for one in altered.found} == {one[0] for one in altered.expected.values()}


@pytest.mark.long
def test_next_run_takes_back_what_is_its_own(altered):
    altered.check_next_run()


@pytest.mark.long
@pytest.mark.parametrize("name", MORE_ALTERATIONS)
def test_alteration_of_extras_is_told_with_both_values(more_altered, name):
    more_altered.check(name)


@pytest.mark.long
def test_next_run_takes_back_what_was_done_to_extras(more_altered):
    more_altered.check_next_run()
