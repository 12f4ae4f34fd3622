# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two secrets of an app client at a time (botocore model cognito-idp, AddUserPoolClientSecret and its siblings)."""

import base64
import hashlib
import hmac

import pytest
import requests

from tests.emulator.aws_answers import refused

GIVEN = "a" * 24


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def machine(cognito):
    """A client that gets tokens with its secret alone: its key, and the secret."""
    pool = cognito.create_user_pool(PoolName="machines")["UserPool"]["Id"]
    cognito.create_resource_server(
        UserPoolId=pool, Identifier="jobs", Name="jobs", Scopes=[{"ScopeName": "run", "ScopeDescription": "run"}]
    )
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["jobs/run"],
        AllowedOAuthFlowsUserPoolClient=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    return {"UserPoolId": pool, "ClientId": made["ClientId"]}, made["ClientSecret"]


@pytest.fixture
def token_status(emulator, machine):
    """The status of the token endpoint for a secret, sent in the form and in the header."""

    def status(secret):
        client_id = machine[0]["ClientId"]
        form = {"grant_type": "client_credentials", "scope": "jobs/run"}
        address = f"{emulator.url}/oauth2/token"
        sent = requests.post(address, data={**form, "client_id": client_id, "client_secret": secret}, timeout=10)
        basic = requests.post(address, data=form, auth=(client_id, secret), timeout=10)
        assert sent.status_code == basic.status_code
        return sent.status_code

    return status


def ids(cognito, key):
    return [secret["ClientSecretId"] for secret in cognito.list_user_pool_client_secrets(**key)["ClientSecrets"]]


def test_client_begins_with_one_secret_that_is_not_shown(cognito, machine):
    key, secret = machine
    (listed,) = cognito.list_user_pool_client_secrets(**key)["ClientSecrets"]
    assert listed["ClientSecretId"].startswith(f"{key['ClientId']}--")
    assert listed.keys() == {"ClientSecretId", "ClientSecretCreateDate"}
    assert cognito.describe_user_pool_client(**key)["UserPoolClient"]["ClientSecret"] == secret


def test_both_secrets_are_valid_until_one_is_deleted(cognito, machine, token_status):
    key, first = machine
    added = cognito.add_user_pool_client_secret(**key)["ClientSecretDescriptor"]
    second = added["ClientSecretValue"]
    assert [token_status(secret) for secret in (first, second, "wrong")] == [200, 200, 400]
    older, newer = ids(cognito, key)
    assert newer == added["ClientSecretId"] != older
    cognito.delete_user_pool_client_secret(**key, ClientSecretId=older)
    assert [token_status(secret) for secret in (first, second)] == [400, 200]
    assert ids(cognito, key) == [newer]
    shown = cognito.describe_user_pool_client(**key)["UserPoolClient"]
    assert shown["ClientSecret"] == second
    assert not [name for name in shown if name.startswith("_")]


def test_newer_secret_can_be_the_one_that_goes(cognito, machine, token_status):
    key, first = machine
    cognito.add_user_pool_client_secret(**key, ClientSecret=GIVEN)
    cognito.delete_user_pool_client_secret(**key, ClientSecretId=ids(cognito, key)[1])
    assert [token_status(secret) for secret in (first, GIVEN)] == [200, 400]


def test_secret_that_was_given_is_not_shown_again(cognito, machine, token_status):
    added = cognito.add_user_pool_client_secret(**machine[0], ClientSecret=GIVEN)["ClientSecretDescriptor"]
    assert added.keys() == {"ClientSecretId", "ClientSecretCreateDate"}
    assert token_status(GIVEN) == 200


def test_hash_may_be_made_with_either(cognito, machine):
    key, first = machine
    password = "Aa1!aaaaaaaa"
    cognito.admin_create_user(UserPoolId=key["UserPoolId"], Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=key["UserPoolId"], Username="ada", Password=password, Permanent=True)
    cognito.add_user_pool_client_secret(**key, ClientSecret=GIVEN)

    def sign_in(secret):
        digest = hmac.new(secret.encode(), f"ada{key['ClientId']}".encode(), hashlib.sha256).digest()
        parameters = {"USERNAME": "ada", "PASSWORD": password, "SECRET_HASH": base64.b64encode(digest).decode()}
        return cognito.initiate_auth(ClientId=key["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)

    for secret in (first, GIVEN):
        assert sign_in(secret)["AuthenticationResult"]["AccessToken"]
    with refused("NotAuthorizedException"):
        sign_in("wrong")


def test_third_secret_and_the_deletion_of_the_last_are_refused(cognito, machine):
    key, _ = machine
    cognito.add_user_pool_client_secret(**key)
    with refused("LimitExceededException"):
        cognito.add_user_pool_client_secret(**key)
    older, newer = ids(cognito, key)
    cognito.delete_user_pool_client_secret(**key, ClientSecretId=newer)
    with refused("InvalidParameterException"):
        cognito.delete_user_pool_client_secret(**key, ClientSecretId=older)
    with refused("ResourceNotFoundException"):
        cognito.delete_user_pool_client_secret(**key, ClientSecretId=newer)


def test_public_and_unknown_clients_have_no_secrets(cognito, machine):
    key, _ = machine
    public = cognito.create_user_pool_client(UserPoolId=key["UserPoolId"], ClientName="public")["UserPoolClient"]
    public_key = {**key, "ClientId": public["ClientId"]}
    assert ids(cognito, public_key) == []
    with refused("InvalidParameterException"):
        cognito.add_user_pool_client_secret(**public_key)
    with refused("ResourceNotFoundException"):
        cognito.list_user_pool_client_secrets(**{**key, "ClientId": "none"})
    with refused("InvalidParameterException"):
        cognito.add_user_pool_client_secret(**key, ClientSecret="no spaces may be in a secret")
