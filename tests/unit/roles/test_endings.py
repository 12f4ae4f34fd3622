# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's end depends on, as the plan of it tells from what was found."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.removal import End, Leaving
from tests.unit.policies.rendering import team_with

OURS = {"domain_id": "d-ours", "status": "InService", "tags": {"Platform": "sagemaker-studio", "DomainName": "team1"}}
NAMESAKE = {"domain_id": "d-namesake", "status": "InService", "tags": {"Platform": "other", "DomainName": "team1"}}


def ending(found=None, **options):
    """The end of team1 in an account that has OURS, and what is found beside it."""
    return End(team_with(**options).team, Leaving(**{"domains": [OURS, NAMESAKE], **(found or {})}))


@pytest.mark.parametrize(
    "tags",
    [
        {"Platform": "other", "DomainName": "team1"},
        {"Platform": "sagemaker-studio", "DomainName": "team2"},
        {"Platform": "sagemaker-studio"},
        {"DomainName": "team1"},
        {},
    ],
)
def test_a_domain_of_the_name_that_is_not_the_teams_stays(tags):
    end = ending({"domains": [OURS, {**NAMESAKE, "tags": tags}]})
    assert end.domains == [OURS]


@pytest.mark.parametrize(
    ("others", "counted"),
    [
        ([], []),
        ([{"domain_id": "d-1", "status": "Deleting"}], []),
        ([{"domain_id": "d-1", "status": "Delete_Failed"}, {"domain_id": "d-2", "status": "Deleting"}], ["d-1"]),
        ([NAMESAKE], ["d-namesake"]),
    ],
)
def test_a_domain_that_goes_does_not_keep_the_shared_log_groups(others, counted):
    assert ending({"all_domains": [OURS, *others]}).other_domains == counted


@pytest.mark.parametrize(
    ("vault", "retain", "asked"),
    [
        ({}, {}, False),
        ({"number_of_recovery_points": 0, "tags": {}}, {}, False),
        ({"number_of_recovery_points": 7, "tags": {}}, {}, True),
        ({"number_of_recovery_points": 7, "tags": {"Retained": "true"}}, {}, False),
        ({"number_of_recovery_points": 7, "tags": {}}, {"backups": False}, False),
        ({"number_of_recovery_points": 7, "tags": {}}, {"backups": True}, False),
    ],
)
def test_backups_that_nobody_decided_about_are_asked_about(vault, retain, asked):
    end = ending({"backup_vault": vault}, studio_retain=retain)
    question = end.backups_question
    assert end.refusals(is_prediction=False) == ([question] if asked else [])
    assert end.refusals(is_prediction=True) == []
    assert ("Team team1 has 7 backups in the vault sagemaker-studio--team1." in question) is asked
    assert bool(question) is asked
