# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def ids(cognito):
    names = ["studio", "studio", "other"]
    return [
        cognito.create_user_pool(PoolName=name, UserPoolTags={"Number": str(number)})["UserPool"]["Id"]
        for number, name in enumerate(names)
    ]


def run(**options):
    return run_module("cognito_user_pool_info", **options)["user_pools"]


def found(**options):
    return sorted(pool["id"] for pool in run(**options))


def test_by_name_by_id_and_all(emulator, ids):
    with no_writes(emulator):
        assert found(name="studio") == sorted(ids[:2])
        assert [pool["id"] for pool in run()] == ids, "the oldest first"
        assert found(user_pool_id=ids[2]) == [ids[2]]
        assert found() == sorted(ids)
        assert found(name="none") == []
        assert found(user_pool_id="eu-central-1_placeholder") == []


def test_pool_is_described_as_the_module_describes_it(ids):
    (pool,) = run(user_pool_id=ids[2])
    managed = run_module("cognito_user_pool", name="other")["user_pool"]
    asked_for = {"schema", "custom_attributes"}
    assert pool == {key: value for key, value in managed.items() if key not in asked_for}
    assert pool["tags"] == {"Number": "2"} and pool["mfa_configuration"] == "OFF"


def test_clients_come_without_secrets(cognito, ids):
    secrets = [
        cognito.create_user_pool_client(UserPoolId=ids[2], ClientName=f"c{number}", GenerateSecret=True)[
            "UserPoolClient"
        ]
        for number in range(61)
    ]
    (pool,) = run(user_pool_id=ids[2], include_clients=True)
    assert len(pool["user_pool_clients"]) == 61 and all(item["generate_secret"] for item in pool["user_pool_clients"])
    assert {item["client_name"] for item in pool["user_pool_clients"]} == {f"c{number}" for number in range(61)}
    shown = json.dumps(pool)
    assert not [client for client in secrets if client["ClientSecret"] in shown]
    assert "user_pool_clients" not in run(user_pool_id=ids[2])[0]


def test_name_and_id_exclude_each_other(ids):
    with pytest.raises(ModuleFailed, match="mutually exclusive"):
        run(name="studio", user_pool_id=ids[0])
