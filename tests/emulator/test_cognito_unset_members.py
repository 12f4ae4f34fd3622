# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was never set is not in the answer: DefaultRedirectURI, for one, has at least 1 character (API reference)."""

import pytest


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.mark.parametrize("member", ["DefaultRedirectURI", "CallbackURLs", "LogoutURLs", "AllowedOAuthFlows"])
def test_client_without_it(cognito, member):
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]
    key = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    assert member not in made
    assert member not in cognito.describe_user_pool_client(**key)["UserPoolClient"]
    assert member not in cognito.update_user_pool_client(**key)["UserPoolClient"]
