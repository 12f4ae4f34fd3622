# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose apps reach whose in the network of a team, by the rules of the groups that the plan gives them."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import team_mistakes
from tests.unit.policies.rendering import network, team_with

PRIVATE, SHARED = "default_user_settings", "default_space_settings"
TEAM_GROUP, CLIENTS = "sg-team", "sg-clients"
CLASSIC = [{"name": "old", "app_type": "KernelGateway", "content": "echo\n"}]


def rules_in(team):
    """The rules that let something in, by the id of the group that has them."""
    (own,) = team.plan["security_group"]["security_groups"]
    groups = {group["name"]: group["rules"] for group in network().plan["security_groups"]["security_groups"]}
    clients = next(rules for name, rules in groups.items() if name.endswith("-clients"))
    return {TEAM_GROUP: own["rules"], CLIENTS: clients}


def lets_in(team, kind):
    """The rules by which something comes into an app of a kind of space."""
    return [rule for group in team.plan["domain"][kind]["security_groups"] for rule in rules_in(team)[group]]


@pytest.mark.parametrize("separated", [False, True])
def test_into_private_apps_comes_what_the_option_says(separated):
    team = team_with(studio_people_separated=separated)
    assert bool(lets_in(team, PRIVATE)) is not separated
    assert CLIENTS in team.plan["domain"][PRIVATE]["security_groups"], "which the endpoints let in"


@pytest.mark.parametrize("separated", [False, True])
def test_shared_spaces_and_jobs_keep_the_group_of_the_team(separated):
    team = team_with(studio_people_separated=separated)
    assert lets_in(team, SHARED)
    assert team.plan["domain"]["domain_settings"]["security_group_ids"] == [TEAM_GROUP]


def test_no_profile_has_groups_which_would_come_on_top():
    team = team_with(studio_people_separated=True, studio_users=[{"name": "ada", "email": "a@example.com"}])
    settings = [profile["user_settings"]["security_groups"] for profile in team.plan["user_profiles"]["user_profiles"]]
    assert settings == [[]]


@pytest.mark.parametrize(("separated", "count"), [(False, 0), (True, 1)])
def test_classic_which_needs_its_apps_to_reach_each_other_is_refused(separated, count):
    team = team_with(studio_people_separated=separated, studio_lifecycle_scripts=CLASSIC).team
    found = [sentence for sentence in team_mistakes(team) if "so KernelGateway does not work" in sentence]
    assert len(found) == count
