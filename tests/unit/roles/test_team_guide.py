# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/teams.md tells of every option, and its examples are descriptions that the role takes."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import read
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import team_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import team_mistakes
from tests.support.team_guide import GUIDE, blocks, descriptions, whole_description
from tests.unit.policies.rendering import ACCOUNT, PLATFORM, REGION, team_specification

OPTIONS = team_specification()
PLACE = {
    "studio_domain_name": "team1",
    "studio_platform_name": PLATFORM,
    "studio_region": REGION,
    "studio_account_id": ACCOUNT,
}


def mistakes(description):
    """What is wrong with a team of this description, whose people are those of the guide."""
    values, wrong = read({**PLACE, "studio_users": whole_description()["studio_users"], **description}, OPTIONS)
    return wrong or [one for one in team_mistakes(team_of(values)) if not is_about_a_file(one)]


def is_about_a_file(mistake):
    """Whether a mistake is that the example's script, a file of the reader's own, was not read."""
    return mistake.startswith("lifecycle script") and mistake.endswith(
        "is empty; a lifecycle configuration needs a script."
    )


def leaves(options):
    """The names of all options and of the parts of those that are dicts."""
    for name, option in options.items():
        yield name
        yield from leaves(option.get("options", {}))


@pytest.mark.parametrize("option", sorted(set(leaves(OPTIONS))))
def test_every_option_is_told_of(option):
    assert f"`{option}`" in GUIDE or f"{option}:" in GUIDE


@pytest.mark.parametrize("number", range(len(descriptions())))
def test_every_example_is_taken(number):
    assert mistakes(descriptions()[number]) == []


def test_the_examples_fit_together():
    assert mistakes(whole_description()) == []


def test_a_team_is_described_in_twenty_lines():
    _other, first = blocks("yaml")[0]
    assert len([line for line in first.splitlines() if not line.startswith("#")]) <= 20


def test_a_wrong_example_would_be_found():
    assert mistakes({"studio_idle_timeout_minutes": "soon"})
    assert mistakes({"studio_allowed_instance_types": ["t3"]})
