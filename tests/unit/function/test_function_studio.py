# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The person's own profile, profiles made on first sign-in, and how long a session lasts."""

from __future__ import annotations

import json

import pytest

URL = "https://{}.studio.eu-central-1.sagemaker.aws/auth?token=TOP-SECRET"
SUB = "c2d5a444-0000-4000-8000-000000000001"
OURS = {"Platform": "sagemaker-studio", "DomainName": "team1"}
OPEN_TO_MEMBERS = {**OURS, "ProfileOnFirstSignIn": "true"}
ROLE = "arn:aws:iam::111111111111:role/sagemaker-studio--team1--eu-central-1-{}"


def opened(ask, event):
    """The address that a sign-in opened; fails when it opened none."""
    status, body = ask(event)
    assert status == 200, body
    return body["url"]


def test_the_profile_is_found_whatever_its_case(ask, make_event, make_payload, sagemaker):
    domain_id = sagemaker.add_domain("team1", profiles=["ada"])
    assert opened(ask, make_event(make_payload(username="Ada"))) == URL.format(domain_id)


@pytest.mark.parametrize(
    "username", ["a" * 64, "-ada", "ada-", "ada.b", "okta_ada@example.org", "ada\n", "\u00e5d\u00e5"]
)
def test_a_name_that_cannot_be_a_profile_opens_the_one_made_of_it(ask, make_event, make_payload, sagemaker, username):
    from profile_name import profile_name

    domain_id = sagemaker.add_domain("team1", profiles=[profile_name(username)])
    assert opened(ask, make_event(make_payload(username=username))) == URL.format(domain_id)
    assert sagemaker.calls[-1][1]["UserProfileName"] == profile_name(username) != username


def test_a_name_that_another_name_gives_is_nobodys(ask, make_event, make_payload, sagemaker):
    from profile_name import profile_name

    sagemaker.add_domain("team1", profiles=[profile_name("ada@b")])
    assert ask(make_event(make_payload(username=profile_name("ada@b"))))[0] == 404


@pytest.mark.parametrize("username", ["a", "a" * 63, "Ada-B--c9"])
def test_every_name_that_can_be_a_profile_is_sent(ask, make_event, make_payload, sagemaker, username):
    sagemaker.add_domain("team1", profiles=[username])
    assert ask(make_event(make_payload(username=username)))[0] == 200


def test_a_profile_is_made_on_first_sign_in_where_the_domain_says_so(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Pending")
    assert sagemaker.calls[-1] == (
        "CreateUserProfile",
        {
            "DomainId": domain_id,
            "UserProfileName": "ada",
            "Tags": [
                {"Key": "Platform", "Value": "sagemaker-studio"},
                {"Key": "DomainName", "Value": "team1"},
                {"Key": "UserSub", "Value": SUB},
            ],
        },
    )
    assert ask(make_event())[0] == 409
    sagemaker.profiles[domain_id]["ada"] = "InService"
    assert opened(ask, make_event()) == URL.format(domain_id)
    assert sagemaker.operations().count("CreateUserProfile") == 1


def test_two_first_sign_ins_at_once_make_one_profile(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    sagemaker.fail("CreateUserProfile", "ResourceInUse")
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Pending")


def test_a_profile_that_cannot_be_made_gets_503(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    sagemaker.fail("CreateUserProfile", "AccessDeniedException")
    assert ask(make_event())[0] == 503


@pytest.mark.parametrize("value", ["false", "True", "yes", ""])
def test_any_other_value_of_the_tag_makes_no_profile(ask, make_event, sagemaker, value):
    sagemaker.add_domain("team1", tags={**OPEN_TO_MEMBERS, "ProfileOnFirstSignIn": value}, profiles=[])
    assert ask(make_event())[0] == 404
    assert "CreateUserProfile" not in sagemaker.operations()


def test_a_non_member_makes_no_profile(ask, make_event, sagemaker):
    sagemaker.add_domain("team2", tags=OPEN_TO_MEMBERS, profiles=[])
    assert ask(make_event(team="team2"))[0] == 403
    assert sagemaker.calls == []


@pytest.mark.parametrize(
    ("username", "roles", "role"),
    [
        ("ada", {}, None),
        ("ada", {"ProfileRole": ROLE.format("data")}, ROLE.format("data")),
        ("ada", {"ProfileRole": ROLE.format("data"), "ProfileRole:bob": ROLE.format("lead")}, ROLE.format("data")),
        ("Ada", {"ProfileRole": ROLE.format("data"), "ProfileRole:ada": ROLE.format("lead")}, ROLE.format("lead")),
    ],
)
def test_the_profile_gets_the_persons_role_or_the_teams(
    ask, make_event, make_payload, sagemaker, username, roles, role
):
    sagemaker.add_domain("team1", tags={**OPEN_TO_MEMBERS, **roles}, profiles=[])
    assert ask(make_event(make_payload(username=username)))[0] == 409
    operation, request = sagemaker.calls[-1]
    assert operation == "CreateUserProfile"
    assert request.get("UserSettings") == ({"ExecutionRole": role} if role else None)


@pytest.mark.parametrize(
    "role",
    [
        "arn:aws:iam::111111111111:role/sagemaker-studio--team2--eu-central-1-data-scientist",
        "arn:aws:iam::111111111111:role/sagemaker-studio/team2/eu-central-1/sagemaker-studio--team2--eu-central-1-x",
        "arn:aws:iam::111111111111:role/sagemaker-studio/team2/sagemaker-studio--team1--eu-central-1-x",
        "arn:aws:iam::111111111111:role/another--team1--eu-central-1-data-scientist",
        "arn:aws:iam::222222222222:role/sagemaker-studio--team1--eu-central-1-data-scientist",
        "arn:aws:iam::111111111111:role/sagemaker-studio--team10--eu-central-1-data-scientist",
        "arn:aws:iam::111111111111:role/administrator",
        "administrator",
    ],
)
@pytest.mark.parametrize("tag", ["ProfileRole", "ProfileRole:ada"])
def test_a_role_that_is_not_the_teams_is_given_to_nobody(ask, make_event, sagemaker, tag, role):
    sagemaker.add_domain("team1", tags={**OPEN_TO_MEMBERS, tag: role}, profiles=[])
    status, body = ask(make_event())
    assert (status, body.keys()) == (404, {"message"})
    assert "CreateUserProfile" not in sagemaker.operations()


def test_a_role_that_a_person_brings_is_given_in_the_team_that_lists_it_alone(
    function, ask, make_event, make_payload, sagemaker, monkeypatch
):
    brought = "arn:aws:iam::111111111111:role/auditor"
    monkeypatch.setenv("BROUGHT_ROLES", json.dumps({"team1": [brought]}))
    function.make_service.cache_clear()
    for team in ("team1", "team2"):
        tags = {**OPEN_TO_MEMBERS, "DomainName": team, "ProfileRole:ada": brought}
        sagemaker.add_domain(team, tags=tags, profiles=[])
    member = make_payload(**{"cognito:groups": ["team1", "team2"]})
    assert ask(make_event(member, team="team2"))[0] == 404
    assert ask(make_event(member))[0] == 409
    assert sagemaker.calls[-1][1]["UserSettings"] == {"ExecutionRole": brought}


def test_a_profile_made_for_somebody_who_had_the_name_before_is_not_opened(ask, make_event, make_payload, sagemaker):
    domain_id = sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    assert ask(make_event())[0] == 409
    sagemaker.profiles[domain_id]["ada"] = "InService"
    assert opened(ask, make_event()) == URL.format(domain_id)
    for _ in range(2):
        assert ask(make_event(make_payload(sub="another-person-of-that-name")))[0] == 404
    assert opened(ask, make_event()) == URL.format(domain_id)


@pytest.mark.parametrize(
    "tags",
    [{**OURS, "DomainName": "team2"}, {**OURS, "DomainName": "team2", "UserSub": SUB}, {**OURS, "Platform": "b"}, {}],
    ids=["another team's", "and named for the person", "another platform's", "nobody's"],
)
@pytest.mark.parametrize("status", ["InService", "Pending"])
def test_a_profile_that_is_not_the_teams_is_not_opened(ask, make_event, sagemaker, tags, status):
    """Whoever may make profiles for one team may name any domain for them."""
    domain_id = sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS)
    sagemaker.add_profile(domain_id, "ada", tags)
    sagemaker.profiles[domain_id]["ada"] = status
    answer, body = ask(make_event())
    assert (answer, body.keys()) == (404, {"message"})
    assert "CreatePresignedDomainUrl" not in sagemaker.operations()


def test_whose_a_profile_is_is_looked_up_again_when_a_token_must_have_ended(ask, make_event, sagemaker, clock):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.profile_tags[domain_id, "ada"] = {**OURS, "UserSub": "somebody-else"}
    assert opened(ask, make_event()) == URL.format(domain_id)
    clock.wait(300)
    assert ask(make_event())[0] == 404


def test_each_person_of_a_team_costs_one_look_at_the_profile(ask, make_event, make_payload, sagemaker):
    sagemaker.add_domain("team1", profiles=["ada", "bob"])
    people = [make_payload(username=name, sub=name) for name in ("ada", "bob")]
    for person in people:
        opened(ask, make_event(person))
    sagemaker.calls.clear()
    for person in people * 2:
        opened(ask, make_event(person))
    assert sagemaker.operations() == ["CreatePresignedDomainUrl"] * 4


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [
        (None, 28800),
        ("60", 3600),
        ("480", 28800),
        ("720", 28800),
        ("1", 1800),
        ("0", 1800),
        ("", 28800),
        ("-60", 28800),
        ("six", 28800),
        ("60.5", 28800),
        ("\u0666\u0660", 28800),
    ],
)
def test_a_session_lasts_as_long_as_the_team_wants_within_the_platforms_limit(
    ask, make_event, sagemaker, minutes, seconds
):
    tags = {**OURS, **({} if minutes is None else {"SessionMinutes": minutes})}
    sagemaker.add_domain("team1", tags=tags)
    opened(ask, make_event())
    assert sagemaker.calls[-1][1]["SessionExpirationDurationInSeconds"] == seconds


@pytest.mark.parametrize("service", ["sagemaker", "cognito-idp"])
def test_the_real_client_gives_up_before_the_gateway_does(monkeypatch, service):
    import aws

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "111111111111")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    client = aws.make_client(service, "eu-west-1")
    options = client.meta.config
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert options.retries["mode"] == "standard"
    assert options.retries["total_max_attempts"] * (options.connect_timeout + options.read_timeout) < 29
