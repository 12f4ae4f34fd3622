# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run works on, and what is refused because it would do nothing or half of the work."""

import dataclasses

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.choice import (
    DescribedPlatform,
    DescribedTeam,
    Inventory,
    Request,
    choose,
    refusal,
)

MAIN, OTHER = DescribedPlatform("ml", "eu-central-1", "111111111111"), DescribedPlatform("ml", "eu-west-1", "")
BRINGS = {"platform_name": "ml", "aws_region": "us-east-1"}
INVENTORY = Inventory(
    teams={"churn": DescribedTeam("main"), "pricing": DescribedTeam("other"), "fraud": DescribedTeam("main")},
    platforms={"main": MAIN, "other": OTHER},
)


def with_teams(**teams):
    """The inventory with more teams, or others of these names."""
    return Inventory({**INVENTORY.teams, **teams}, INVENTORY.platforms)


@pytest.mark.parametrize(
    ("request_", "teams", "platforms"),
    [
        (Request(), ("churn", "pricing", "fraud"), ("main", "other")),
        (Request(domain_name=""), ("churn", "pricing", "fraud"), ("main", "other")),
        (Request(domain_name="pricing"), ("pricing",), ("other",)),
        (Request(only_platform="other"), (), ("other",)),
        (Request(only_platform="ml"), (), ("main", "other")),
        (Request(limited_to=frozenset({"main", "churn"})), ("churn",), ("main", "other")),
    ],
)
def test_teams_and_platforms_are_chosen(request_, teams, platforms):
    choice = choose(request_, INVENTORY)
    assert (choice.teams, choice.platforms, choice.mistakes, choice.brought) == (teams, platforms, {}, {})


def test_slice_without_a_platform_takes_that_which_its_teams_describe():
    choice = choose(Request(), Inventory({"churn": DescribedTeam("main", brings=BRINGS)}, {}))
    assert choice.platforms == ("main",)
    assert choice.brought == {"main": BRINGS}


@pytest.mark.parametrize("described", [MAIN, OTHER])
def test_mistyped_platform_that_is_described_under_another_name_is_none(described):
    told = {"platform_name": described.name, "aws_region": described.region, "aws_account_id": described.account_id}
    choice = choose(Request(), with_teams(churn=DescribedTeam("mian", brings=told)))
    assert choice.brought == {}
    assert choice.mistakes["churn"] == [
        'Team churn names the platform "mian" (studio_platform), and the inventory\'s group platforms has ["main", '
        '"other"]; did you mean main?'
    ]


NEW = with_teams(churm=DescribedTeam("main", is_listed=False))


@pytest.mark.parametrize(
    ("request_", "inventory", "said"),
    [
        (Request(), Inventory({}, {}), "The inventory has no platform and no team"),
        (
            Request(domain_name="x"),
            Inventory({"x": DescribedTeam(is_listed=False)}, {}),
            "The inventory has no platform",
        ),
        (Request(domain_name=7), INVENTORY, "domain_name is 7, and must be a text: put it in quotes."),
        (Request(domain_name="Team_1"), INVENTORY, 'domain_name "Team_1" cannot be a team\'s name'),
        (Request(domain_name="a--b"), INVENTORY, "cannot be a team's name"),
        (
            Request(domain_name="main", new_team=True),
            INVENTORY,
            "No team can be called main: a platform's host in the inventory has this name. Rename one of them.",
        ),
        *(
            (
                Request(domain_name=name, new_team=True),
                dataclasses.replace(INVENTORY, groups=["all", "platforms", "teams", "finance"]),
                f"No team can be called {name}: a group of the inventory or Ansible itself has this name. Rename it.",
            )
            for name in ("all", "localhost", "ungrouped", "teams", "platforms", "finance")
        ),
        (Request(), with_teams(other=DescribedTeam("main")), "No team can be called other: a platform's host"),
        (Request(), with_teams(localhost=DescribedTeam("main")), "No team can be called localhost: "),
        (Request(user="ada"), INVENTORY, "user=ada names a person of one team"),
        (
            Request(domain_name="churn", resend_invitation=True),
            INVENTORY,
            "resend_invitation=true invites one person again; name the person too, with -e user=ada.",
        ),
        (Request(domain_name="churm"), NEW, "The inventory lists no team churm; did you mean churn?"),
        (
            Request(limited_to=frozenset({"main"}), builds_platforms=True),
            INVENTORY,
            "--limit would leave out the hosts",
        ),
        (Request(domain_name="churn", limited_to=frozenset({"main"})), INVENTORY, "--limit leaves out team churn"),
        (Request(limited_to=frozenset({"churn"})), INVENTORY, "--limit leaves out platform main of team churn. Leave"),
        (Request(limited_to=frozenset({"main"})), INVENTORY, "--limit leaves out every team. Leave --limit out"),
    ],
)
def test_run_that_would_do_nothing_or_half_is_refused(request_, inventory, said):
    assert refusal(request_, inventory).startswith(said) or said in refusal(request_, inventory)


@pytest.mark.parametrize(
    ("request_", "inventory", "remedy"),
    [
        (Request(), Inventory({}, {}), "look at the inventory's source in AWX"),
        (Request(user="ada"), INVENTORY, "name the team too, with domain_name."),
        (Request(domain_name="churm"), NEW, "is made with the job template Studio new team."),
        (Request(limited_to=frozenset({"main"})), INVENTORY, "The job's limit leaves out every team. Clear it"),
        (
            Request(domain_name="churn", limited_to=frozenset({"main"})),
            INVENTORY,
            "The job's limit leaves out team churn",
        ),
        (Request(limited_to=frozenset({"main"}), builds_platforms=True), INVENTORY, "The job's limit would leave out"),
        (
            Request(limited_to=frozenset({"churn"})),
            INVENTORY,
            "The job's limit leaves out platform main of team churn.",
        ),
    ],
)
def test_remedy_in_awx_is_no_argument_of_a_terminal(request_, inventory, remedy):
    said = refusal(dataclasses.replace(request_, in_awx=True), inventory)
    assert remedy in said
    assert " -" not in said


@pytest.mark.parametrize(
    ("request_", "inventory"),
    [
        (Request(), INVENTORY),
        (Request(domain_name="churn", user="ada"), INVENTORY),
        (Request(domain_name="churm", new_team=True), NEW),
        (Request(domain_name="churm", makes_teams=False), NEW),
        (Request(limited_to=frozenset({"main", "churn"})), INVENTORY),
    ],
)
def test_other_runs_begin(request_, inventory):
    assert refusal(request_, inventory) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("domian_name", "domain_name"),
        ("domain", "domain_name"),
        ("team", "domain_name"),
        ("users", "user"),
        ("emails", "email"),
        ("confirmm", "confirm"),
    ],
)
def test_extra_variable_that_is_nearly_an_argument_is_refused(name, meant):
    refused = refusal(Request(extra_variables=[name, "domain_name"]), INVENTORY)
    assert refused == f"The extra variable {name} says nothing to this playbook; did you mean {meant}?"


@pytest.mark.parametrize("name", ["domain_name", "vault_password", "awx_user_email", "studio_users", "turn_lease"])
def test_other_extra_variables_are_nobodys_business(name):
    assert refusal(Request(extra_variables=[name]), INVENTORY) is None
