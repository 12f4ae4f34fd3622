# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in client against the hosted pages of a user pool."""

from __future__ import annotations

import base64
import json

import pytest

from scripts.sign_in import SignInError, open_studio, presigned_url, sign_in

USER = "ada"
PASSWORD = "A-long-enough-Passw0rd"
CALLBACK = "http://localhost/portal"


@pytest.fixture
def client_id(client):
    """The id of a public app client of a pool with one user."""
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="sign-in")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="sign-in")
    cognito.admin_create_user(UserPoolId=pool, Username=USER, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    cognito.admin_create_user(UserPoolId=pool, Username="new", MessageAction="SUPPRESS", TemporaryPassword=PASSWORD)
    return cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="portal",
        GenerateSecret=False,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[CALLBACK],
    )["UserPoolClient"]["ClientId"]


def test_signing_in_gives_the_user_an_access_token(emulator, client_id):
    token = sign_in(emulator.url, client_id, CALLBACK, USER, PASSWORD)["access_token"]
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["username"] == USER
    assert claims["client_id"] == client_id
    assert claims["token_use"] == "access"


def test_wrong_password_is_refused_without_showing_it(emulator, client_id):
    with pytest.raises(SignInError, match="ada was not signed in") as refused:
        sign_in(emulator.url, client_id, CALLBACK, USER, "Wrong-Passw0rd")
    assert "Wrong" not in str(refused.value)


def test_temporary_password_must_be_changed_first(emulator, client_id):
    with pytest.raises(SignInError, match="new must choose a new password first"):
        sign_in(emulator.url, client_id, CALLBACK, "new", PASSWORD)


def test_callback_that_the_client_does_not_have_is_refused(emulator, client_id):
    with pytest.raises(SignInError, match="No sign-in form"):
        sign_in(emulator.url, client_id, "http://localhost/other", USER, PASSWORD)


def test_unknown_api_is_an_error_with_its_status(emulator):
    with pytest.raises(SignInError) as refused:
        presigned_url(f"{emulator.url}/_aws/execute-api/none/prod", "team1", "token")
    assert refused.value.status in (403, 404)


def test_page_that_is_not_studio_is_an_error_without_the_token(emulator):
    with pytest.raises(SignInError, match="The address of Studio answered") as refused:
        open_studio(f"{emulator.url}/_studio/d-none/auth?token=hidden-token")
    assert "hidden-token" not in str(refused.value)


def test_no_answer_is_an_error_without_the_token():
    with pytest.raises(SignInError, match="ConnectionError") as refused:
        open_studio("http://127.0.0.1:9/auth?token=hidden-token")
    assert "hidden-token" not in str(refused.value)
