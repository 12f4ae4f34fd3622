# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of docs/aws-account.md, and the numbers in it that the code decides."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "aws-account.md").read_text()
ROWS = re.findall(
    r"^\| (the platform|each team|each person) \| (.+?) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", GUIDE, re.M
)
FLEETS = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", GUIDE, re.M)
PEOPLE = 5


def monthly(of):
    return sum(Decimal(cost) for owner, _what, _number, _price, cost in ROWS if owner == of)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_number_times_price_is_the_cost(row):
    _of, _what, number, price, cost = row
    assert int(number) * Decimal(price) == Decimal(cost)


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet[0])
def test_teams_cost_what_their_parts_cost(fleet):
    teams, at_rest, at_work = int(fleet[0]), Decimal(fleet[1]), Decimal(fleet[2])
    assert monthly("the platform") + teams * monthly("each team") == at_rest
    assert at_rest + teams * PEOPLE * monthly("each person") == at_work


def test_tables_are_read():
    assert (len(ROWS), [teams for teams, _rest, _work in FLEETS]) == (7, ["1", "10", "50"])


def test_platform_has_so_many_endpoints():
    defaults = yaml.safe_load((ROOT / "roles/network/defaults/main.yml").read_text())
    (number,) = [int(number) for _of, what, number, _price, _cost in ROWS if "endpoints" in what]
    assert number == len(defaults["network_services"]) * defaults["network_subnet_count"]
