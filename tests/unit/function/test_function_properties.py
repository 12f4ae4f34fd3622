# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is sent to the functions of the sign-in, nobody gets into a team that their own token does not name."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import answers
import membership
import profile_name
import pytest
import team_roles
import tokens
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.unit.function import conftest as made
from tests.unit.properties.strategies import STUDIO_NAMES, TEAM_NAMES, TEAMS, TEXTS, VALUES

TRIGGER = Path(__file__).parents[3] / "roles/login/files/token_groups/handler.py"
KEYS = tokens.Keys("http://127.0.0.1:9", tokens.keys_of(made.jwks(made.KEY)))
ISSUER = made.access_token_payload()["iss"]
CLAIMS = st.dictionaries(
    st.one_of(st.sampled_from([*made.access_token_payload(), "nbf", "origin_jti"]), TEXTS), VALUES, max_size=4
)
GROUPS = st.one_of(VALUES, st.lists(st.one_of(TEAM_NAMES, TEXTS), max_size=4), TEAM_NAMES)
# Paths that look like a team's in one way or another.
PATHS = st.one_of(
    TEXTS, TEAM_NAMES, TEAM_NAMES.map(quote), TEAM_NAMES.map(lambda name: "".join(f"%{ord(c):02X}" for c in name))
)
KNOWN_STATUS = {200, 302, 403, 404, 409, 429, 503}


@pytest.fixture(scope="module")
def trigger():
    spec = importlib.util.spec_from_file_location("token_groups_handler", TRIGGER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def answer(function, sagemaker):
    """Send an event to the function, in whose account every team has a domain, and return what it answered."""

    def answer(event, *teams):
        function.make_service.cache_clear()
        sagemaker.domains.clear()
        for team in teams:
            sagemaker.add_domain(team)
        answered = function.handler(event, None)
        assert answered["statusCode"] in KNOWN_STATUS
        return answered["statusCode"], json.loads(answered["body"])

    return answer


def event_of(payload, team):
    """A request with a token of the pool, whatever it says, and claims to match."""
    token = made.encode_token(payload)
    claims = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
    carried = {"headers": {"Authorization": token}, "multiValueHeaders": {"Authorization": [token]}}
    event = made.gateway_event(team=team)
    return {**event, **carried, "requestContext": {**event["requestContext"], "authorizer": {"claims": claims}}}


def opened(answered):
    return answered[0] == 200 and "url" in answered[1]


@given(team=TEAM_NAMES, others=st.lists(TEAM_NAMES, max_size=3), path=PATHS)
@example(team="a", others=["a-b"], path="a%2Db")
@example(team="a", others=[], path="b")
def test_groups_open_the_team_of_exactly_their_name(answer, team, others, path):
    """Whoever is in some teams asks for any path: what opens is a team of theirs, and for theirs it does."""
    payload = made.access_token_payload(**{"cognito:groups": others})
    event = {**made.gateway_event(payload), "pathParameters": {"domainName": path}}
    asked = membership.team_of(event)
    assert opened(answer(event, *{team, *others, *([asked] if asked else [])})) is (asked in others)
    own = made.gateway_event(made.access_token_payload(**{"cognito:groups": [*others, team]}), team=team)
    assert opened(answer(own, *{team, *others}))


@given(groups=GROUPS, team=TEAM_NAMES)
@example(groups="team1", team="team1")
@example(groups=["x,team1"], team="team1")
@example(groups={"team1": True}, team="team1")
def test_only_a_list_of_groups_names_teams(answer, groups, team):
    event = event_of(made.access_token_payload(**{"cognito:groups": groups}), team)
    assert opened(answer(event, team)) is (isinstance(groups, list) and team in groups)


@given(changes=CLAIMS, claimed=CLAIMS, team=TEAM_NAMES)
def test_no_claims_open_what_the_token_does_not_name(answer, changes, claimed, team):
    """The authorizer's claims and the token's own may be anything: groups count as the signed token has them."""
    payload = {**made.access_token_payload(**{"cognito:groups": []}), **changes}
    event = event_of(payload, team)
    event["requestContext"]["authorizer"]["claims"] |= {"cognito:groups": team, **claimed}
    groups = payload["cognito:groups"]
    member = isinstance(groups, list) and team in groups
    assert member or not opened(answer(event, team))


@given(
    event=st.dictionaries(
        st.sampled_from(
            ["resource", "path", "headers", "multiValueHeaders", "pathParameters", "requestContext", "httpMethod"]
        ),
        VALUES,
    )
)
@example(event={"resource": True})
@example(event={"requestContext": True})
def test_of_any_event_comes_an_answer(answer, event):
    """API Gateway sends no such thing. Whoever may invoke the function can."""
    event = {"resource": "/domainName/{domainName}/getPresignedUrl", **event}
    assert not opened(answer(event, "team1"))


GOOD = made.encode_token(made.access_token_payload())


@given(
    st.one_of(
        TEXTS,
        st.tuples(TEXTS, TEXTS, TEXTS).map(
            lambda parts: ".".join(made.part(p.encode(errors="replace")) for p in parts)
        ),
    )
)
def test_of_garbage_comes_a_refusal(token):
    with pytest.raises(answers.Refusal):
        tokens.verified_payload(token, KEYS, ISSUER)


@given(VALUES, VALUES)
def test_of_any_header_and_payload_comes_a_refusal(header, payload):
    token = ".".join([made.part(json.dumps(header).encode()), made.part(json.dumps(payload).encode()), made.part(b"x")])
    with pytest.raises(answers.Refusal):
        tokens.verified_payload(token, KEYS, ISSUER)


@given(VALUES)
def test_what_the_pool_signed_is_claims_or_a_refusal(payload):
    """The pool signs what is no token of ours, too."""
    with pytest.raises(answers.Refusal):
        tokens.verified_payload(made.encode_token(payload), KEYS, ISSUER)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii"))
def test_token_that_was_changed_anywhere_is_refused(place, character):
    changed = GOOD[:place] + character + GOOD[place + 1 :]
    # The last character of a part holds bits that mean nothing.
    assume(
        tuple(map(tokens._bytes, changed.split("."))) != tuple(map(tokens._bytes, GOOD.split(".")))
        if _is_token(changed)
        else True
    )
    with pytest.raises(answers.Refusal):
        tokens.verified_payload(changed, KEYS, ISSUER)


def _is_token(text):
    return bool(tokens._TOKEN.fullmatch(text))


@given(VALUES)
def test_of_any_document_come_keys_or_an_error(document):
    try:
        found = tokens.keys_of(document)
    except ValueError:
        return
    assert isinstance(found, dict)


@given(st.lists(st.one_of(STUDIO_NAMES, TEXTS), min_size=2, max_size=4, unique=True))
@example(["ada", "Ada"])
def test_people_have_profiles_of_their_own(people):
    """The pool does not tell names apart by their case, unless a provider made them."""
    names = [profile_name.profile_name(name) for name in people]
    assert all(map(profile_name.PROFILE_NAME.fullmatch, names))
    assert len({name.lower() for name in names}) >= len({name.lower() for name in people})


@given(TEAMS, TEAMS, STUDIO_NAMES)
def test_no_team_gives_the_role_of_another(team, other, person):
    roles = [other.role_arn("lead"), other.person_role_arn(person), other.role_arn("backup")]
    place = (team.platform.name, team.team, team.account_id)
    theirs = (other.platform.name, other.team, other.account_id) == place
    assert {team_roles.is_the_teams(role, *place, []) for role in roles} == {theirs}
    assert all(team_roles.is_the_teams(role, *place, roles) for role in roles)


TEAM_LISTS = st.dictionaries(TEAM_NAMES, st.lists(TEXTS, max_size=3), max_size=3)


@given(text=TEXTS, teams=TEAM_LISTS, by_name=st.booleans())
@example(text="[" * 10000, teams={}, by_name=False)
def test_any_text_of_a_provider_is_groups(trigger, text, teams, by_name):
    groups = trigger.groups_of(text)
    assert all(isinstance(group, str) for group in groups)
    found = trigger.teams_of(groups, teams, by_name)
    for team in found:
        assert set(teams[team]) & set(groups) if team in teams else by_name and team in groups
    assert {team for team, names in teams.items() if set(names) & set(groups)} <= found


@given(groups=st.lists(TEXTS, max_size=4))
def test_groups_arrive_as_the_provider_sends_them(trigger, groups):
    assert trigger.groups_of(json.dumps(groups)) == groups
    # Cognito writes several so (developer guide, "Specifying identity provider attribute mappings").
    named = [group for group in groups if group and not _is_surrogate(group)]
    if len(named) > 1:
        encoded = ",".join(quote_plus(group, safe="*").replace("~", "%7E") for group in named)
        assert trigger.groups_of(f"[{encoded}]") == named


def _is_surrogate(text):
    return any("\ud800" <= character <= "\udfff" for character in text)
