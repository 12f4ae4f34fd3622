# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


import pytest
import requests
from botocore.exceptions import EndpointConnectionError
from botocore.httpsession import URLLib3Session

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

pytestmark = pytest.mark.usefixtures("emulator")

OPTIONS = {
    "name": "studio",
    "policies": {"password_policy": {"minimum_length": 12, "require_symbols": False}},
    "admin_create_user_config": {"allow_admin_create_user_only": True},
    "username_configuration": {"case_sensitive": False},
    "auto_verified_attributes": ["email"],
    "deletion_protection": "ACTIVE",
    "mfa_configuration": "OPTIONAL",
    "software_token_mfa_configuration": {"enabled": True},
    "account_recovery_setting": {"recovery_mechanisms": [{"name": "admin_only", "priority": 1}]},
    "schema": [
        {"name": "email", "attribute_data_type": "String", "required": True, "mutable": True},
        {"name": "team", "attribute_data_type": "String", "mutable": True},
    ],
    "tags": {"Platform": "p"},
}


def run(check=False, **changes):
    return run_module("cognito_user_pool", check=check, **{**OPTIONS, **changes})


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


def test_create_predicts_and_is_idempotent(emulator, cognito):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["changed"] and predicted["diff"] == made["diff"]
    pool = made["user_pool"]
    assert pool["arn"].endswith(pool["id"]) and pool["name"] == "studio" and pool["tags"] == {"Platform": "p"}
    assert pool["mfa_configuration"] == "OPTIONAL" and pool["username_configuration"] == {"case_sensitive": False}
    with no_writes(emulator):
        assert run()["changed"] is False
        assert run(check=True)["changed"] is False
    assert len(cognito.list_user_pools(MaxResults=60)["UserPools"]) == 1


def test_change_keeps_everything_else(emulator):
    before = run()["user_pool"]
    policy = {"password_policy": {"minimum_length": 14}}
    with no_writes(emulator):
        predicted = run(check=True, policies=policy)
    changed = run(policies=policy)
    assert predicted["diff"] == changed["diff"]
    expected = {**before["policies"]["password_policy"], "minimum_length": 14}
    assert changed["user_pool"]["policies"]["password_policy"] == expected
    same = set(before) - {"policies", "last_modified_date"}
    assert {key: changed["user_pool"][key] for key in same} == {key: before[key] for key in same}
    assert run(policies=policy)["changed"] is False


def test_drift_is_seen_and_repaired(emulator, cognito):
    pool = run()["user_pool"]["id"]
    cognito.update_user_pool(UserPoolId=pool)  # resets nearly everything
    with no_writes(emulator):
        drift = run(check=True)
    assert {"admin_create_user_config", "auto_verified_attributes", "deletion_protection", "tags"} <= set(
        drift["diff"]["after"]
    )
    assert run()["diff"] == drift["diff"]
    assert run()["changed"] is False


@pytest.mark.parametrize("factor", [None, {"enabled": False}])
def test_mfa_can_be_switched_off_and_on(emulator, factor):
    """AWS refuses a factor beside OFF, even one that is off, and drops the factors that a pool had."""
    run()
    off = {"mfa_configuration": "OFF", "software_token_mfa_configuration": factor}
    with no_writes(emulator):
        predicted = run(check=True, **off)
    switched = run(**off)
    assert predicted["diff"] == switched["diff"]
    assert switched["user_pool"]["mfa_configuration"] == "OFF"
    with no_writes(emulator):
        assert run(**off)["changed"] is False
    assert run()["user_pool"]["software_token_mfa_configuration"] == {"enabled": True}


def test_factor_beside_mfa_that_is_off_is_refused_before_anything_is_made(emulator):
    with no_writes(emulator), pytest.raises(ModuleFailed, match="leave out software_token_mfa_configuration"):
        run(mfa_configuration="OFF")


def test_pool_left_without_mfa_by_a_killed_run_is_completed(cognito):
    cognito.create_user_pool(PoolName="plain")
    options = {"name": "plain", "mfa_configuration": "ON", "software_token_mfa_configuration": {"enabled": True}}
    assert run_module("cognito_user_pool", **options)["user_pool"]["mfa_configuration"] == "ON"
    assert run_module("cognito_user_pool", **options)["changed"] is False


def test_tags_are_merged_or_purged():
    run()
    assert run(tags={"More": 1}, purge_tags=False)["user_pool"]["tags"] == {"Platform": "p", "More": "1"}
    purged = run(tags={"More": "1"})
    assert purged["user_pool"]["tags"] == {"More": "1"} and set(purged["diff"]["after"]) == {"tags"}
    assert run(tags={"More": "1"})["changed"] is False


@pytest.mark.parametrize(
    "attribute, value",
    [
        ("username_configuration", {"case_sensitive": True}),
        ("schema", [{"name": "other", "attribute_data_type": "String"}]),
        ("alias_attributes", ["email"]),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_create_only_attributes_are_refused(emulator, attribute, value, check):
    run()
    with no_writes(emulator), pytest.raises(ModuleFailed, match=f"{attribute} can only be set when it is created"):
        run(check=check, **{attribute: value})


def test_namesakes_are_told_apart_by_id(cognito):
    ids = sorted(cognito.create_user_pool(PoolName="twin")["UserPool"]["Id"] for _ in range(2))
    with pytest.raises(ModuleFailed, match=f"2 user pools are called twin: {ids[0]}, {ids[1]}. Say which"):
        run_module("cognito_user_pool", name="twin")
    assert run_module("cognito_user_pool", name="twin", user_pool_id=ids[1])["user_pool"]["id"] == ids[1]


def test_pool_beyond_the_first_page_is_found(cognito):
    wanted = cognito.create_user_pool(PoolName="wanted")["UserPool"]["Id"]
    for number in range(61):
        cognito.create_user_pool(PoolName=f"other{number}")
    assert run_module("cognito_user_pool", name="wanted")["user_pool"]["id"] == wanted


def test_absent(emulator, cognito):
    pool = run()["user_pool"]["id"]
    for check in (True, False):
        with no_writes(emulator), pytest.raises(ModuleFailed, match="protected against deletion"):
            run(check=check, state="absent")
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="some-prefix")
    with pytest.raises(ModuleFailed, match="still has the domain some-prefix"):
        run(state="absent", override_deletion_protection=True)
    assert cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["DeletionProtection"] == "ACTIVE"
    cognito.delete_user_pool_domain(UserPoolId=pool, Domain="some-prefix")

    with no_writes(emulator):
        assert run(check=True, state="absent", override_deletion_protection=True)["changed"] is True
    gone = run(state="absent", override_deletion_protection=True)
    assert gone["changed"] is True and gone["user_pool"] == {}
    assert cognito.list_user_pools(MaxResults=60)["UserPools"] == []
    assert run(state="absent")["changed"] is False


def test_unknown_id_in_check_mode_predicts_creation():
    assert run(check=True, user_pool_id="eu-central-1_placeholder")["changed"] is True


def test_bad_choice_is_one_sentence():
    with pytest.raises(ModuleFailed, match="value of mfa_configuration must be one of"):
        run(mfa_configuration="SOMETIMES")


def test_lost_answer_of_a_creation_makes_no_second_pool(emulator, cognito):
    set_faults(emulator, {"service": "cognito-idp", "operation": "CreateUserPool", "drop": True, "times": 1})
    assert run()["user_pool"]["mfa_configuration"] == "OPTIONAL", "it is found and completed"
    assert writes(emulator).count("CreateUserPool") == 1
    assert len(cognito.list_user_pools(MaxResults=60)["UserPools"]) == 1
    assert run()["changed"] is False


def test_signing_keys_are_returned_where_they_are_asked_for(emulator):
    assert "signing_keys" not in run()["user_pool"]
    with no_writes(emulator):
        pool = run(include_signing_keys=True)["user_pool"]
    published = requests.get(f"{emulator.url}/{pool['id']}/.well-known/jwks.json", timeout=5).json()["keys"]
    assert [key["kid"] for key in pool["signing_keys"]] == sorted(key["kid"] for key in published)
    assert all(key.keys() == {"kid", "n", "e"} for key in pool["signing_keys"])


def test_signing_keys_that_cannot_be_read_are_one_sentence(monkeypatch):
    run()
    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", _only_signed(URLLib3Session.send))
    with pytest.raises(ModuleFailed, match=r"public keys of user pool \S+ cannot be read at .*jwks.json"):
        run(include_signing_keys=True)


def _only_signed(send):
    """Requests as ever, but for those that are not signed."""

    def answer(self, request):
        if "Authorization" not in request.headers:
            raise EndpointConnectionError(endpoint_url=request.url)
        return send(self, request)

    return answer
