# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding a platform's sign-in addresses by name."""

from __future__ import annotations

import pytest

from scripts.deployment import DeploymentError, find_deployment

PLATFORM = "sagemaker-studio"


@pytest.fixture
def parts(client):
    """The ids of what find_deployment looks for, among namesakes of other kinds."""
    cognito, gateway = client("cognito-idp"), client("apigateway")
    gateway.create_rest_api(name="other")
    api = gateway.create_rest_api(name=PLATFORM)["id"]
    pool = cognito.create_user_pool(PoolName=PLATFORM)["UserPool"]["Id"]
    cognito.create_user_pool(PoolName="other")
    clients = {
        name: cognito.create_user_pool_client(UserPoolId=pool, ClientName=f"{PLATFORM}-{name}")["UserPoolClient"][
            "ClientId"
        ]
        for name in ("portal", "api")
    }
    return {"api": api, "pool": pool, "client": clients["portal"]}


def test_deployment_is_found_by_name(emulator, parts):
    found = find_deployment(emulator.port)
    assert found.api_url == f"http://localhost:{emulator.port}/_aws/execute-api/{parts['api']}/prod"
    assert found.portal_url == f"{found.api_url}/portal"
    assert found.hosted_ui_url == f"http://localhost:{emulator.port}"
    assert found.portal_client_id == parts["client"]


def test_nothing_deployed_is_an_error(emulator):
    with pytest.raises(DeploymentError, match="0 of kind REST API are named sagemaker-studio"):
        find_deployment(emulator.port)


def test_two_of_a_name_are_an_error(emulator, parts, client):
    client("cognito-idp").create_user_pool(PoolName=PLATFORM)
    with pytest.raises(DeploymentError, match="2 of kind user pool"):
        find_deployment(emulator.port)


def test_no_emulator_is_an_error():
    with pytest.raises(DeploymentError, match="could not be looked up"):
        find_deployment(9)
