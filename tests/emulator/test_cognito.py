# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cognito's user pools refuse, reset and show, each with the source of AWS's behaviour."""

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.emulator.aws_answers import refused

CALLBACK = "http://localhost/callback"
PASSWORD = "Aa1!aaaaaaaa"


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    return cognito.create_user_pool(
        PoolName="people",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        UsernameConfiguration={"CaseSensitive": False},
    )["UserPool"]["Id"]


@pytest.fixture
def client_settings(pool):
    return {
        "UserPoolId": pool,
        "ClientName": "portal",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "CallbackURLs": [CALLBACK],
        "LogoutURLs": ["http://localhost/out"],
        "AccessTokenValidity": 5,
        "TokenValidityUnits": {"AccessToken": "minutes"},
    }


@pytest.fixture
def app_client(cognito, client_settings):
    return cognito.create_user_pool_client(**client_settings)["UserPoolClient"]["ClientId"]


@pytest.fixture
def person(cognito, pool):
    cognito.admin_create_user(UserPoolId=pool, Username="Demo", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="demo", Password=PASSWORD, Permanent=True)
    return "demo"


# --- pools


def test_update_user_pool_resets_what_is_omitted(cognito, pool):
    """Model, UpdateUserPool: an attribute without a value is set to its default. Policies stay (acceptance/facts)."""
    cognito.update_user_pool(
        UserPoolId=pool,
        Policies={"PasswordPolicy": {"MinimumLength": 20}},
        UserPoolTags={"a": "b"},
        DeletionProtection="ACTIVE",
        PoolName="renamed",
    )
    changed = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert changed["Policies"]["PasswordPolicy"]["MinimumLength"] == 20
    assert changed["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    cognito.update_user_pool(UserPoolId=pool)
    reset = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert reset["Policies"]["PasswordPolicy"]["MinimumLength"] == 20
    assert (reset["UserPoolTags"], reset["DeletionProtection"], reset["Name"]) == ({}, "INACTIVE", "renamed")


def test_members_without_a_value_are_not_shown(cognito, pool):
    """Absent optional members are omitted by AWS's JSON services, never empty strings."""
    shown = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert not {"SmsVerificationMessage", "SmsConfiguration", "Domain", "EmailVerificationSubject"} & shown.keys()


def test_protected_pool_and_pool_with_domain_cannot_go(cognito, pool):
    """Model, DeletionProtection; developer guide: a pool's domain is deleted first."""
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="team-login")
    cognito.update_user_pool(UserPoolId=pool, DeletionProtection="ACTIVE")
    with refused("InvalidParameterException", "deletion protection"):
        cognito.delete_user_pool(UserPoolId=pool)
    cognito.update_user_pool(UserPoolId=pool)
    with refused("InvalidParameterException", "domain"):
        cognito.delete_user_pool(UserPoolId=pool)
    cognito.delete_user_pool_domain(UserPoolId=pool, Domain="team-login")
    cognito.delete_user_pool(UserPoolId=pool)
    with refused("ResourceNotFoundException"):
        cognito.describe_user_pool(UserPoolId=pool)


def test_nobody_signs_up_where_only_administrators_create_users(cognito, pool, app_client):
    """Model, AllowAdminCreateUserOnly."""
    with refused("NotAuthorizedException", "SignUp is not permitted"):
        cognito.sign_up(ClientId=app_client, Username="guest", Password=PASSWORD)


def test_user_names_ignore_case_where_the_pool_does(cognito, pool, person):
    """Model, UsernameConfigurationType.CaseSensitive: a variation in case is the same user."""
    with refused("UsernameExistsException"):
        cognito.admin_create_user(UserPoolId=pool, Username="DEMO", MessageAction="SUPPRESS")
    assert cognito.admin_get_user(UserPoolId=pool, Username="DeMo")["Username"] == "demo"


@pytest.mark.parametrize(("sensitive", "found"), [(False, True), (True, False)])
def test_aliases_ignore_case_where_the_pool_does(cognito, sensitive, found):
    """Model, UsernameConfigurationType.CaseSensitive: the e-mail alias is case insensitive too."""
    configuration = {"CaseSensitive": sensitive}
    made = cognito.create_user_pool(PoolName="p", UsernameConfiguration=configuration, AliasAttributes=["email"])
    pool = made["UserPool"]["Id"]
    attributes = [{"Name": "email", "Value": "Ada@Example.com"}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username="ada", UserAttributes=attributes, MessageAction="SUPPRESS")
    assert cognito.admin_get_user(UserPoolId=pool, Username="Ada@Example.com")["Username"] == "ada"
    if found:
        assert cognito.admin_get_user(UserPoolId=pool, Username="ADA@example.com")["Username"] == "ada"
        return
    with refused("UserNotFoundException"):
        cognito.admin_get_user(UserPoolId=pool, Username="ADA@example.com")


def test_user_names_are_case_sensitive_by_default(cognito):
    """Model, UsernameConfigurationType.CaseSensitive: true is the default."""
    pool = cognito.create_user_pool(PoolName="strict")["UserPool"]["Id"]
    for name in ("demo", "Demo"):
        cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    assert len(cognito.list_users(UserPoolId=pool)["Users"]) == 2


def test_requests_are_checked_against_the_model(cognito, pool):
    """Model patterns; message form of AWS's validation errors."""
    with refused("InvalidParameterException", "1 validation error detected: Value 'Bad_Name' at 'domain'"):
        cognito.create_user_pool_domain(UserPoolId=pool, Domain="Bad_Name")


# --- domains


def test_domain_prefixes(cognito, pool):
    """Developer guide: no reserved words; model, DeleteUserPoolDomain: the domain is that of the pool."""
    with refused("InvalidParameterException", "reserved word: aws"):
        cognito.create_user_pool_domain(UserPoolId=pool, Domain="my-aws-login")
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="team-login")
    with refused("InvalidParameterException"):
        cognito.delete_user_pool_domain(UserPoolId=pool, Domain="other-login")


def test_domain_prefix_of_another_account_is_taken(cognito, client, pool):
    """Developer guide, "Using the Amazon Cognito domain": prefixes are unique in a region."""
    stranger = client("cognito-idp", account="222222222222")
    theirs = stranger.create_user_pool(PoolName="theirs")["UserPool"]["Id"]
    stranger.create_user_pool_domain(UserPoolId=theirs, Domain="taken")
    with refused("InvalidParameterException", "already associated"):
        cognito.create_user_pool_domain(UserPoolId=pool, Domain="taken")


# --- groups


def test_update_group(cognito, pool):
    """Model, UpdateGroup; precedence is null unless it is given."""
    cognito.create_group(UserPoolId=pool, GroupName="team1", Description="Team")
    before = cognito.get_group(UserPoolId=pool, GroupName="team1")["Group"]
    assert not {"Precedence", "RoleArn"} & before.keys()
    cognito.update_group(UserPoolId=pool, GroupName="team1", Precedence=0)
    after = cognito.get_group(UserPoolId=pool, GroupName="team1")["Group"]
    assert (after["Precedence"], after["Description"]) == (0, "Team")
    with refused("ResourceNotFoundException"):
        cognito.update_group(UserPoolId=pool, GroupName="team2", Description="x")


# --- app clients


def test_update_user_pool_client_resets_what_is_omitted(cognito, pool, app_client, client_settings):
    """Model, UpdateUserPoolClient: an attribute without a value is set to its default."""
    reset = cognito.update_user_pool_client(UserPoolId=pool, ClientId=app_client)["UserPoolClient"]
    assert not {"CallbackURLs", "AllowedOAuthFlows", "AccessTokenValidity", "TokenValidityUnits"} & reset.keys()
    assert (reset["ClientName"], reset["AllowedOAuthFlowsUserPoolClient"]) == ("portal", False)


@pytest.mark.parametrize(
    "change, code, text",
    [
        ({"CallbackURLs": ["http://evil.example/cb"]}, "InvalidParameterException", "HTTP protocol"),
        ({"CallbackURLs": ["https://a.example/cb#part"]}, "InvalidParameterException", "fragment"),
        ({"LogoutURLs": ["http://evil.example/out"]}, "InvalidParameterException", "HTTP protocol"),
        ({"DefaultRedirectURI": "https://other.example"}, "InvalidParameterException", "callback urls"),
        ({"AllowedOAuthScopes": ["studio/open"]}, "ScopeDoesNotExistException", "studio/open"),
        ({"AllowedOAuthScopes": []}, "InvalidParameterException", "are required"),
        ({"AllowedOAuthFlows": ["code", "client_credentials"]}, "InvalidOAuthFlowException", ""),
        ({"AllowedOAuthFlows": ["client_credentials"]}, "InvalidOAuthFlowException", "secret"),
        ({"AccessTokenValidity": 4}, "InvalidParameterException", "Invalid range"),
        ({"AccessTokenValidity": 25, "TokenValidityUnits": {}}, "InvalidParameterException", "Invalid range"),
        ({"SupportedIdentityProviders": ["Okta"]}, "InvalidParameterException", "Okta"),
    ],
)
def test_refused_app_clients(cognito, pool, client_settings, change, code, text):
    """Model, CreateUserPoolClient and its members."""
    with refused(code, text):
        cognito.create_user_pool_client(**{**client_settings, **change})
    assert cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"] == []


@pytest.mark.parametrize(
    "address", ["https://a.example/cb", "http://127.0.0.1:8080/cb", "http://[::1]/cb", "myapp://callback"]
)
def test_accepted_callbacks(cognito, client_settings, address):
    """Model, CallbackURLs: https, http to the loopback, schemes of apps."""
    made = cognito.create_user_pool_client(**{**client_settings, "CallbackURLs": [address]})
    assert made["UserPoolClient"]["CallbackURLs"] == [address]


# --- hosted UI


@pytest.fixture
def authorize(emulator, app_client):
    asked = {
        "client_id": app_client,
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": CALLBACK,
        "state": "s",
    }
    return f"{emulator.url}/oauth2/authorize?{urlencode(asked)}"


def sign_in(browser, emulator, authorize):
    """Follow the authorize endpoint to the form, send it, and return the address it leads to."""
    form = browser.get(authorize)
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form.text)}
    answer = browser.post(
        f"{emulator.url}/login",
        data={**hidden, "username": "DEMO", "password": PASSWORD},
        allow_redirects=False,
    )
    return answer.headers["Location"]


def tokens(emulator, app_client, location):
    code = parse_qs(urlsplit(location).query)["code"][0]
    form = {"grant_type": "authorization_code", "client_id": app_client, "code": code, "redirect_uri": CALLBACK}
    return requests.post(f"{emulator.url}/oauth2/token", data=form, timeout=10).json()


def test_authorize_leads_to_login_and_a_session_signs_in_again(emulator, app_client, authorize, person):
    """Developer guide, authorize and login endpoints: redirect to /login; a session cookie of one hour."""
    browser = requests.Session()
    first = browser.get(authorize, allow_redirects=False)
    assert (first.status_code, urlsplit(first.headers["Location"]).path) == (302, "/login")
    assert tokens(emulator, app_client, sign_in(browser, emulator, authorize))["expires_in"] == 300
    again = browser.get(authorize, allow_redirects=False).headers["Location"]
    assert again.startswith(f"{CALLBACK}?code=")
    out = browser.get(
        f"{emulator.url}/logout",
        params={"client_id": app_client, "logout_uri": "http://localhost/out"},
        allow_redirects=False,
    )
    assert out.headers["Location"] == "http://localhost/out"
    after = browser.get(authorize, allow_redirects=False).headers["Location"]
    assert urlsplit(after).path == "/login"


def test_logout_can_lead_to_a_new_sign_in(emulator, app_client, authorize, person):
    """Developer guide, logout endpoint: with redirect_uri it sends to the login endpoint."""
    answer = requests.get(authorize.replace("/oauth2/authorize", "/logout"), allow_redirects=False, timeout=10)
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (302, "/login")


def test_client_without_oauth_cannot_use_the_hosted_ui(cognito, pool, app_client, client_settings, authorize):
    """Model, AllowedOAuthFlowsUserPoolClient: when false, only SDK-based sign-in is permitted."""
    settings = {**client_settings, "AllowedOAuthFlowsUserPoolClient": False}
    cognito.update_user_pool_client(**settings, ClientId=app_client)
    answer = requests.get(authorize, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


def test_revoked_refresh_token_gives_no_tokens(emulator, app_client, authorize, person):
    """Developer guide, revoke endpoint: refresh tokens only, 200 with an empty body."""
    given = tokens(emulator, app_client, sign_in(requests.Session(), emulator, authorize))

    def post(path, **form):
        return requests.post(f"{emulator.url}{path}", data={"client_id": app_client, **form}, timeout=10)

    refresh = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert post("/oauth2/token", **refresh).status_code == 200
    assert post("/oauth2/revoke", token=given["access_token"]).json()["error"] == "unsupported_token_type"
    assert (post("/oauth2/revoke", token=given["refresh_token"]).status_code) == 200
    assert post("/oauth2/token", **refresh).json()["error"] == "invalid_grant"
    assert post("/oauth2/revoke").json()["error"] == "invalid_request"


def test_generated_temporary_password_keeps_the_pools_policy(cognito):
    """API reference AdminCreateUser, TemporaryPassword: Cognito generates a valid one where none is given."""
    policy = {"MinimumLength": 99, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True}
    pool = cognito.create_user_pool(PoolName="strict", Policies={"PasswordPolicy": policy})["UserPool"]["Id"]
    user = cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")["User"]
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"


@pytest.mark.parametrize("password", ["Correct Horse 7", "Correct+Horse7", "Correct\tHorse-7"])
def test_space_within_a_password_is_a_symbol(cognito, pool, person, password):
    """Developer guide, "Adding user pool password requirements"."""
    cognito.admin_set_user_password(UserPoolId=pool, Username=person, Password=password, Permanent=True)


@pytest.mark.parametrize(
    ("password", "code", "words"),
    [
        # The service's answer, as cds-snc/platform-forms-client #5635 quotes it.
        (
            " Correct-Horse7",
            "InvalidParameterException",
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy "
            r"regular expression pattern: ^[\S]+.*[\S]+$",
        ),
        ("Correct-Horse7 ", "InvalidParameterException", "Member must satisfy regular expression pattern"),
        ("Correct-\nHorse7", "InvalidParameterException", "Member must satisfy regular expression pattern"),
        ("CorrectHorse7", "InvalidPasswordException", "Password must have symbol characters"),
        ("Ärgernis-groß7", "InvalidPasswordException", "Password must have uppercase characters"),
    ],
)
def test_password_that_cognito_refuses(cognito, pool, person, password, code, words):
    with refused(code, words):
        cognito.admin_set_user_password(UserPoolId=pool, Username=person, Password=password, Permanent=True)


# --- calls without a signature


def test_unsigned_calls_find_the_pool_of_any_account(client):
    """Model, InitiateAuth and GetUser (authtype none): the app client and the token say whose pool it is."""
    cognito = client("cognito-idp", account="222222222222")
    pool = cognito.create_user_pool(PoolName="theirs")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="cli", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Aa1!aaaaaaaa", Permanent=True)
    tokens = cognito.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": "Aa1!aaaaaaaa"}
    )["AuthenticationResult"]
    assert cognito.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"
    with refused("NotAuthorizedException", "Invalid Access Token"):
        cognito.get_user(AccessToken=tokens["IdToken"])
    with refused("InvalidParameterException", "flow not enabled"):
        cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=app,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": "Aa1!aaaaaaaa"},
        )
