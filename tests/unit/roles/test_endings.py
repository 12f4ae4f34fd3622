# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's end depends on, as the role's variables tell it from what it found."""

import pytest
from ansible.parsing.dataloader import DataLoader

from tests.unit.policies.rendering import ROLES, TRUSTED, team_with

OURS = {"domain_id": "d-ours", "status": "InService", "tags": {"Platform": "sagemaker-studio"}}
NAMESAKE = {"domain_id": "d-namesake", "status": "InService", "tags": {"Platform": "other"}}


def ending(vault=None, **variables):
    """The studio role of team1 with the variables of its end; the account has OURS and a vault."""
    own = DataLoader().load_from_file(str(ROLES / "studio/vars/absent.yml"), **TRUSTED)
    return team_with(**own, studio__found={"domains": [OURS, NAMESAKE], "backup_vault": vault or {}}, **variables)


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
    role = ending(studio__left_domains={"domains": [OURS, *others]})
    assert [domain["domain_id"] for domain in role.value("studio__other_domains")] == counted


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
    question = ending(vault, studio_retain=retain).value("studio__backups_question")
    assert ("Team team1 has 7 backups in the vault sagemaker-studio--team1." in question) is asked
    assert bool(question) is asked
