# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is admitted: exact group names, the token the authorizer verified, our own app clients."""

from __future__ import annotations

import base64
import json

import pytest


@pytest.fixture(autouse=True)
def teams(sagemaker):
    for team in ("team1", "team10", "a"):
        sagemaker.add_domain(team)


def carrying(event, *values, name="Authorization"):
    """The event with other Authorization headers; the authorizer's claims stay as they are."""
    return {**event, "headers": {name: values[-1]}, "multiValueHeaders": {name: list(values)}}


@pytest.mark.parametrize(
    ("groups", "team", "status"),
    [
        (["team1"], "team1", 200),
        (["b", "team1", "a"], "a", 200),
        (["team1", "<img/src=x>", "team10"], "team10", 200),
        (["team10"], "team1", 403),
        (["team1"], "team10", 403),
        (["x,team1"], "team1", 403),
        (["team1,x"], "team1", 403),
        (["[team1]"], "team1", 403),
        (["x team1"], "team1", 403),
        (["[a b]"], "a", 403),
        (["Team1"], "team1", 403),
        (["team1\n"], "team1", 403),
        (["\uff54eam1"], "team1", 403),
        ([], "team1", 403),
        (None, "team1", 403),
        ("team1", "team1", 403),
        ({"team1": True}, "team1", 403),
        ([1, None], "team1", 403),
    ],
)
def test_only_the_exact_group_admits(ask, make_event, make_payload, make_token, groups, team, status):
    payload = make_payload(**{"cognito:groups": groups})
    # The flattened claim always says "team1": it must not matter.
    event = carrying(make_event(make_payload(), team=team), make_token(payload))
    assert ask(event)[0] == status


@pytest.mark.parametrize(
    ("name", "team", "status"),
    [
        ("percent-encoded", "team%31", 200),
        ("upper case", "TEAM1", 403),
        ("leading hyphen", "-team1", 403),
        ("trailing hyphen", "team1-", 403),
        ("two hyphens", "te--am1", 403),
        ("25 characters", "a" * 25, 403),
        ("trailing newline", "team1%0A", 403),
        ("a second path", "team1%2F..%2Fteam10", 403),
        ("null byte", "team1%00", 403),
        ("full-width letters", "%EF%BD%94eam1", 403),
        ("arabic digit", "team%D9%A1", 403),
        ("broken UTF-8", "team1%FF", 403),
        ("wildcard", "*", 403),
        ("empty", "", 403),
        ("absent", None, 403),
    ],
)
def test_only_a_name_that_a_team_can_have_is_looked_at(ask, make_event, make_payload, sagemaker, name, team, status):
    groups = ["team1", "TEAM1", "-team1", "team1-", "te--am1", "a" * 25, "team1\n", "team1\0", "*", ""]
    event = make_event(
        make_payload(**{"cognito:groups": [*groups, "\uff54eam1", "team\u0661", "team1\ufffd"]}), team=team
    )
    assert ask(event)[0] == status, name
    assert bool(sagemaker.calls) == (status == 200), name


@pytest.mark.parametrize("team", ["z", "1", "a-b-c", "a" * 24])
def test_every_name_that_a_team_can_have_is_admitted(ask, make_event, make_payload, sagemaker, team):
    sagemaker.add_domain(team)
    assert ask(make_event(make_payload(**{"cognito:groups": [team]}), team=team))[0] == 200


@pytest.mark.parametrize("client_id", ["portal-client", "api-client"])
def test_each_of_our_clients_is_accepted(ask, make_event, make_payload, client_id):
    assert ask(make_event(make_payload(client_id=client_id)))[0] == 200


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("foreign_client", {"client_id": "someone-elses-client"}),
        ("foreign_client", {"client_id": "portal"}),
        ("foreign_client", {"client_id": "portal-client,api-client"}),
        ("not_the_verified_token", {"client_id": None, "aud": "portal-client", "token_use": "id"}),
        ("not_an_access_token", {"token_use": "id"}),
        ("not_an_access_token", {"token_use": "refresh"}),
        ("not_the_verified_token", {"username": None, "cognito:username": "ada"}),
        ("not_the_verified_token", {"sub": None}),
        ("not_the_verified_token", {"username": ""}),
    ],
)
def test_only_access_tokens_of_our_clients_are_accepted(ask, make_event, make_payload, capsys, reason, changes):
    status, body = ask(make_event(make_payload(**changes)))
    assert (status, body) == (403, {"message": "This token is not accepted here. Sign in through the portal."})
    assert json.loads(capsys.readouterr().out)["outcome"] == f"token_refused:{reason}"


@pytest.mark.parametrize("claim", ["sub", "client_id", "token_use", "username", "jti", "iss"])
def test_a_token_other_than_the_verified_one_is_refused(ask, make_event, make_payload, make_token, claim):
    verified = make_payload(client_id="api-client", token_use="access")
    smuggled = make_payload(**{"client_id": "api-client", claim: "portal-client"})
    assert ask(carrying(make_event(verified), make_token(smuggled)))[0] == 403
    assert ask(carrying(make_event(verified), make_token(verified)))[0] == 200


def test_a_second_authorization_header_is_refused(ask, make_event, make_payload, make_token):
    token = make_token(make_payload())
    other = make_token(make_payload(username="eve"))
    event = make_event()
    assert ask(carrying(event, token, other))[0] == 403
    assert ask(carrying(event, token, token))[0] == 403
    for headers, several in [
        ({"Authorization": token, "authorization": token}, None),
        ({"Authorization": token}, {"Authorization": [token], "AUTHORIZATION": [other]}),
        ({"Authorization": token}, {"Authorization": [other]}),
    ]:
        assert ask({**event, "headers": headers, "multiValueHeaders": several})[0] == 403


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer ", "BEARER  "])
def test_the_header_may_be_written_in_any_case_with_or_without_bearer(
    ask, make_event, make_payload, make_token, name, prefix
):
    token = make_token(make_payload())
    assert ask(carrying(make_event(), prefix + token, name=name))[0] == 200
    assert ask({**make_event(), "headers": {name: prefix + token}, "multiValueHeaders": None})[0] == 200
    assert ask({**make_event(), "headers": None, "multiValueHeaders": {name: [prefix + token]}})[0] == 200


def part(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Basic YWRhOnBhc3N3b3Jk",
        "not-a-token",
        "a.b",
        "a.b.c.d",
        "a..c",
        "a.A.c",
        f"a.{part('not json')}.c",
        f"a.{part('[1]')}.c",
        f"a.{part('null')}.c",
        f"a.{part('[' * 100000)}.c",
        f"a.{base64.urlsafe_b64encode(bytes([0xFF, 0xFE, 0xFD])).decode()}.c",
        f"a.{part('{}')}.c, a.{part('{}')}.c",
        f"a.{part('{}')}.c",
    ],
)
def test_a_malformed_token_is_refused(ask, make_event, value):
    assert ask(carrying(make_event(), value))[0] == 403


@pytest.mark.parametrize(
    "context", [None, {}, {"authorizer": None}, {"authorizer": {}}, {"authorizer": {"claims": {}}}]
)
def test_nobody_is_admitted_without_an_authorizer(ask, make_event, sagemaker, context):
    assert ask(make_event(requestContext=context))[0] == 403
    assert sagemaker.calls == []


def test_no_header_at_all_is_refused(ask, make_event):
    assert ask(make_event(headers=None, multiValueHeaders=None))[0] == 403
