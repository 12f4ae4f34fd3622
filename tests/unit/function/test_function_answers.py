# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the table of answers in docs/sign-in.md, and the form that all of them share."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ConnectTimeoutError

STUDIO_URL = "https://d-000000000001.studio.eu-central-1.sagemaker.aws/auth?token=TOP-SECRET"
NOT_A_MEMBER = {"message": "You are not a member of this team."}


def test_a_member_gets_a_url_of_the_configured_lifetimes(ask, make_event, sagemaker, monkeypatch):
    monkeypatch.setenv("URL_LIFETIME_SECONDS", "20")
    monkeypatch.setenv("SESSION_SECONDS", "3600")
    domain_id = sagemaker.add_domain("team1")
    assert ask(make_event()) == (200, {"url": STUDIO_URL})
    assert sagemaker.calls[-1] == (
        "CreatePresignedDomainUrl",
        {
            "DomainId": domain_id,
            "UserProfileName": "ada",
            "ExpiresInSeconds": 20,
            "SessionExpirationDurationInSeconds": 3600,
        },
    )


@pytest.mark.parametrize("exists", [True, False])
def test_a_non_member_gets_the_same_403_whether_or_not_the_team_exists(ask, make_event, sagemaker, exists):
    if exists:
        sagemaker.add_domain("team2")
    assert ask(make_event(team="team2")) == (403, NOT_A_MEMBER)
    assert sagemaker.calls == []


def test_a_member_without_a_domain_gets_404(ask, make_event, sagemaker):
    sagemaker.add_domain("team10")
    status, body = ask(make_event())
    assert status == 404
    assert "no Studio domain" in body["message"]


def test_a_member_without_a_profile_gets_404_and_nothing_is_made(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", profiles=["someone-else"])
    status, body = ask(make_event())
    assert status == 404
    assert "An administrator must add it" in body["message"]
    assert "CreateUserProfile" not in sagemaker.operations()


def test_somebody_elses_profile_gets_404_that_says_so(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1")
    sagemaker.profile_tags[domain_id, "ada"] |= {"UserSub": "somebody-else"}
    status, body = ask(make_event())
    assert status == 404
    assert "is not yours" in body["message"]
    assert "CreatePresignedDomainUrl" not in sagemaker.operations()


@pytest.mark.parametrize("status", ["Pending", "Updating", "Deleting", "Failed", "Update_Failed", "Delete_Failed"])
def test_a_domain_that_is_not_ready_gets_409_with_its_status(ask, make_event, sagemaker, status):
    sagemaker.add_domain("team1", status=status)
    code, body = ask(make_event())
    assert (code, body["status"]) == (409, status)
    assert f"domain of team1 is not ready: its status is {status}" in body["message"]


@pytest.mark.parametrize("status", ["Updating", "Failed"])
def test_a_known_domain_that_stops_being_ready_gets_409_too(ask, make_event, sagemaker, status):
    domain_id = sagemaker.add_domain("team1")
    assert ask(make_event())[0] == 200
    sagemaker.domains[domain_id]["Status"] = status
    code, body = ask(make_event())
    assert (code, body["status"]) == (409, status)


@pytest.mark.parametrize("status", ["Pending", "Updating", "Deleting", "Failed"])
def test_a_profile_that_is_not_ready_gets_409_with_its_status(ask, make_event, sagemaker, status):
    domain_id = sagemaker.add_domain("team1")
    sagemaker.profiles[domain_id]["ada"] = status
    code, body = ask(make_event())
    assert (code, body["status"]) == (409, status)
    assert "user profile of team1" in body["message"]


@pytest.mark.parametrize("operation", ["ListDomains", "ListTags", "CreatePresignedDomainUrl"])
@pytest.mark.parametrize("code", ["ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown"])
def test_throttling_gets_429(ask, make_event, sagemaker, operation, code):
    sagemaker.add_domain("team1")
    sagemaker.fail(operation, code)
    status, body = ask(make_event())
    assert status == 429
    assert "Try again" in body["message"]


@pytest.mark.parametrize(
    "operation", ["ListDomains", "ListTags", "CreatePresignedDomainUrl", "DescribeDomain", "DescribeUserProfile"]
)
@pytest.mark.parametrize(
    "error",
    ["AccessDeniedException", "InternalFailure", ConnectTimeoutError(endpoint_url="x"), RuntimeError("surprise")],
    ids=["denied", "internal", "timeout", "bug"],
)
def test_any_other_failure_gets_503(ask, make_event, sagemaker, operation, error):
    sagemaker.add_domain("team1")
    if operation.startswith("Describe"):
        sagemaker.fail("CreatePresignedDomainUrl", "ValidationException")
    sagemaker.fail(operation, error)
    status, body = ask(make_event())
    assert status == 503
    assert body == {"message": "Studio cannot be opened right now. Try again; if it lasts, tell an administrator."}
    assert sagemaker.operations()[-1] == operation


def test_a_refusal_that_nothing_explains_gets_503(ask, make_event, sagemaker):
    sagemaker.add_domain("team1")
    sagemaker.fail("CreatePresignedDomainUrl", "ValidationException", "ValidationException")
    assert ask(make_event())[0] == 503


def test_a_half_made_platform_gets_503_that_says_so(ask, make_event, monkeypatch):
    monkeypatch.setenv("CLIENT_IDS", "")
    status, body = ask(make_event())
    assert status == 503
    assert "not set up yet" in body["message"]


def test_wrong_settings_get_503_and_the_log_names_them(ask, make_event, monkeypatch, capsys):
    monkeypatch.setenv("URL_LIFETIME_SECONDS", "300")
    assert ask(make_event())[0] == 503
    entry = json.loads(capsys.readouterr().out)
    assert entry["error"] == "URL_LIFETIME_SECONDS must be a whole number from 5 to 60"


def test_an_unknown_route_gets_404(ask):
    assert ask({"resource": "/elsewhere"})[0] == 404


def test_an_empty_event_is_answered_and_admits_nobody(ask, function):
    assert ask({"resource": function.PRESIGNED_URL_ROUTE})[0] == 403


@pytest.mark.parametrize("team", ["team1", "team2", "team3", "team4"])
def test_every_answer_is_json_that_no_cache_keeps(function, make_event, make_payload, sagemaker, team):
    sagemaker.add_domain("team1")
    sagemaker.add_domain("team3", status="Pending")
    payload = make_payload(**{"cognito:groups": ["team1", "team3", "team4"]})
    answer = function.handler(make_event(payload, team=team), None)
    assert answer["statusCode"] == {"team1": 200, "team2": 403, "team3": 409, "team4": 404}[team]
    assert answer["headers"] == {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert ("message" in json.loads(answer["body"])) == (answer["statusCode"] != 200)


@pytest.mark.parametrize(
    ("path", "location"),
    [("/prod/", "portal"), ("/prod", "prod/portal"), ("/", "portal"), (None, "portal")],
)
def test_the_root_leads_to_the_portal_of_its_stage(function, path, location):
    answer = function.handler({"resource": "/", "requestContext": {"path": path}}, None)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, location)
    assert answer["headers"]["Cache-Control"] == "no-store"
