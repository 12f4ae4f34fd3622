# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Membership looked up at the moment of the sign-in, where the platform wants it."""

from __future__ import annotations

import json

import pytest

POOL = "eu-central-1_example"


@pytest.fixture(autouse=True)
def team(sagemaker, monkeypatch):
    monkeypatch.setenv("LIVE_GROUP_CHECK", "true")
    monkeypatch.setenv("USER_POOL_ID", POOL)
    sagemaker.add_domain("team1")


def test_it_adds_exactly_two_calls(ask, make_event, cognito, sagemaker):
    """The account is looked at last: whatever groups were read before, they were those of this account or of none."""
    for _ in range(2):
        assert ask(make_event())[0] == 200
    account = {"UserPoolId": POOL, "Username": "ada"}
    assert cognito.calls == [("AdminListGroupsForUser", {**account, "Limit": 60}), ("AdminGetUser", account)] * 2
    assert sagemaker.operations().count("CreatePresignedDomainUrl") == 2


@pytest.mark.parametrize(
    "groups", [[], ["team10"], ["x,team1"], ["Team1"], None], ids=["none", "longer", "comma", "case", "no such user"]
)
def test_a_removed_member_gets_no_url_although_the_token_still_names_the_team(
    ask, make_event, cognito, sagemaker, capsys, groups
):
    assert ask(make_event())[0] == 200
    sagemaker.calls.clear()
    capsys.readouterr()
    cognito.groups = {} if groups is None else {"ada": groups}
    assert ask(make_event()) == (403, {"message": "You are not a member of this team."})
    assert sagemaker.calls == []
    assert json.loads(capsys.readouterr().out)["outcome"] == "not_a_member_any_more"


@pytest.mark.parametrize("case", ["made anew for somebody else", "made anew between the calls", "disabled"])
def test_the_account_of_the_name_must_be_the_tokens_own(ask, make_event, cognito, sagemaker, capsys, case):
    """A user name may be given away again, and then it is in the new person's groups; a `sub` never is."""
    if case == "disabled":
        cognito.disabled = {"ada"}
    elif case == "made anew for somebody else":
        cognito.subs["ada"] = "another-person-of-that-name"
    else:
        cognito.fail("AdminGetUser", "UserNotFoundException")
    assert ask(make_event()) == (403, {"message": "You are not a member of this team."})
    assert sagemaker.calls == []
    assert json.loads(capsys.readouterr().out)["outcome"] == "not_a_member_any_more"


def test_who_is_in_more_groups_than_a_page_holds_is_found(ask, make_event, cognito):
    cognito.groups = {"ada": [*(f"other{number}" for number in range(70)), "team1"]}
    assert ask(make_event())[0] == 200
    assert cognito.operations() == ["AdminListGroupsForUser"] * 2 + ["AdminGetUser"]


def test_a_membership_that_the_token_does_not_name_is_not_looked_for(ask, make_event, make_payload, cognito):
    assert ask(make_event(make_payload(**{"cognito:groups": ["other"]})))[0] == 403
    assert cognito.calls == []


@pytest.mark.parametrize("call", ["AdminListGroupsForUser", "AdminGetUser"])
@pytest.mark.parametrize(("code", "status"), [("TooManyRequestsException", 429), ("AccessDeniedException", 503)])
def test_nobody_is_let_in_when_cognito_does_not_tell(ask, make_event, cognito, sagemaker, call, code, status):
    cognito.fail(call, code)
    assert ask(make_event())[0] == status
    assert sagemaker.calls == []


def test_without_it_cognito_is_never_asked(ask, make_event, cognito, monkeypatch):
    monkeypatch.setenv("LIVE_GROUP_CHECK", "false")
    cognito.groups = {}
    assert ask(make_event())[0] == 200
    assert cognito.calls == []
