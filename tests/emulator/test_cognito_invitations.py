# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations of user pools: what RESEND does and refuses, and temporary passwords that expire.

Sources: API reference AdminCreateUser (MessageAction, TemporaryPassword and errors) and PasswordPolicyType.
"""

import pytest
import requests

from emulator.shared.upstream import cognito as upstream
from tests.emulator.aws_answers import refused

FIRST, SECOND, OWN = "First-Password-1", "Second-Password-2", "Own-Password-3"
DAY = 24 * 3600
CALLBACK = "http://localhost/callback"
EXPIRED = "Temporary password has expired and must be reset by an administrator."


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    policy = {"RequireNumbers": True, "TemporaryPasswordValidityDays": 2}
    return cognito.create_user_pool(PoolName="people", Policies={"PasswordPolicy": policy})["UserPool"]["Id"]


@pytest.fixture
def pass_days(monkeypatch):
    """Sets the clock of the user pools forward."""
    now = upstream._now_epoch

    def pass_days(days):
        monkeypatch.setattr(upstream, "_now_epoch", lambda: now() + days * DAY)

    return pass_days


@pytest.fixture
def invite(cognito, pool):
    def invite(name="ada", **more):
        return cognito.admin_create_user(UserPoolId=pool, Username=name, **more)["User"]

    return invite


@pytest.fixture
def app_client(cognito, pool):
    return cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="portal",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        CallbackURLs=[CALLBACK],
    )["UserPoolClient"]["ClientId"]


@pytest.fixture
def sign_in(cognito, pool, app_client):
    def sign_in(password, name="ada"):
        parameters = {"USERNAME": name, "PASSWORD": password}
        key = {"UserPoolId": pool, "ClientId": app_client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
        return cognito.admin_initiate_auth(**key, AuthParameters=parameters)

    return sign_in


def test_resend_refuses_a_user_who_does_not_exist(invite):
    with refused("UserNotFoundException"):
        invite("nobody", MessageAction="RESEND")


def test_resend_refuses_a_user_who_has_a_password(cognito, pool, invite):
    invite()
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password=OWN, Permanent=True)
    with refused("UnsupportedUserStateException", "status is not FORCE_CHANGE_PASSWORD"):
        invite(MessageAction="RESEND")


def test_resend_makes_another_temporary_password_and_renews_the_date(invite, sign_in, pass_days):
    made = invite(TemporaryPassword=FIRST)
    pass_days(1)
    again = invite(MessageAction="RESEND", TemporaryPassword=SECOND)
    assert again["UserCreateDate"] == made["UserCreateDate"]
    assert (again["UserLastModifiedDate"] - made["UserLastModifiedDate"]).total_seconds() >= DAY
    with refused("NotAuthorizedException", "Incorrect username or password"):
        sign_in(FIRST)
    assert sign_in(SECOND)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    invite(MessageAction="RESEND")
    with refused("NotAuthorizedException", "Incorrect username or password"):
        sign_in(SECOND)


def test_resend_holds_a_given_password_to_the_policy(invite, sign_in):
    invite(TemporaryPassword=FIRST)
    with refused("InvalidPasswordException"):
        invite(MessageAction="RESEND", TemporaryPassword="weak")
    assert sign_in(FIRST)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_temporary_password_expires_and_resend_begins_anew(cognito, pool, invite, sign_in, pass_days):
    invite(TemporaryPassword=FIRST)
    pass_days(1.9)
    assert sign_in(FIRST)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    address = [{"Name": "email", "Value": "ada@example.com"}]
    cognito.admin_update_user_attributes(UserPoolId=pool, Username="ada", UserAttributes=address)
    pass_days(2.1)
    with refused("NotAuthorizedException", EXPIRED):
        sign_in(FIRST)
    with refused("NotAuthorizedException", "Incorrect username or password"):
        sign_in(SECOND)
    invite(MessageAction="RESEND", TemporaryPassword=SECOND)
    assert sign_in(SECOND)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.parametrize(("permanent", "expires"), [(True, False), (False, True)])
def test_password_that_an_administrator_sets_expires_if_it_is_temporary(
    cognito, pool, invite, sign_in, pass_days, permanent, expires
):
    invite(TemporaryPassword=FIRST)
    pass_days(5)
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password=OWN, Permanent=permanent)
    assert sign_in(OWN)
    pass_days(8)
    if expires:
        with refused("NotAuthorizedException", EXPIRED):
            sign_in(OWN)
    else:
        assert "AuthenticationResult" in sign_in(OWN)


def test_no_days_are_seven(cognito, pool, invite, sign_in, pass_days):
    """Model, TemporaryPasswordValidityDays: 0 is taken as no value, and the default is 7."""
    cognito.update_user_pool(
        UserPoolId=pool, Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 0}}
    )
    shown = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["Policies"]["PasswordPolicy"]
    assert shown["TemporaryPasswordValidityDays"] == 7
    invite(TemporaryPassword=FIRST)
    pass_days(6.9)
    assert sign_in(FIRST)
    pass_days(7.1)
    with refused("NotAuthorizedException", EXPIRED):
        sign_in(FIRST)


def test_sign_in_page_refuses_it_too(emulator, app_client, invite, pass_days):
    invite(TemporaryPassword=FIRST)
    form = {"client_id": app_client, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
    form |= {"username": "ada", "password": FIRST}

    def page():
        return requests.post(f"{emulator.url}/login", data=form, allow_redirects=False, timeout=10).text

    assert 'name="new_password"' in page()
    pass_days(3)
    assert EXPIRED in page()
