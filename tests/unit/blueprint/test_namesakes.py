# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's name is that of no other platform's team in the account and region."""

from __future__ import annotations

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import namesake_mistakes
from tests.unit.policies.rendering import PLATFORM, REGION, team


def domain(platform, identifier="d-other"):
    tags = {"DomainName": "team1"} if platform is None else {"DomainName": "team1", "Platform": platform}
    return {"domain_id": identifier, "domain_name": "team1", "tags": tags}


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"found_namesakes": {"domains": []}},
        {"found_namesakes": {"domains": [domain(None)]}},
        {"found_namesakes": {"domains": [domain(PLATFORM)]}},
        {"found_namesakes": {"domains": [domain("other"), domain(PLATFORM, "d-own")]}},
    ],
    ids=["not looked for", "none", "nobody's", "own", "both are there already"],
)
def test_team_goes_on(found):
    assert namesake_mistakes(team().team, found) == []


def test_namesake_of_another_platform_is_refused():
    (sentence,) = namesake_mistakes(team().team, {"found_namesakes": {"domains": [domain(None), domain("other")]}})
    assert sentence == (
        f"Team team1 exists on platform other in {REGION} of this account already (domain d-other), and the jobs and "
        "models of both would have the same names: take another name."
    )
