# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations that have expired are sent again by cognito_users where that is asked for, and no others are."""

import pytest

from emulator.shared.upstream import cognito as upstream
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

PASSWORD = "Correct-Horse-7-Battery"
ADA = {"name": "ada", "email": "ada@example.com", "groups": ["team1"]}
AGAIN = {**ADA, "resend_invitation": True}
VALID_DAYS = 3


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    policy = {"MinimumLength": 12, "TemporaryPasswordValidityDays": VALID_DAYS}
    pool = cognito.create_user_pool(PoolName="p", Policies={"PasswordPolicy": policy})["UserPool"]["Id"]
    for group in ("team1", "team2"):
        cognito.create_group(UserPoolId=pool, GroupName=group)
    return pool


@pytest.fixture
def run(pool):
    def run(*users, check=False, **more):
        return run_module("cognito_users", check=check, user_pool_id=pool, users=list(users), **more)

    return run


@pytest.fixture
def days_ago(monkeypatch):
    """Calls a function at an earlier time of the user pools."""

    def at(days, act):
        now = upstream._now_epoch
        with monkeypatch.context() as patched:
            patched.setattr(upstream, "_now_epoch", lambda: now() - days * 24 * 3600)
            return act()

    return at


def invitations(emulator):
    """How often AdminCreateUser was called; of a user who exists, it only does something with RESEND."""
    return writes(emulator).count("AdminCreateUser")


def test_expired_invitation_is_sent_again_and_once(emulator, run, days_ago):
    days_ago(VALID_DAYS + 1, lambda: run(ADA))
    assert run(ADA)["users"][0]["invitation_expired"] is True
    with no_writes(emulator):
        assert run(ADA)["changed"] is False
        predicted = run(AGAIN, check=True)
    sent = run(AGAIN)
    assert predicted["diff"] == sent["diff"]
    assert (sent["diff"]["before"], sent["diff"]["after"]) == (
        {"ada": {"invitation_expired": True}},
        {"ada": {"invitation_expired": False}},
    )
    assert sent["users"][0]["user_status"] == "FORCE_CHANGE_PASSWORD"
    assert invitations(emulator) == 2
    with no_writes(emulator):
        assert run(AGAIN)["changed"] is False
        assert run(AGAIN, check=True)["changed"] is False


def test_invitation_that_is_valid_is_not_sent_again(emulator, run, days_ago):
    days_ago(VALID_DAYS - 1, lambda: run(ADA))
    with no_writes(emulator):
        assert run(AGAIN)["changed"] is False


def test_who_has_a_password_is_not_invited(emulator, cognito, pool, run, days_ago):
    days_ago(VALID_DAYS + 1, lambda: run(ADA))
    given = run({**AGAIN, "password": PASSWORD})
    assert given["users"][0]["user_status"] == "CONFIRMED" and invitations(emulator) == 1
    with no_writes(emulator):
        assert run(AGAIN)["changed"] is False


def test_who_has_signed_in_long_ago_is_not_invited(emulator, cognito, pool, run, days_ago):
    def sign_in():
        run(ADA)
        cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True)

    days_ago(400, sign_in)
    with no_writes(emulator):
        assert run(AGAIN)["users"][0]["invitation_expired"] is False


def test_who_is_new_is_invited_once(emulator, run):
    assert run(AGAIN)["actions"] == {"ada": "create"} and invitations(emulator) == 1


def test_who_is_disabled_is_invited_only_when_let_in_again(emulator, cognito, pool, run, days_ago):
    def shut_out():
        run(ADA)
        cognito.admin_disable_user(UserPoolId=pool, Username="ada")

    days_ago(VALID_DAYS + 1, shut_out)
    with no_writes(emulator):
        assert run(AGAIN)["changed"] is False
    assert run({**AGAIN, "enabled": True})["users"][0]["enabled"] is True
    assert invitations(emulator) == 2


def test_invitation_goes_to_the_new_address(emulator, run, days_ago):
    days_ago(VALID_DAYS + 1, lambda: run(ADA))
    run({**AGAIN, "email": "new@example.com"})
    assert writes(emulator)[-2:] == ["AdminUpdateUserAttributes", "AdminCreateUser"]


def test_who_is_taken_over_is_invited_once(emulator, run, days_ago):
    days_ago(VALID_DAYS + 1, lambda: run(ADA))
    run({**AGAIN, "email": "new@example.com", "groups": ["team2"], "admit_existing": "reset"})
    assert invitations(emulator) == 2


def test_who_is_of_another_group_too_is_not_invited_by_who_adds(emulator, run, days_ago):
    days_ago(VALID_DAYS + 1, lambda: run({**ADA, "groups": ["team1", "team2"]}))
    with no_writes(emulator):
        assert run({**AGAIN, "update_existing": "unless_in_other_groups"})["changed"] is False


def test_invitation_that_fails_is_sent_by_the_next_run(emulator, run, days_ago):
    days_ago(VALID_DAYS + 1, lambda: run(ADA))
    fault = {"service": "cognito-idp", "operation": "AdminCreateUser", "error": "CodeDeliveryFailureException"}
    set_faults(emulator, fault)
    with pytest.raises(ModuleFailed, match="CodeDeliveryFailure"):
        run(AGAIN)
    set_faults(emulator)
    assert run(AGAIN)["actions"] == {"ada": "update"} and run(AGAIN)["changed"] is False
