# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the studio role tells the sign-in function by tags, and the roles that the function may then give."""

from __future__ import annotations

import fnmatch

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import Platform
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform_needs import profile_role_arns
from tests.unit.policies.rendering import ACCOUNT, PLATFORM, REGION, team_with

BROUGHT = "arn:aws:iam::111111111111:role/auditor"
PEOPLE = [
    {"name": "ada", "email": "ada@example.org"},
    {"name": "Grace", "email": "grace@example.org", "persona": "lead"},
    {"name": "eve", "email": "eve@example.org", "execution_role_arn": BROUGHT},
]
SHORT = {"name": "team1", "platform": PLATFORM}
LONG = {"name": "t" * 24, "platform": "p" * 20}


def domain_tags(**variables):
    """The domain's tags beside the usual ones."""
    return team_with(**{**SHORT, "studio_users": PEOPLE, **variables}).plan["domain"]["tags"]


def passed_roles(teams):
    """What the playbooks put into login_profile_role_arns."""
    name = teams[0].get("studio_platform_name", PLATFORM) if teams else PLATFORM
    return profile_role_arns(Platform(name, REGION, ACCOUNT), {team["inventory_hostname"]: team for team in teams})


def test_by_default_the_function_reads_nothing_but_whose_domain_it_is():
    assert domain_tags() == {"Platform": PLATFORM, "DomainName": "team1"}


def test_the_teams_session_is_told():
    assert domain_tags(studio_session_minutes=90)["SessionMinutes"] == "90"


@pytest.mark.parametrize("names", [SHORT, LONG])
@pytest.mark.parametrize("role_per_person", [True, False])
def test_the_role_that_each_profile_would_get_is_told_and_may_be_passed(names, role_per_person):
    told = domain_tags(studio_members_make_their_profile=True, studio_role_per_person=role_per_person, **names)
    assert told["ProfileOnFirstSignIn"] == "true"
    roles = {name: value for name, value in told.items() if name.startswith("ProfileRole")}
    assert roles.keys() == {"ProfileRole", "ProfileRole:grace", "ProfileRole:eve"}
    assert len(set(roles.values())) == 3
    assert roles["ProfileRole:eve"] == BROUGHT
    team = {
        "inventory_hostname": names["name"],
        "studio_platform_name": names["platform"],
        "studio_members_make_their_profile": True,
        "studio_role_per_person": role_per_person,
        "studio_users": PEOPLE,
    }
    passed = passed_roles([team])
    assert len(passed) == 3
    for role in roles.values():
        assert [arn for arn in passed if fnmatch.fnmatchcase(role, arn)], role


def test_only_teams_that_allow_it_count():
    allowing = {"studio_members_make_their_profile": True}
    teams = [
        {"inventory_hostname": "open", **allowing},
        {"inventory_hostname": "closed", **allowing, "studio_members_make_their_profile": False},
        {
            "inventory_hostname": "silent",
        },
    ]
    iam = f"arn:aws:iam::{ACCOUNT}:role/{PLATFORM}"
    assert passed_roles(teams) == [f"{iam}--open--{REGION}-data-scientist", f"{iam}/open/{REGION}/*"]
    assert passed_roles([]) == []
