# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    return cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]


@pytest.fixture
def run(pool):
    def run(check=False, **changes):
        options = {"user_pool_id": pool, "domain": "example-studio", **changes}
        return run_module("cognito_user_pool_domain", check=check, **options)

    return run


def test_create_change_delete(emulator, run, pool):
    with no_writes(emulator):
        predicted = run(check=True, managed_login_version=1)
    made = run(managed_login_version=1)
    assert predicted["changed"] and predicted["diff"] == made["diff"]
    assert made["user_pool_domain"]["user_pool_id"] == pool and made["user_pool_domain"]["status"] == "ACTIVE"
    assert run()["changed"] is False and run(managed_login_version=1)["changed"] is False

    with no_writes(emulator):
        predicted = run(check=True, managed_login_version=2)
    changed = run(managed_login_version=2)
    assert predicted["diff"] == changed["diff"] == {
        "before": {"managed_login_version": 1}, "after": {"managed_login_version": 2}
    }  # fmt: skip
    assert changed["user_pool_domain"]["managed_login_version"] == 2

    with no_writes(emulator):
        assert run(check=True, state="absent")["changed"] is True
    assert run(state="absent")["user_pool_domain"] == {}
    with no_writes(emulator):
        assert run(state="absent")["changed"] is False


@pytest.mark.parametrize("check", [True, False])
def test_domain_of_another_pool_is_refused(emulator, run, cognito, check):
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=other, Domain="example-studio")
    with no_writes(emulator), pytest.raises(ModuleFailed, match=f"belongs to another user pool, {other}"):
        run(check=check)
    with no_writes(emulator):
        assert run(check=check, state="absent")["changed"] is False, "what is not ours is not deleted"


@pytest.mark.parametrize("check", [True, False])
def test_second_prefix_is_refused(emulator, run, check):
    run()
    with no_writes(emulator), pytest.raises(ModuleFailed, match="has the domain example-studio already"):
        run(check=check, domain="another-prefix")
    assert run(domain="another-prefix", state="absent")["changed"] is False


def test_domain_of_another_account_is_refused(run, client):
    stranger = client("cognito-idp", account="222222222222")
    other = stranger.create_user_pool(PoolName="other")["UserPool"]["Id"]
    stranger.create_user_pool_domain(UserPoolId=other, Domain="example-studio")
    with pytest.raises(ModuleFailed, match="unique among all AWS customers of a region: choose another"):
        run()


def test_custom_domain_beside_a_prefix(run):
    run()
    custom = {"domain": "login.example.com", "custom_domain_config": {"certificate_arn": CERTIFICATE}}
    assert run(**custom)["user_pool_domain"]["custom_domain_config"] == {"certificate_arn": CERTIFICATE}
    assert run(**custom)["changed"] is False
    renewed = CERTIFICATE.replace("1111-", "9999-")
    changed = run(domain="login.example.com", custom_domain_config={"certificate_arn": renewed})
    assert changed["user_pool_domain"]["custom_domain_config"] == {"certificate_arn": renewed}
    assert run(domain="login.example.com", state="absent")["changed"] is True
    assert run()["changed"] is False, "the prefix is still there"


def test_pool_that_does_not_exist_yet(emulator, run):
    missing = {"user_pool_id": "eu-central-1_placeholder"}
    with no_writes(emulator):
        assert run(check=True, **missing)["changed"] is True
        assert run(state="absent", **missing)["changed"] is False
    with pytest.raises(ModuleFailed, match="eu-central-1_placeholder"):
        run(**missing)


def test_bad_prefix_is_one_sentence(run):
    with pytest.raises(ModuleFailed) as failure:
        run(domain="Bad_Prefix")
    assert "Traceback" not in str(failure.value)
