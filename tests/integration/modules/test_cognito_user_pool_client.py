# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from emulator.settings import settings
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

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


def test_create_check_again_change_delete(emulator, pool):
    def run(check=False, **changes):
        return run_module("cognito_user_pool_client", check=check, user_pool_id=pool, **{**OPTIONS, **changes})

    with no_writes(emulator):
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


@pytest.mark.parametrize("shown", ["oldest", "hidden"])
def test_secret_that_was_rotated_is_no_other_client(emulator, monkeypatch, pool, client, shown):
    """AWS does not say whether DescribeUserPoolClient shows a secret that was added; ListUserPoolClientSecrets does."""
    monkeypatch.setitem(settings._switches, "client_secret_after_rotation", shown)
    options = {**OPTIONS, "user_pool_id": pool, "generate_secret": True}
    made = run_module("cognito_user_pool_client", **options)["user_pool_client"]
    cognito, key = client("cognito-idp"), {"UserPoolId": pool, "ClientId": made["client_id"]}
    first = cognito.list_user_pool_client_secrets(**key)["ClientSecrets"][0]["ClientSecretId"]
    cognito.add_user_pool_client_secret(**key)
    cognito.delete_user_pool_client_secret(**key, ClientSecretId=first)
    again = run_module("cognito_user_pool_client", **options)
    assert (again["changed"], again["user_pool_client"]["generate_secret"]) == (False, True)


def test_style_of_managed_login_is_made_once_and_kept(emulator, pool, client):
    """Model, CreateManagedLoginBranding: a client has one style, or none."""
    options = {**OPTIONS, "user_pool_id": pool}
    client_id = run_module("cognito_user_pool_client", **options)["user_pool_client"]["client_id"]
    wanted = {**options, "managed_login_style": True}
    with no_writes(emulator):
        predicted = run_module("cognito_user_pool_client", check=True, **wanted)
    assert predicted["changed"] and run_module("cognito_user_pool_client", **wanted)["diff"] == predicted["diff"]
    assert run_module("cognito_user_pool_client", **wanted)["changed"] is False
    key = {"UserPoolId": pool, "ClientId": client_id}
    style = client("cognito-idp").describe_managed_login_branding_by_client(**key)["ManagedLoginBranding"]
    assert style["UseCognitoProvidedValues"] is True
    assert run_module("cognito_user_pool_client", user_pool_id=pool, name="portal", state="absent")["changed"]
    assert "DeleteManagedLoginBranding" in writes(emulator)
    new = run_module("cognito_user_pool_client", **{**wanted, "name": "other"})
    assert new["changed"] and run_module("cognito_user_pool_client", **{**wanted, "name": "other"})["changed"] is False


def test_default_redirect_uri_can_be_set_and_emptied(pool):
    def run(**changes):
        return run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS, **changes)

    set_uri = run(default_redirect_uri="https://one.example/")
    assert set_uri["user_pool_client"]["default_redirect_uri"] == "https://one.example/"
    assert not run(default_redirect_uri="")["user_pool_client"].get("default_redirect_uri")
    assert run(default_redirect_uri="")["changed"] is False


def test_drift_is_seen_and_repaired(emulator, pool, client):
    made = run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS)["user_pool_client"]
    client("cognito-idp").update_user_pool_client(UserPoolId=pool, ClientId=made["client_id"])
    with no_writes(emulator):
        drift = run_module("cognito_user_pool_client", check=True, user_pool_id=pool, **OPTIONS)
    assert {"callback_urls", "allowed_o_auth_flows"} <= set(drift["diff"]["after"])
    repaired = run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS)
    assert repaired["diff"] == drift["diff"]
    assert run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS)["changed"] is False


def test_namesakes_are_refused(pool, client):
    for _number in range(2):
        client("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="portal")
    with pytest.raises(ModuleFailed, match="2 app clients are called portal"):
        run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS)


def test_pool_that_does_not_exist_yet(emulator):
    missing = {**OPTIONS, "user_pool_id": "eu-central-1_placeholder"}
    with no_writes(emulator):
        assert run_module("cognito_user_pool_client", check=True, **missing)["changed"] is True
        assert run_module("cognito_user_pool_client", state="absent", **missing)["changed"] is False
    with pytest.raises(ModuleFailed, match="does not exist"):
        run_module("cognito_user_pool_client", **missing)


@pytest.mark.parametrize("check", [True, False])
def test_create_only_attribute_is_refused(pool, check):
    run_module("cognito_user_pool_client", user_pool_id=pool, **OPTIONS)
    with pytest.raises(ModuleFailed, match="generate_secret can only be set when it is created"):
        run_module("cognito_user_pool_client", check=check, user_pool_id=pool, **{**OPTIONS, "generate_secret": True})


@pytest.mark.parametrize("generate_secret", [False, True])
def test_lost_answer_of_a_creation_makes_no_second_client(emulator, client, pool, generate_secret):
    """Several clients may have one name, so CreateUserPoolClient, sent twice, makes two."""
    options = {**OPTIONS, "generate_secret": generate_secret, "user_pool_id": pool}
    set_faults(emulator, {"service": "cognito-idp", "operation": "CreateUserPoolClient", "drop": True, "times": 1})
    made = run_module("cognito_user_pool_client", **options)
    (only,) = client("cognito-idp").list_user_pool_clients(UserPoolId=pool)["UserPoolClients"]
    assert made["changed"] and made["user_pool_client"]["client_id"] == only["ClientId"]
    assert writes(emulator).count("CreateUserPoolClient") == 1
    with no_writes(emulator):
        assert run_module("cognito_user_pool_client", **options)["changed"] is False
