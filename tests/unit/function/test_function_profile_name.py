# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose profile is whose: one rule, under which no two people share one."""

from __future__ import annotations

import itertools

import profile_name as rule
import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import team_mistakes
from tests.unit.policies.rendering import team_with
from tests.unit.properties.strategies import STUDIO_NAMES

MODEL = get_session().get_service_model("sagemaker").shape_for("UserProfileName")
LONG = "okta_" + "a" * 120
PEOPLE = [
    "ada",
    "ada-1",
    "a" * 63,
    "okta_ada@example.org",
    "okta_Ada@example.org",
    "okta_ada.example.org",
    "okta-ada-example-org",
    "entra_ada@example.org",
    "okta_ada@example.or",
    LONG,
    LONG + "b",
    "okta_\u00e4da",
    "okta_\ud800",
    "_",
    "--",
    "",
    "ada\n",
]


@pytest.mark.parametrize(
    "name", ["ada", "Ada", "a--b", "x" * 63, "ada--0123456789abcdef012", "ada--0123456789abcdefghij"]
)
def test_name_that_a_profile_can_have_is_kept(name):
    assert rule.profile_name(name) == name


@pytest.mark.parametrize("name", PEOPLE[3:])
def test_every_name_gives_one_that_sagemaker_takes(name):
    made = rule.profile_name(name)
    assert rule.PROFILE_NAME.fullmatch(made)
    assert len(made) <= MODEL.metadata["max"]


def test_what_a_person_is_called_can_be_read():
    assert rule.profile_name("okta_ada@example.org") == "okta-ada-example-org--44a7eb8266f7d88ae2f9"


def test_people_do_not_share_a_profile_even_without_case():
    names = {"".join(letters) for length in range(1, 6) for letters in itertools.product("aA-_@", repeat=length)}
    # A case insensitive pool has no two users that differ in case alone, unless an identity provider named them.
    native = {name.lower() for name in names if rule.PROFILE_NAME.fullmatch(name)}
    federated = {f"okta_{name}" for name in names}
    people = [*native, *federated, *PEOPLE]
    profiles = [rule.profile_name(name).lower() for name in set(people)]
    assert len(profiles) > 3000
    assert len(set(profiles)) == len(profiles)


def test_nobody_is_named_like_what_another_name_gives():
    """Somebody whose user name is the profile name of another opens a third profile."""
    others = {rule.profile_name(name).lower() for name in PEOPLE}
    made = [name for name in map(rule.profile_name, PEOPLE) if "--" in name and name not in PEOPLE]
    assert len(made) > 10
    for name, changed in itertools.product(made, (str, str.upper)):
        assert rule.profile_name(changed(name)).lower() not in others


@given(st.one_of(st.sampled_from([*PEOPLE, *map(rule.profile_name, PEOPLE)]), STUDIO_NAMES))
def test_person_whom_a_team_may_list_has_the_profile_of_that_name(name):
    """The playbooks make profiles for the people whom a description lists, under their own names."""
    team = team_with(studio_users=[{"name": name, "email": "ada@example.com"}]).team
    is_refused = any("cannot be a sign-in name" in sentence for sentence in team_mistakes(team))
    assert is_refused == (rule.profile_name(name) != name)


@pytest.mark.parametrize(
    ("tags", "belongs"),
    [({}, True), ({"UserSub": "one"}, True), ({"UserSub": "two"}, False), ({"UserSub": ""}, False)],
)
def test_profile_that_says_whose_it_is_is_nobody_elses(tags, belongs):
    assert rule.belongs_to({"Platform": "p", **tags}, "one") is belongs
