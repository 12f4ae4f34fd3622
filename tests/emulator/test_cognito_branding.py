# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Styles of managed login (botocore model cognito-idp, CreateManagedLoginBranding and its siblings)."""

import pytest
import requests

from tests.emulator.aws_answers import refused


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def key(cognito):
    """A client of a pool."""
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="portal",
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=["https://portal.example/"],
    )["UserPoolClient"]
    return {"UserPoolId": pool, "ClientId": made["ClientId"]}


def status(emulator, key):
    asked = {"client_id": key["ClientId"], "response_type": "code", "redirect_uri": "https://portal.example/"}
    return [
        requests.get(f"{emulator.url}{path}", params=asked, allow_redirects=False, timeout=10).status_code
        for path in ("/oauth2/authorize", "/login")
    ]


def test_client_without_a_style_has_no_pages_in_managed_login(emulator, cognito, key):
    """Model, CreateUserPoolDomain.ManagedLoginVersion; developer guide, "Managed login": pages need a style."""
    cognito.create_user_pool_domain(Domain="people", UserPoolId=key["UserPoolId"], ManagedLoginVersion=2)
    assert status(emulator, key) == [403, 403]
    cognito.create_managed_login_branding(**key, UseCognitoProvidedValues=True)
    assert status(emulator, key) == [302, 200]


def test_classic_pages_need_no_style(emulator, cognito, key):
    """Model, ManagedLoginVersion: 1 is the classic hosted UI, and the default."""
    cognito.create_user_pool_domain(Domain="people", UserPoolId=key["UserPoolId"])
    assert status(emulator, key) == [302, 200]


def test_client_has_one_style(cognito, key):
    """Model, ManagedLoginBrandingExistsException, and the documentation of UseCognitoProvidedValues."""
    with refused("ResourceNotFoundException"):
        cognito.describe_managed_login_branding_by_client(**key)
    with refused("InvalidParameterException"):
        cognito.create_managed_login_branding(**key, UseCognitoProvidedValues=True, Settings={"a": "b"})
    made = cognito.create_managed_login_branding(**key, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
    with refused("ManagedLoginBrandingExistsException"):
        cognito.create_managed_login_branding(**key, UseCognitoProvidedValues=True)
    assert cognito.describe_managed_login_branding_by_client(**key)["ManagedLoginBranding"] == made
    style = {"UserPoolId": key["UserPoolId"], "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    cognito.delete_managed_login_branding(**style)
    with refused("ResourceNotFoundException"):
        cognito.delete_managed_login_branding(**style)
