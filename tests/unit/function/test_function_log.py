# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log says, and what it must never say."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def logged(ask, capsys):
    """Send an event; return the one log entry, after checking that it holds no secret."""

    def logged(event):
        ask(event)
        out, err = capsys.readouterr()
        assert err == ""
        assert out.count("\n") == 1
        for secret in ("TOP-SECRET", "SIGNATURE", "https://", "eyJ", "secret detail", "c2d5a444"):
            assert secret not in out
        return json.loads(out)

    return logged


def test_an_opened_studio_says_who_which_team_and_which_request(logged, make_event, sagemaker):
    sagemaker.add_domain("team1")
    assert logged(make_event()) == {
        "route": "/domainName/{domainName}/getPresignedUrl",
        "request_id": "request-1",
        "team": "team1",
        "username": "ada",
        "outcome": "ok",
        "status": 200,
    }


def test_a_refusal_says_who_wanted_what(logged, make_event):
    entry = logged(make_event(team="team2"))
    assert (entry["username"], entry["team"]) == ("ada", "team2")
    assert (entry["outcome"], entry["status"]) == ("not_a_member", 403)


def test_an_impossible_team_is_not_written_down(logged, make_event, make_payload, make_token):
    entry = logged(make_event(team=make_token(make_payload())))
    assert (entry["team"], entry["username"], entry["status"]) == (None, "ada", 403)


def test_a_refused_token_is_logged_by_its_verified_user_and_the_reason(logged, make_event, make_payload):
    entry = logged(make_event(make_payload(client_id="foreign")))
    assert (entry["username"], entry["outcome"]) == ("ada", "token_refused:foreign_client")


def test_the_name_of_a_smuggled_token_is_not_believed(logged, make_event, make_payload, make_token):
    token = make_token(make_payload(username="eve"))
    entry = logged(make_event(headers={"Authorization": token}, multiValueHeaders=None))
    assert (entry["username"], entry["outcome"]) == ("ada", "token_refused:not_the_verified_token")


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_an_aws_error_is_logged_by_its_code(logged, make_event, sagemaker, code):
    sagemaker.add_domain("team1")
    sagemaker.fail("CreatePresignedDomainUrl", code)
    entry = logged(make_event())
    assert entry["aws_error"] == code
    assert entry["outcome"] == {"AccessDeniedException": "failed", "ThrottlingException": "throttled"}[code]


def test_an_unexpected_error_is_logged_by_its_kind_and_place(logged, make_event, sagemaker):
    sagemaker.add_domain("team1")
    sagemaker.fail("CreatePresignedDomainUrl", RuntimeError("https://somewhere/auth?token=TOP-SECRET"))
    assert logged(make_event())["error"].startswith("RuntimeError at conftest.py:")


def test_a_status_that_is_not_ready_is_logged(logged, make_event, sagemaker):
    sagemaker.add_domain("team1", status="Updating")
    assert logged(make_event())["outcome"] == "not_ready:domain:Updating"


def test_domains_of_other_platforms_are_told_from_no_domain_in_the_log_alone(logged, make_event, sagemaker, clock):
    assert logged(make_event())["outcome"] == "no_domain"
    clock.wait(5)
    sagemaker.add_domain("team1", tags={"Platform": "another"})
    assert logged(make_event())["outcome"] == "only_foreign_domains"


def test_a_name_cannot_forge_a_second_line(logged, make_event, make_payload):
    name = 'eve\n{"outcome":"ok"}'
    assert logged(make_event(make_payload(username=name)))["username"] == name
