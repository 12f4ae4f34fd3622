# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The teams in the tokens of federated people (roles/login/files/token_groups)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "roles/login/files/token_groups/handler.py"


@pytest.fixture(scope="module")
def trigger():
    spec = importlib.util.spec_from_file_location("token_groups_handler", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def groups_of_token(trigger, monkeypatch):
    """Send an event and return the groups that the token gets; None where the trigger changes nothing."""
    monkeypatch.setenv("PROVIDER_NAME", "company")
    monkeypatch.setenv("GROUPS_ATTRIBUTE", "custom:groups")
    monkeypatch.setenv("TEAMS", json.dumps({"team1": ["data-science", "lab"], "team2": []}))

    def groups_of_token(attributes, given=()):
        request = {"userAttributes": attributes, "groupConfiguration": {"groupsToOverride": list(given)}}
        event = {"request": request, "response": {"claimsAndScopeOverrideDetails": None}}
        details = trigger.handler(event, None)["response"]["claimsAndScopeOverrideDetails"]
        return details and details["groupOverrideDetails"]["groupsToOverride"]

    return groups_of_token


def vouched(groups, provider="company"):
    return {"custom:groups": groups, "identities": json.dumps([{"providerName": provider, "userId": "ada"}])}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        # A group opens the teams that list it, and not the team of its own name.
        ("data-science", ["team1"]),
        ("[data-science,team3]", ["team1"]),
        ("[lab, data-science]", ["team1"]),
        ("[ops,data%2Dscience]", ["team1"]),
        ("team1", []),
        ("team2", []),  # listed without a group: nobody's
        ("team3", []),
        ("", []),
        ('["lab", "team3"]', ["team1"]),
        ('["lab"]', ["team1"]),
        ("[]", []),
        # One value comes as it is, whatever it looks like.
        ("[data-science]", []),
        ("x,data-science", []),
        ('"data-science"', []),
        (" data-science", []),
        ("data%2Dscience", []),
        # In a list of Cognito's every other character is as in a URL; in JSON a text is one group.
        ('["x,data-science"]', []),
        ('["x","data-science]', []),
        ('["x, data-science"]', []),
        ("[x%2Cdata-science,ops]", []),
        ('[x,"data-science"]', []),
        ("[x;data-science,]", []),
        ('["[data-science]"]', []),
        ('{"a": "data-science"}', []),
        ('["x", ["data-science"]]', []),
        ("[" * 10000, []),
    ],
)
def test_groups_of_the_provider_become_teams(groups_of_token, groups, expected):
    assert groups_of_token(vouched(groups)) == expected


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("team3", ["team3"]),
        ("[data-science,team3]", ["data-science", "team1", "team3"]),
        ("team1", []),  # the team is listed, so its own name counts no more
        ("[data+science,ops]", ["data science", "ops"]),
        ("[team3]", ["[team3]"]),
    ],
)
def test_by_choice_a_team_that_is_not_listed_has_the_group_of_its_name(groups_of_token, monkeypatch, groups, expected):
    monkeypatch.setenv("TEAMS_BY_NAME", "true")
    assert groups_of_token(vouched(groups)) == expected


def test_groups_in_cognito_stay(groups_of_token):
    assert groups_of_token(vouched("lab"), given=["by-hand"]) == ["by-hand", "team1"]


@pytest.mark.parametrize("attributes", [{}, {"custom:groups": "lab"}, vouched("lab", provider="other")])
def test_who_comes_another_way_is_left_alone(groups_of_token, attributes):
    """Whatever stands in the attribute: people of the pool itself may be able to write it."""
    assert groups_of_token(attributes, given=["team1"]) is None


def test_event_that_cannot_be_read_ends_the_sign_in(groups_of_token):
    with pytest.raises(ValueError, match="Expecting"):
        groups_of_token({"identities": "{"})
