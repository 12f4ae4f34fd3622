# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever tries to get into another team's Studio over HTTP: each gets an answer that gives nothing away.

The sign-in is the login role's, behind the emulator's gateway, with its authorizer and the function as it is deployed.
Tokens are Cognito's own, or such as only the pool itself could have signed.
"""

from __future__ import annotations

import base64
import concurrent.futures
import hashlib
import hmac
import json
import re
import threading
import time

import pytest

from scripts.sign_in import sign_in
from tests.support.calls import forget_calls
from tests.support.http import get
from tests.support.playbook import ROOT
from tests.support.roles import make_role
from tests.support.sign_in import SignIn, decoded, encoded, median_seconds
from tests.support.studio import settled, start_lab

ROUTE = "/domainName/{}/getPresignedUrl"
PLACES = "/domainName/{}/places"
MINE, FOREIGN, NOWHERE = ROUTE.format("team1"), ROUTE.format("team2"), ROUTE.format("team3")
NOT_A_MEMBER = {"message": "You are not a member of this team."}
CYRILLIC = "t\u0435am1"
HOMOGLYPH = "\u0430da"
OPEN, GREEDY = (f"sagemaker-studio--{team}--eu-central-1-data-scientist" for team in ("open", "greedy"))
ROLES = [f"arn:aws:iam::111111111111:role/{name}" for name in (OPEN, GREEDY)]
# A domain whose role the platform does not list, and one that names another team's.
MAKING = [{"ProfileOnFirstSignIn": "true", "ProfileRole": role} for role in ROLES]
# Who is in which group; what stands for team1 to a careless eye is another group each time.
PEOPLE = {
    "ada": ["team1"],
    "longer": ["team10"],
    "shorter": ["team"],
    "comma": ["x,team1"],
    "comma-first": ["team1,x"],
    "brackets": ["[team1]"],
    "quoted": ['"team1"'],
    "capital": ["Team1"],
    "homoglyph": [CYRILLIC],
    "full-width": ["\uff54eam1"],
    "wildcard": ["*"],
    "path": ["team2/../team1"],
    "nobody": [],
    "removed": ["team1"],
    "newcomer": ["open", "greedy", "grasping"],
    HOMOGLYPH: ["team1"],
}
IMPOSTORS = [name for name, groups in PEOPLE.items() if "team1" not in groups]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two teams, and people who are not all what their groups' names look like."""
    folders = {"login_postman_dir": str(tmp_path_factory.mktemp("postman"))}
    site = SignIn(
        tmp_path_factory.mktemp("state"),
        ["team1", "team2", ("open", MAKING[0]), ("greedy", MAKING[1]), ("grasping", MAKING[0])],
        login_live_group_check=True,
        login_profile_role_arns=ROLES[:1],
        # No stranger may be stopped by the limits of the API alone.
        login_throttling_rate_limit=1000,
        login_throttling_burst_limit=1000,
        **folders,
    )
    try:
        for role in ROLES:
            make_role(site.client("iam"), role.rpartition("/")[2], "sagemaker.amazonaws.com")
        for name, groups in PEOPLE.items():
            site.add_person(name, *groups)
        for name in ("ada", "removed"):
            site.add_profile("team1", name)
        site.add_profile("team2", "ada")
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="module")
def token(site):
    """A function `token(name)` giving a person's access token, signed in once."""
    made = {}

    def token(name="ada"):
        if name not in made:
            made[name] = site.tokens(name)["access_token"]
        return made[name]

    return token


def refused(answer, *statuses):
    """The answer is one of `statuses`, and gives nothing away."""
    assert answer.status in statuses, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json.keys() == {"message"} and isinstance(answer.json["message"], str)
    for secret in (b"http", b"token=", b"d-", b"arn:", b"Traceback", b"eyJ"):
        assert secret not in answer.body
    return answer


def opened(site, answer, team="team1"):
    """The answer opens this team's Studio and no other's."""
    assert answer.status == 200, answer.body
    assert answer.json.keys() == {"url"}
    assert f"/{site.domains[team]}/auth?token=" in answer.json["url"]
    assert answer.headers["cache-control"] == "no-store"
    return answer.json["url"]


def authorization(value):
    return ("Authorization", value)


def test_the_member_gets_in(site, token):
    """Without this the refusals below would prove nothing."""
    opened(site, site.send(MINE, authorization(token())))


def test_the_postman_files_lead_to_this_sign_in(site, token):
    """What newman does with them, in tests/integration/test_programs.py, without newman."""
    collection, environment = (
        json.loads((site.postman / f"sagemaker-studio.postman_{kind}.json").read_text())
        for kind in ("collection", "environment")
    )
    values = {value["key"]: value["value"] for value in environment["values"]}
    assert values["sagemaker-presigned-api"] == site.deployment.api_url
    assert values["cognito-signin-endpoint"] == site.deployment.hosted_ui_url
    cognito = site.client("cognito-idp")
    client = cognito.describe_user_pool_client(UserPoolId=site.pool_id, ClientId=values["client-id"])["UserPoolClient"]
    assert client["ClientName"] == "sagemaker-studio-api"
    assert values["callback-url"] in client["CallbackURLs"]
    assert client["ClientSecret"] not in json.dumps([collection, environment])
    statuses = []
    for item in collection["item"]:
        asked = item["request"]
        address = re.sub("{{(.*?)}}", lambda match: values[match[1]], asked["url"])
        headers = (
            [authorization(f"Bearer {token()}")] if asked.get("auth", collection["auth"])["type"] == "oauth2" else []
        )
        statuses.append(site.send(address.removeprefix(site.deployment.api_url), *headers).status)
    assert statuses == [200, 403, 401]


# --- groups and teams ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IMPOSTORS)
def test_group_that_only_looks_like_the_team_opens_nothing(site, token, name):
    answer = refused(site.send(MINE, authorization(token(name))), 403)
    assert answer.json == NOT_A_MEMBER


TEAMS = [
    "team2", "team3", "team10", "team", "TEAM1", "Team1", "team1-", "-team1", "te--am1", "*", "team*", "t%65am2",
    "team1%00", "team1%0A", "team1%20", "team1%2C", "team1,team2", "team1;team2", "team1%26", "%2A",
    "%EF%BD%94eam1",
    "t%D0%B5am1", "team%D9%A1", "team1%FF", "%F0%9F%98%80", "a" * 25, "a" * 4000, "%61" * 1500, "undefined", "null",
    "[team1]", "%7B%7D", "$%7Bjndi:ldap:x%7D", "%3Cscript%3E", "'%20OR%20'1'='1", "..;", "%252e%252e", "team1%2500",
]  # fmt: skip


@pytest.mark.parametrize("team", TEAMS)
def test_team_that_is_not_the_persons_opens_nothing(site, token, team):
    answer = refused(site.send(ROUTE.format(team), authorization(token())), 403)
    assert answer.json == NOT_A_MEMBER


PATHS = [
    "//domainName/team2/getPresignedUrl",
    "/domainName//team2/getPresignedUrl",
    "/domainName/team2//getPresignedUrl",
    "/domainName/team1/../team2/getPresignedUrl",
    "/domainName/team1/%2e%2e/team2/getPresignedUrl",
    "/domainName/team1%2F..%2Fteam2/getPresignedUrl",
    "/domainName/team1%2Fteam2/getPresignedUrl",
    "/domainName/team2%2F/getPresignedUrl",
    "/domainName/%2Fteam2/getPresignedUrl",
    "/domainName/team1%5C..%5Cteam2/getPresignedUrl",
    "/domainName/./team2/getPresignedUrl",
    "/domainName/team2/getPresignedUrl/",
    "/domainName/team2/getPresignedUrl/../../team1/getPresignedUrl",
    "/domainName/team2/getPresignedUrl;team=team1",
    "/domainName/team2/getPresignedUrl%3Fx",
    "/domainName/team2/getPresignedUrl%00",
    "/domainName/team2/getPresignedUrl.json",
    "/DomainName/team2/getPresignedUrl",
    "/domainname/team2/getPresignedUrl",
    "/domainName/team2/getpresignedurl",
    "/domainName/team2/GETPRESIGNEDURL",
    "/domainName/team2",
    "/domainName",
    "/portal/domainName/team2/getPresignedUrl",
    "/portal/../domainName/team2/getPresignedUrl",
    "/domainName/team1/getPresignedUrl/domainName/team2/getPresignedUrl",
    "/domainName/team2/getPresignedUrl?domainName=team1",
    "/domainName/team2/getPresignedUrl?team=team1&domainName=team1&domainName=team2",
]


@pytest.mark.parametrize("path", PATHS)
def test_path_that_means_another_team_opens_nothing(site, token, path):
    refused(site.send(path, authorization(token())), 403)


FOREIGN_PLACES = ["team2", "team3", "team10", "t%D0%B5am1", "team1%00", "*"]
BAD_TOKENS = ["id token", "other client", "other pool", "expired a second ago"]


@pytest.mark.parametrize("team", FOREIGN_PLACES)
def test_places_of_a_team_that_is_not_the_persons_are_not_told(site, token, team):
    answer = refused(site.send(PLACES.format(team), authorization(token())), 403)
    assert answer.json == NOT_A_MEMBER


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_places_are_told_for_a_real_token_alone(site, hostile, name):
    refused(site.send(PLACES.format("team1"), authorization(hostile[name])), 401, 403)


def test_member_gets_the_places_of_the_own_team_with_the_rights_that_the_function_has(site, token):
    start_lab(site.client, site.domains["team1"], "ada", space="lab")
    answer = site.send(PLACES.format("team1"), authorization(token()))
    place = {"space": "lab", "sharing": "own", "app": "JupyterLab", "state": "running"}
    assert (answer.status, answer.json) == (200, {"places": [place]})
    assert answer.headers["cache-control"] == "no-store"
    opened(site, site.send(f"{MINE}?space=lab", authorization(token())))


def test_space_that_is_not_the_persons_is_not_opened(site, token):
    for space in ("nosuch", "x%2F..%2Fy", "studio%3A%3A", "%00", "a" * 3000, "&space=nosuch"):
        answer = site.send(f"{MINE}?space={space}", authorization(token()))
        message = "There is no such place for you in team1 any more. Choose another."
        assert (answer.status, answer.json) == (404, {"message": message, "gone": "space"})


@pytest.mark.parametrize("query", ["?domainName=team2", "?team=team2", "?Authorization=x", "?" + "x=1&" * 500])
def test_query_changes_nothing(site, token, query):
    opened(site, site.send(MINE + query, authorization(token())))


def test_person_whose_name_only_looks_like_anothers_does_not_get_the_others_profile(site, token):
    answer = refused(site.send(MINE, authorization(token(HOMOGLYPH))), 404)
    assert "no user profile" in answer.json["message"]


# --- tokens ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(site, token):
    """Authorization headers by name, each of somebody who should not get in."""
    good = token()
    header, claims = decoded(good, 0), decoded(good, 1)
    body, signature = good.rsplit(".", 1)
    id_token, refresh = (site.tokens("ada")[name] for name in ("id_token", "refresh_token"))
    flipped = ("A" if signature[10] != "A" else "B").join([signature[:10], signature[11:]])

    def signed(use="access", **changes):
        return site.sign({**claims, **changes}, use, **header)

    def unsigned(**changed_header):
        return f"{encoded({**header, **changed_header})}.{body.split('.')[1]}"

    def tampered(**changes):
        return f"{encoded(header)}.{encoded({**claims, **changes})}.{signature}"

    symmetric = unsigned(alg="HS256")
    public = json.dumps(get(f"{site.emulator.url}/{site.pool_id}/.well-known/jwks.json")).encode()
    digest = base64.urlsafe_b64encode(hmac.new(public, symmetric.encode(), hashlib.sha256).digest()).rstrip(b"=")
    return {
        "other client": other_client(site),
        "other pool": other_pool(site),
        "password flow": password_flow(site),
        "id token": id_token,
        "refresh token": refresh,
        "id token signed as an access token": signed(token_use="id"),
        "access token signed with the key of id tokens": site.sign(claims, "id", **header),
        "expired a second ago": signed(exp=int(time.time()) - 1),
        "expired long ago": signed(exp=1),
        "without the scope": signed(scope="aws.cognito.signin.user.admin"),
        "scope that only begins alike": signed(scope="openid2 openidx"),
        "client named in a list": signed(client_id=["x", claims["client_id"]]),
        "client of a name that contains ours": signed(client_id=claims["client_id"] + "x"),
        "no client": signed(client_id=None),
        "no user name": signed(username=None),
        "no sub": signed(sub=None),
        "other issuer": signed(iss=claims["iss"] + "x"),
        "no signature": body + ".",
        "no signature and no dot": body,
        "flipped signature": f"{body}.{flipped}",
        "algorithm none": unsigned(alg="none") + ".",
        "algorithm None": unsigned(alg="None") + "." + signature,
        "symmetric algorithm with the public key": f"{symmetric}.{digest.decode()}",
        "unknown key": unsigned(kid="x") + "." + signature,
        "key from elsewhere": unsigned(jku="http://127.0.0.1:9/keys") + "." + signature,
        "another team in tampered claims": tampered(**{"cognito:groups": ["team2"]}),
        "another user in tampered claims": tampered(username="eve"),
        "nothing": "",
        "blank": " ",
        "the word Bearer": "Bearer",
        "Basic": "Basic " + base64.b64encode(b"ada:password").decode(),
        "Bearer twice": f"Bearer Bearer {good}",
        "token in words": f"token {good}",
        "two tokens": f"{good}, {good}",
        "two tokens without a space": f"{good},{good}",
        "quoted": f'"{good}"',
        "followed by something": f"{good} x",
        "five parts": f"{good}.x.y",
        "other letters": good.swapcase(),
        "not base64": "%%%.%%%.%%%",
        "no JSON": f"{encoded(header)}.bm8.{signature}",
        "long": "a." + "A" * 6000 + ".c",
        "very long": "A" * 60000,
        "line break smuggled": good.replace(".", ".%0d%0aX: y.", 1),
    }  # fmt: skip


def other_client(site):
    """A token of a client that somebody made in the same pool."""
    redirect = "http://localhost/callback"
    client = site.client("cognito-idp").create_user_pool_client(
        UserPoolId=site.pool_id,
        ClientName="accidental",
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[redirect],
    )["UserPoolClient"]["ClientId"]
    return sign_in(site.deployment.hosted_ui_url, client, redirect, "ada", site.password)["access_token"]


def other_pool(site):
    """A token of another pool with a user, a group and a client of the same names."""
    cognito, redirect = site.client("cognito-idp"), "http://localhost/callback"
    pool = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="other")
    cognito.create_group(UserPoolId=pool, GroupName="team1")
    cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password=site.password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName="team1")
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="sagemaker-studio-portal",
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[redirect],
    )["UserPoolClient"]["ClientId"]
    return sign_in(site.emulator.url, client, redirect, "ada", site.password)["access_token"]


def password_flow(site):
    """A token that no hosted page gave, and so without the scope."""
    cognito = site.client("cognito-idp")
    client = cognito.create_user_pool_client(
        UserPoolId=site.pool_id, ClientName="direct", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    parameters = {"USERNAME": "ada", "PASSWORD": site.password}
    answer = cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return answer["AuthenticationResult"]["AccessToken"]


HOSTILE = [
    "other client", "other pool", "password flow", "id token", "refresh token", "id token signed as an access token",
    "access token signed with the key of id tokens", "expired a second ago", "expired long ago", "without the scope",
    "scope that only begins alike", "client named in a list", "client of a name that contains ours", "no client",
    "no user name", "no sub", "other issuer", "no signature", "no signature and no dot", "flipped signature",
    "algorithm none", "algorithm None", "symmetric algorithm with the public key", "unknown key", "key from elsewhere",
    "another team in tampered claims", "another user in tampered claims", "nothing", "blank", "the word Bearer",
    "Basic",
    "Bearer twice", "token in words", "two tokens", "two tokens without a space", "quoted", "followed by something",
    "five parts", "other letters", "not base64", "no JSON", "long", "very long", "line break smuggled",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_token_that_is_not_ours_opens_nothing(site, hostile, name):
    refused(site.send(MINE, authorization(hostile[name])), 401, 403)


def test_every_hostile_token_is_tried(hostile):
    assert sorted(hostile) == sorted(HOSTILE)


def test_signing_like_the_pool_works(site, token):
    """Without this, the tokens above that the pool could have signed would be refused for their signature."""
    header, claims = decoded(token(), 0), decoded(token(), 1)
    opened(site, site.send(MINE, authorization(site.sign({**claims, "jti": "another"}, **header))))


# --- headers, methods, size ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [("Authorization", "Authorization"), ("Authorization", "authorization"), ("AUTHORIZATION", "Authorization")],
)
@pytest.mark.parametrize("second", ["ada", "nobody"])
def test_second_authorization_header_opens_nothing(site, token, names, second):
    refused(site.send(FOREIGN, *zip(names, (token(), token(second)), strict=True)), 401, 403)
    refused(site.send(MINE, *zip(names, (token("nobody"), token()), strict=True)), 401, 403)


OTHER_HEADERS = [
    ("Cookie", "Authorization={}"),
    ("X-Authorization", "{}"),
    ("X-Amz-Security-Token", "{}"),
    ("Proxy-Authorization", "Bearer {}"),
    ("X-Forwarded-Authorization", "{}"),
    ("X-Amzn-Remapped-Authorization", "{}"),
]
METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]


@pytest.mark.parametrize(("name", "value"), OTHER_HEADERS)
def test_token_in_another_header_opens_nothing(site, token, name, value):
    refused(site.send(MINE, (name, value.format(token()))), 401, 403)


def test_token_in_address_or_body_opens_nothing(site, token):
    refused(site.send(f"{MINE}?Authorization={token()}&access_token={token()}"), 401)
    refused(site.send(MINE, body=f"access_token={token()}".encode()), 401)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Original-URL", FOREIGN),
        ("X-Rewrite-URL", FOREIGN),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("Origin", "https://evil.example"),
        ("Referer", "https://evil.example"),
        ("Accept", "text/html"),
        ("Content-Type", "text/html"),
        ("domainName", "team2"),
        ("X-Amzn-Trace-Id", "Root=1; evil=\x01"),
    ],
)
def test_header_changes_neither_team_nor_address_nor_kind_of_answer(site, token, name, value):
    answer = site.send(MINE, authorization(token()), (name, value))
    url = opened(site, answer)
    assert "evil" not in url
    assert answer.headers["content-type"] == "application/json"
    assert [header for header in answer.headers if header.startswith("access-control-")] == []
    refused(site.send(FOREIGN, authorization(token()), (name, value)), 403)


def test_request_for_a_foreign_host_opens_nothing(site, token):
    """As on AWS, where an API answers for its own host names alone."""
    for path in (MINE, FOREIGN):
        answer = site.send(path, authorization(token()), ("Host", "evil.example"))
        assert answer.status == 403
        assert b"authorizedUrl" not in answer.body and b"token=" not in answer.body


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", [MINE, FOREIGN])
def test_other_method_opens_nothing(site, token, method, path):
    answer = site.send(path, authorization(token()), ("X-HTTP-Method-Override", "GET"), method=method)
    assert answer.status in (400, 403, 405, 501), answer.status
    assert b"token=" not in answer.body


def test_head_opens_nothing(site, token):
    answer = site.send(MINE, authorization(token()), method="HEAD")
    assert (answer.status, answer.body) == (403, b"")


def test_large_body_is_no_matter(site, token):
    opened(site, site.send(MINE, authorization(token()), body=b"x" * 1_000_000))
    refused(site.send(FOREIGN, authorization(token()), body=b"x" * 1_000_000), 403)


# --- what can be learned ---------------------------------------------------------------------------------------------

OF_THE_REQUEST = {"date", "x-amzn-requestid", "x-amz-request-id"}


def test_foreign_team_and_no_team_cannot_be_told_apart(site, token):
    answers = [site.send(path, authorization(token())) for path in (FOREIGN, NOWHERE)]
    shown = [
        (answer.status, answer.body, {k: v for k, v in answer.headers.items() if k not in OF_THE_REQUEST})
        for answer in answers
    ]
    assert shown[0] == shown[1]


def test_foreign_team_and_no_team_take_the_same_time_and_no_call(site, token):
    forget_calls(site.emulator)
    foreign, nowhere = median_seconds(
        [lambda path=path: site.send(path, authorization(token())) for path in (FOREIGN, NOWHERE)], rounds=15
    )
    assert 1 / 2 < foreign / nowhere < 2
    assert {call["service"] for call in get(f"{site.emulator.url}/_emulator/calls")} == {"execute-api"}


NO_ROOM = (429, 500, 502, 503, 504)


def answered(site, path, header):
    """What a request is answered in the end: who is refused for want of room asks again, as the portal does."""
    for _attempt in range(400):
        answer = site.send(path, header)
        if answer.status not in NO_ROOM:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"There was never room: {answer.status}.")


@pytest.mark.long
def test_200_requests_at_once_each_get_their_own(site, token):
    """Members and strangers in turn; a dozen at a time have a process of the function, as in a small AWS account."""
    headers = {name: authorization(token(name)) for name in ("ada", "nobody")}
    asked = [(name, path) for _ in range(50) for name in ("ada", "nobody") for path in (MINE, FOREIGN)]
    function, aws_lambda = {"FunctionName": "sagemaker-studio-presigned-url"}, site.client("lambda")
    aws_lambda.put_function_concurrency(**function, ReservedConcurrentExecutions=12)
    together = threading.Barrier(len(asked))

    def ask(name, path):
        together.wait(60)
        return answered(site, path, headers[name])

    try:
        with concurrent.futures.ThreadPoolExecutor(len(asked)) as threads:
            answers = list(threads.map(ask, *zip(*asked, strict=True)))
    finally:
        aws_lambda.delete_function_concurrency(**function)
    urls = [opened(site, answer) for one, answer in zip(asked, answers, strict=True) if one == ("ada", MINE)]
    others = [refused(answer, 403) for one, answer in zip(asked, answers, strict=True) if one != ("ada", MINE)]
    assert all(answer.json == NOT_A_MEMBER for answer in others)
    assert (len(urls), len(set(urls)), len(others)) == (50, 50, 150)


def test_whoever_invokes_the_function_directly_needs_a_real_token(site, token):
    """A foreign statement in its policy lets somebody make up what the authorizer says."""
    (function,) = [
        one["FunctionName"]
        for one in site.client("lambda").list_functions()["Functions"]
        if one["FunctionName"].endswith("presigned-url")
    ]

    def invoked(header, claims):
        told = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in claims.items()}
        event = {
            "resource": "/domainName/{domainName}/getPresignedUrl",
            "headers": {"Authorization": header},
            "pathParameters": {"domainName": "team1"},
            "requestContext": {"authorizer": {"claims": told}},
        }
        answer = site.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())["statusCode"]

    real = token()
    claims = decoded(real, 1)
    assert invoked(real, claims) == 200, "without this the refusals would prove nothing"
    header, _body, signature = real.split(".")
    for changed in ({**claims, "username": "removed"}, {**claims, "exp": claims["exp"] + 3600}):
        assert invoked(f"{header}.{encoded(changed)}.{signature}", changed) == 403
    past = {**claims, "exp": int(time.time()) - 1}
    kid = decoded(real, 0)["kid"]
    assert invoked(site.sign(past, alg="RS256", kid=kid), past) == 403, "the pool's own, and over"


# --- first sign-ins --------------------------------------------------------------------------------------------------


def test_first_sign_in_makes_the_persons_own_profile_with_the_teams_role(site, token):
    answer = site.send(ROUTE.format("open"), authorization(token("newcomer")))
    assert (answer.status, answer.json["status"]) == (409, "Pending")
    sagemaker, key = site.client("sagemaker"), {"DomainId": site.domains["open"], "UserProfileName": "newcomer"}
    profile = settled(lambda: sagemaker.describe_user_profile(**key))
    assert profile["UserSettings"] == {"ExecutionRole": ROLES[0]}
    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=profile["UserProfileArn"])["Tags"]}
    sub = decoded(token("newcomer"), 1)["sub"]
    assert tags == {"Platform": "sagemaker-studio", "DomainName": "open", "UserSub": sub}
    opened(site, site.send(ROUTE.format("open"), authorization(token("newcomer"))), "open")


def test_function_passes_no_role_but_those_of_the_teams_that_allow_it(site, token):
    """Whoever can tag a domain must not get another role that way."""
    refused(site.send(ROUTE.format("greedy"), authorization(token("newcomer"))), 503)
    assert site.client("sagemaker").list_user_profiles(DomainIdEquals=site.domains["greedy"])["UserProfiles"] == []


def test_function_gives_no_role_of_another_team_though_it_may_pass_it(site, token):
    """A tag ProfileRole that reached the domain by a survey or by hand opens no other team's data."""
    refused(site.send(ROUTE.format("grasping"), authorization(token("newcomer"))), 404)
    assert site.client("sagemaker").list_user_profiles(DomainIdEquals=site.domains["grasping"])["UserProfiles"] == []


# --- removed members -------------------------------------------------------------------------------------------------


def test_whoever_gets_a_leavers_user_name_gives_nothing_to_the_leavers_token(site, token):
    """The pool tells accounts apart by `sub`, and gives a user name that is free to anybody."""
    site.add_person("leaver", "team1")
    site.add_profile("team1", "leaver")
    header = authorization(token("leaver"))
    opened(site, site.send(MINE, header))
    site.client("cognito-idp").admin_delete_user(UserPoolId=site.pool_id, Username="leaver")
    assert refused(site.send(MINE, header), 403).json == NOT_A_MEMBER
    site.add_person("leaver", "team1")
    assert refused(site.send(MINE, header), 403).json == NOT_A_MEMBER
    opened(site, site.send(MINE, authorization(site.tokens("leaver")["access_token"])))


def test_removed_member_gets_nothing_from_that_moment_on(site, token):
    """login_live_group_check; without it, the token tells until it ends."""
    header = authorization(token("removed"))
    opened(site, site.send(MINE, header))
    cognito = site.client("cognito-idp")
    cognito.admin_remove_user_from_group(UserPoolId=site.pool_id, Username="removed", GroupName="team1")
    assert refused(site.send(MINE, header), 403).json == NOT_A_MEMBER

    function = {"FunctionName": "sagemaker-studio-presigned-url"}
    aws_lambda = site.client("lambda")
    variables = aws_lambda.get_function_configuration(**function)["Environment"]["Variables"]
    changed = {"Variables": {**variables, "LIVE_GROUP_CHECK": "false"}}
    aws_lambda.update_function_configuration(**function, Environment=changed)
    opened(site, site.send(MINE, header))
    claims = decoded(token("removed"), 1)
    assert claims["exp"] - claims["iat"] == 300
    refused(site.send(MINE, authorization(site.tokens("removed")["access_token"])), 403)


def test_number_of_attempts_is_the_one_that_is_told():
    attempts = sum(map(len, (IMPOSTORS, TEAMS, PATHS, HOSTILE, OTHER_HEADERS, METHODS, FOREIGN_PLACES, BAD_TOKENS)))
    told = re.search(r"\*\*(\d+) attempts\*\*", (ROOT / "docs/sign-in.md").read_text())
    assert told and int(told[1]) == attempts
