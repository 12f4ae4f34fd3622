# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module

OPTIONS = {
    "name": "portal",
    "generate_secret": False,
    "callback_urls": ["https://one.example/", "https://two.example/"],
    "allowed_o_auth_flows": ["code"],
    "allowed_o_auth_scopes": ["openid"],
    "allowed_o_auth_flows_user_pool_client": True,
    "supported_identity_providers": ["COGNITO"],
}


@pytest.fixture
def pool(client):
    return client("cognito-idp").create_user_pool(PoolName="p")["UserPool"]["Id"]


def test_create_check_again_change_delete(pool):
    def run(check=False, **changes):
        return run_module("cognito_user_pool_client", check=check, user_pool_id=pool, **{**OPTIONS, **changes})

    predicted = run(check=True)
    made = run()
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert made["user_pool_client"]["client_id"]
    assert run()["changed"] is False
    assert run(callback_urls=OPTIONS["callback_urls"][::-1])["changed"] is False

    changed = run(callback_urls=["https://three.example/"])
    assert changed["diff"]["after"] == {"callback_urls": ["https://three.example/"]}
    assert changed["user_pool_client"]["allowed_o_auth_flows"] == ["code"], (
        "an update must not reset what it leaves out"
    )
    assert changed["user_pool_client"]["client_id"] == made["user_pool_client"]["client_id"]

    assert run(state="absent", check=True)["changed"] is True
    assert run(state="absent")["changed"] is True
    assert run(state="absent")["changed"] is False


def test_secret_is_never_shown(pool):
    made = run_module("cognito_user_pool_client", user_pool_id=pool, **{**OPTIONS, "generate_secret": True})
    assert made["user_pool_client"]["generate_secret"] is True
    assert "client_secret" not in str(made)


@pytest.mark.parametrize("check", [True, False])
def test_create_only_attribute_is_refused(pool, check):
    run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS)
    with pytest.raises(ModuleFailed, match="generate_secret can only be set when it is created"):
        run_module("cognito_user_pool_client", check=check, user_pool_id=pool, **{**OPTIONS, "generate_secret": True})
