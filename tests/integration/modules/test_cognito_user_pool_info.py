# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import run_module


@pytest.fixture
def pools(client):
    cognito = client("cognito-idp")
    made = [cognito.create_user_pool(PoolName=name)["UserPool"]["Id"] for name in ("one", "two", "two")]
    cognito.create_user_pool_client(UserPoolId=made[0], ClientName="portal", GenerateSecret=True)
    return made


def found(**options):
    return run_module("cognito_user_pool_info", **options)["user_pools"]


def test_all_those_of_a_name_and_the_one_with_an_id(pools):
    assert {pool["id"] for pool in found()} == set(pools)
    assert {pool["id"] for pool in found(name="two")} == set(pools[1:])
    assert [pool["name"] for pool in found(user_pool_id=pools[0])] == ["one"]


def test_nothing_found_is_an_empty_list(pools):
    assert found(name="three") == []
    assert found(user_pool_id="eu-central-1_nothere") == []


def test_clients_come_without_their_secrets(pools):
    [pool] = found(name="one", include_clients=True)
    [portal] = pool["user_pool_clients"]
    assert portal["client_name"] == "portal"
    assert "client_secret" not in portal
