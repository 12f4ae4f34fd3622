# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain of a team's name that is another team's, or another platform's, is found before the first write."""

from __future__ import annotations

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import namesake_mistakes
from tests.unit.policies.rendering import PLATFORM, REGION, team


def domain(identifier="d-other", **tags):
    return {"domain_id": identifier, "domain_name": "team1", "tags": tags}


OWN = domain("d-own", Platform=PLATFORM, DomainName="team1")
OTHER_PLATFORMS = domain(Platform="other", DomainName="team1")
# Of the tags that say whose a domain is, what each has; and what the sentence calls it.
NOT_THE_TEAMS = {
    f"DomainName=team2, Platform={PLATFORM}": domain(Platform=PLATFORM, DomainName="team2"),
    f"DomainName=(none), Platform={PLATFORM}": domain(Platform=PLATFORM),
    "DomainName=team2, Platform=(none)": domain(DomainName="team2"),
}


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"found_namesakes": {"domains": []}},
        {"found_namesakes": {"domains": [domain(Owner="somebody")]}},
        {"found_namesakes": {"domains": [domain(DomainName="team1")]}},
        {"found_namesakes": {"domains": [OWN]}},
        {"found_namesakes": {"domains": [OTHER_PLATFORMS, *NOT_THE_TEAMS.values(), OWN]}},
    ],
    ids=["not looked for", "none", "nobody's", "named by another tool", "own", "own beside others"],
)
def test_team_goes_on(found):
    assert namesake_mistakes(team().team, found) == []


@pytest.mark.parametrize("others", [[], [domain(Owner="somebody")], list(NOT_THE_TEAMS.values())])
def test_namesake_of_another_platform_is_refused(others):
    (sentence,) = namesake_mistakes(team().team, {"found_namesakes": {"domains": [*others, OTHER_PLATFORMS]}})
    assert sentence == (
        f"Team team1 exists on platform other in {REGION} of this account already (domain d-other), and the jobs and "
        "models of both would have the same names: take another name."
    )


@pytest.mark.parametrize(("tags", "found"), NOT_THE_TEAMS.items(), ids=NOT_THE_TEAMS)
def test_namesake_that_is_not_the_teams_is_refused(tags, found):
    domains = [domain(Owner="somebody"), found]
    (sentence,) = namesake_mistakes(team().team, {"found_namesakes": {"domains": domains}})
    assert sentence == (
        f"The domain d-other in {REGION} is called team1 and is not the team's: it is tagged {tags}. Delete it, or tag "
        f"it DomainName=team1, Platform={PLATFORM} by hand if it is the team's."
    )
