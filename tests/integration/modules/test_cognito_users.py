# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

PASSWORD = "Correct-Horse-7-Battery"
OTHER_PASSWORD = "Another-Horse-8-Stable"
USERS = [
    {"name": "ada", "email": "ada@example.com", "password": PASSWORD, "groups": ["team1"]},
    {"name": "grace", "email": "grace@example.com", "groups": ["team1", "team2"], "attributes": {"name": "Grace"}},
]


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    pool = cognito.create_user_pool(
        PoolName="p",
        UsernameConfiguration={"CaseSensitive": False},
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}},
    )["UserPool"]["Id"]
    for group in ("team1", "team2", "team3"):
        cognito.create_group(UserPoolId=pool, GroupName=group)
    return pool


@pytest.fixture
def run(pool):
    def run(users=USERS, check=False, **changes):
        return run_module("cognito_users", check=check, **{"user_pool_id": pool, "users": users, **changes})

    return run


@pytest.fixture
def sign_in(cognito, pool):
    """Tells whether a user gets in with a password."""
    client_id = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="c",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]

    def sign_in(name, password):
        try:
            answer = cognito.admin_initiate_auth(
                UserPoolId=pool,
                ClientId=client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": password},
            )
        except cognito.exceptions.NotAuthorizedException:
            return False
        return "AuthenticationResult" in answer

    return sign_in


def test_create_predicts_and_is_idempotent(emulator, run, sign_in):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["diff"] == made["diff"] and made["actions"] == {"ada": "create", "grace": "create"}
    ada, grace = made["users"]
    assert (ada["username"], ada["user_status"], ada["enabled"], ada["groups"]) == ("ada", "CONFIRMED", True, ["team1"])
    assert ada["attributes"]["email"] == "ada@example.com" and ada["attributes"]["email_verified"] == "true"
    assert grace["user_status"] == "FORCE_CHANGE_PASSWORD" and grace["groups"] == ["team1", "team2"]
    assert grace["attributes"]["name"] == "Grace"
    assert sign_in("ada", PASSWORD)
    with no_writes(emulator):
        assert run()["changed"] is False
        assert run(check=True)["changed"] is False


def test_password_is_nowhere_in_the_result(run):
    for arguments in ({"check": True}, {}, {"users": [{**USERS[0], "update_password": "always"}]}):
        result = run(**arguments)
        assert result["changed"] and PASSWORD not in json.dumps({**result, "invocation": None})
        assert PASSWORD not in json.dumps(result.get("invocation"))  # which newer Ansible leaves out


def test_password_on_create_stays_and_always_is_set(run, sign_in):
    run()
    changed = {**USERS[0], "password": OTHER_PASSWORD}
    assert run([changed])["changed"] is False and sign_in("ada", PASSWORD)
    result = run([{**changed, "update_password": "always"}])
    assert result["diff"]["after"] == {"ada": {"password": "(secret, after)"}}
    assert sign_in("ada", OTHER_PASSWORD) and not sign_in("ada", PASSWORD)


def test_user_left_without_password_by_a_killed_run_gets_it(run, sign_in, cognito, pool):
    cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    assert run(check=True)["actions"]["ada"] == "update"
    run()
    assert sign_in("ada", PASSWORD) and run()["changed"] is False


def test_change_and_drift(emulator, run, cognito, pool):
    run()
    changed_users = [{**USERS[0], "email": "new@example.com", "enabled": False}]
    with no_writes(emulator):
        predicted = run(changed_users, check=True)
    changed = run(changed_users)
    assert predicted["diff"] == changed["diff"]
    ada = changed["users"][0]
    assert ada["attributes"]["email"] == "new@example.com" and ada["attributes"]["email_verified"] == "true"
    assert ada["enabled"] is False and run(changed_users)["changed"] is False

    cognito.admin_enable_user(UserPoolId=pool, Username="ada")
    cognito.admin_remove_user_from_group(UserPoolId=pool, Username="ada", GroupName="team1")
    drift = run(changed_users, check=True)
    assert drift["diff"]["after"]["ada"] == {"enabled": False, "groups": ["team1"]}
    assert run(changed_users)["diff"] == drift["diff"] and run(changed_users)["changed"] is False


def test_empty_attribute_is_removed(run):
    run()
    emptied = [{**USERS[1], "attributes": {"name": ""}}]
    assert not run(emptied)["users"][0]["attributes"].get("name")
    assert run(emptied)["changed"] is False


def test_groups_are_added_and_only_purged_on_request(run):
    run()
    moved = [{**USERS[1], "groups": ["team3"]}]
    assert run(moved)["users"][0]["groups"] == ["team1", "team2", "team3"]
    assert run(moved)["changed"] is False
    predicted = run(moved, check=True, purge_groups=True)
    purged = run(moved, purge_groups=True)
    assert predicted["diff"] == purged["diff"] and purged["users"][0]["groups"] == ["team3"]
    without = [{"name": "grace"}]
    assert run(without, purge_groups=True)["changed"] is False, "groups that are not given are left alone"


def test_exclusive_group_loses_everybody_else(emulator, run, cognito, pool):
    run()
    strangers = [f"stranger{number:02}" for number in range(62)]
    for name in strangers:
        cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
        for group in ("team1", "team3"):
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    shouted = [{**user, "name": user["name"].upper()} for user in USERS]
    with no_writes(emulator):
        predicted = run(shouted, check=True, exclusive_groups=["team1"])
    result = run(shouted, exclusive_groups=["team1"])
    assert predicted["diff"] == result["diff"] and set(result["actions"]) == set(strangers)
    members = cognito.list_users_in_group(UserPoolId=pool, GroupName="team1")["Users"]
    assert sorted(user["Username"] for user in members) == ["ada", "grace"]
    left = cognito.admin_list_groups_for_user(UserPoolId=pool, Username=strangers[0])["Groups"]
    assert [group["GroupName"] for group in left] == ["team3"], "and stays in the pool and in other groups"


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "user, message",
    [
        ({"name": "x", "password": "short1"}, "The password of x needs at least 12 characters."),
        ({"name": "x", "password": "no-digit-in-here"}, "The password of x needs a digit."),
        ({"name": "x"}, "x has neither a password nor an e-mail address"),
        ({"name": "ADA", "email": "a@example.com"}, "listed more than once: ada"),
    ],
)
def test_nothing_is_written_when_one_user_is_wrong(emulator, run, user, message, check):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=message) as failure:
        run([*USERS, user], check=check)
    assert user.get("password", PASSWORD) not in str(failure.value)


def test_policy_is_not_asked_for_a_password_that_is_not_set(run):
    run()
    assert run([{**USERS[0], "password": "short1"}])["changed"] is False


def test_missing_group_fails_that_user_and_the_next_run_goes_on(run, cognito, pool):
    users = [{**USERS[0], "groups": ["team9"]}, USERS[1]]
    with pytest.raises(ModuleFailed, match=r"1 of 2 users failed.*ada: .*[Gg]roup") as failure:
        run(users)
    assert failure.value.result["users"][-1]["username"] == "grace"
    cognito.create_group(UserPoolId=pool, GroupName="team9")
    assert run(users)["users"][0]["groups"] == ["team9"]
    assert run(users)["changed"] is False


def test_absent_twice(emulator, run, cognito, pool):
    run()
    listed = [{"name": "ada"}, {"name": "grace"}, {"name": "nobody"}]
    with no_writes(emulator):
        assert run(listed, check=True, state="absent")["actions"] == {"ada": "delete", "grace": "delete"}
    assert run(listed, state="absent")["changed"] is True
    with no_writes(emulator):
        assert run(listed, state="absent")["changed"] is False
    assert cognito.list_users(UserPoolId=pool)["Users"] == []


def test_pool_that_does_not_exist_yet(emulator, run):
    missing = {"user_pool_id": "eu-central-1_placeholder"}
    with no_writes(emulator):
        assert run(check=True, exclusive_groups=["team1"], **missing)["changed"] is True
        assert run(state="absent", **missing)["changed"] is False
    with pytest.raises(ModuleFailed, match=r"2 of 2 users failed.*does not exist"):
        run(**missing)


def test_lost_answer_of_a_creation_is_made_up_for(emulator, run, sign_in):
    set_faults(emulator, {"service": "cognito-idp", "operation": "AdminCreateUser", "drop": True, "times": 1})
    assert run(USERS[:1])["users"][0]["groups"] == ["team1"] and sign_in("ada", PASSWORD)


def test_user_whose_password_is_refused_after_all_is_not_left_half_made(emulator, run, cognito, pool):
    fault = {"service": "cognito-idp", "operation": "AdminSetUserPassword", "error": "InvalidPasswordException"}
    set_faults(emulator, fault)
    with pytest.raises(ModuleFailed, match="The pool refuses the password of ada") as failure:
        run()
    assert PASSWORD not in str(failure.value)
    assert [user["Username"] for user in cognito.list_users(UserPoolId=pool)["Users"]] == ["grace"]
    set_faults(emulator)
    assert run()["actions"] == {"ada": "create"}


def test_members_who_leave_are_deleted_unless_another_group_is_left(emulator, cognito, pool, run):
    run()
    stray = {"name": "stray", "password": PASSWORD}
    run(users=[stray])
    options = {"users": [{"name": "STRAY"}, {"name": "nobody"}], "leave_groups": ["team1"], "state": "absent"}
    with no_writes(emulator):
        predicted = run(check=True, **options)
    gone = run(**options)
    assert gone["actions"] == predicted["actions"] == {"ada": "delete", "stray": "delete", "grace": "update"}
    assert [user["Username"] for user in cognito.list_users(UserPoolId=pool)["Users"]] == ["grace"]
    groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username="grace")["Groups"]
    assert [group["GroupName"] for group in groups] == ["team2"]
    with no_writes(emulator):
        assert run(**options)["changed"] is False


@pytest.mark.parametrize(("without_group", "enabled"), [("disable", False), ("keep", True)])
def test_who_leaves_the_last_group_can_stay_in_the_pool(emulator, cognito, pool, run, sign_in, without_group, enabled):
    run()
    options = {"users": [], "leave_groups": ["team1"], "without_group": without_group, "state": "absent"}
    gone = run(**options)
    assert gone["actions"] == {"ada": "update", "grace": "update"}
    assert cognito.admin_get_user(UserPoolId=pool, Username="ada")["Enabled"] is enabled
    assert sign_in("ada", PASSWORD) is enabled
    with no_writes(emulator):
        assert run(**options)["changed"] is False


def test_who_is_taken_out_of_a_group_is_signed_out_before_and_after(emulator, run):
    run()
    run(users=[USERS[0]], exclusive_groups=["team1"])
    sign_out = "AdminUserGlobalSignOut"
    assert [call for call in writes(emulator) if call in (sign_out, "AdminRemoveUserFromGroup")] == [
        sign_out,
        "AdminRemoveUserFromGroup",
        sign_out,
    ]


def test_who_is_in_a_group_is_not_deleted_as_one_without(cognito, pool, run):
    run()
    run(users=[{"name": "stray", "password": PASSWORD}])
    names = [{"name": name} for name in ("ada", "grace", "stray")]
    assert run(users=names, without_group="delete", state="absent")["actions"] == {"stray": "delete"}


@pytest.mark.parametrize("invited", [False, True])
def test_who_is_of_another_group_only_joins_where_asked(emulator, cognito, pool, run, sign_in, invited):
    emmy = {"name": "emmy", "email": "emmy@example.com", "groups": ["team2"]}
    run([emmy if invited else {**emmy, "password": PASSWORD}])
    taken = {
        "name": "EMMY",
        "email": "ada@example.com",
        "password": OTHER_PASSWORD,
        "update_password": "always",
        "update_existing": "unless_in_other_groups",
        "groups": ["team1"],
    }
    options = {"users": [taken], "purge_groups": True, "purge_groups_prefix": "team1--"}
    with no_writes(emulator):
        predicted = run(check=True, **options)
    joined = run(**options)
    assert predicted["diff"] == joined["diff"]
    assert joined["diff"]["after"] == {"EMMY": {"groups": ["team1", "team2"]}}
    assert joined["users"][0]["attributes"]["email"] == "emmy@example.com"
    assert not sign_in("emmy", OTHER_PASSWORD) and sign_in("emmy", PASSWORD) is not invited
    with no_writes(emulator):
        assert run(**options)["changed"] is False


def test_who_is_of_no_other_group_is_changed_all_the_same(cognito, pool, run):
    run([{"name": "ada", "email": "ada@example.com", "groups": ["team1"]}])
    cognito.create_group(UserPoolId=pool, GroupName="team1--leads")
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName="team1--leads")
    told = {"name": "ada", "email": "new@example.com", "update_existing": "unless_in_other_groups", "groups": ["team1"]}
    changed = run([told], purge_groups=True, purge_groups_prefix="team1--")
    assert changed["users"][0]["attributes"]["email"] == "new@example.com"
    assert changed["users"][0]["groups"] == ["team1"]


def test_who_joins_again_is_let_in_again(emulator, cognito, pool, run, sign_in):
    run(USERS[:1])
    run(users=[], leave_groups=["team1"], without_group="disable", state="absent")
    assert not sign_in("ada", PASSWORD)
    with no_writes(emulator):
        predicted = run(USERS[:1], check=True, enable_joining=True)
    joined = run(USERS[:1], enable_joining=True)
    assert predicted["diff"] == joined["diff"] and sign_in("ada", PASSWORD)
    cognito.admin_disable_user(UserPoolId=pool, Username="ada")
    assert run(USERS[:1], enable_joining=True)["changed"] is False, "whom somebody shut out while in the group stays so"


def test_inner_groups_are_left_with_their_group(emulator, cognito, pool, run):
    for group in ("team1--leads", "team10--leads"):
        cognito.create_group(UserPoolId=pool, GroupName=group)
    run(
        [
            {"name": "ada", "password": PASSWORD, "groups": ["team1", "team1--leads"]},
            {"name": "inner", "password": PASSWORD, "groups": ["team1--leads"]},
            {"name": "other", "password": PASSWORD, "groups": ["team1", "team10--leads"]},
        ]
    )
    options = {"users": [], "leave_groups": ["team1"], "leave_groups_prefix": "team1--", "state": "absent"}
    with no_writes(emulator):
        predicted = run(check=True, **options)
    gone = run(**options)
    assert gone["actions"] == predicted["actions"] == {"ada": "delete", "inner": "delete", "other": "update"}


@pytest.mark.parametrize(
    ("address", "verified", "given"),
    [
        ("lead@example.com", True, "newhire@example.com"),
        ("newhire@example.com", False, "newhire@example.com"),
        (None, False, "newhire@example.com"),
        (None, False, None),
    ],
)
def test_who_exists_with_another_address_is_not_admitted(emulator, cognito, pool, run, address, verified, given):
    """Whoever made the account knows its password, and opens what the person joins."""
    known = {"name": "newhire", "password": PASSWORD, "groups": ["team1"]}
    run([known])
    attributes = [("email", address), ("email_verified", str(verified).lower())] if address else []
    if attributes:
        cognito.admin_update_user_attributes(
            UserPoolId=pool, Username="newhire", UserAttributes=[{"Name": n, "Value": v} for n, v in attributes]
        )
    wanted = {**({"name": "newhire", "email": given} if given else known), "groups": ["team2"]}
    with no_writes(emulator), pytest.raises(ModuleFailed, match="newhire is in the user pool already"):
        run([{**wanted, "admit_existing": "same_email"}])
    assert run([wanted])["users"][0]["groups"] == ["team1", "team2"], "which admitted before"


def test_who_exists_with_the_verified_address_joins_and_a_member_stays(emulator, run):
    told = {"name": "ada", "email": "Ada@example.com", "groups": ["team1"], "admit_existing": "same_email"}
    run([told])
    assert run([{**told, "email": "ada@example.com", "groups": ["team2"]}])["changed"] is True
    assert run([{**told, "email": "new@example.com"}])["changed"] is True, "of a member the address changes"


def test_address_in_another_case_is_the_same_and_is_kept_as_described(emulator, cognito, pool, run):
    """Model, CreateUserPool.UsernameConfiguration: a variation in case is the same user, and no reason to doubt."""
    told = {"name": "ada", "email": "Ada@Example.com", "groups": ["team1"]}
    run([told])
    same = {**told, "email": "ada@example.COM", "groups": ["team2"]}
    for choice in ("same_email", "reset"):
        joined = run([{**same, "admit_existing": choice}])
        assert "was in the user pool already" not in str(joined.get("warnings")), "nobody is shut out"
        user = cognito.admin_get_user(UserPoolId=pool, Username="ada")
        assert {"Name": "email", "Value": "ada@example.COM"} in user["UserAttributes"]
        with no_writes(emulator):
            assert run([{**same, "admit_existing": choice}])["changed"] is False
        run([told], exclusive_groups=["team2"])


def test_by_choice_an_account_is_taken_over_and_nobody_else_is_in_it(emulator, cognito, pool, run, sign_in):
    run([{"name": "newhire", "email": "lead@example.com", "password": PASSWORD, "groups": ["team1"]}])
    assert sign_in("newhire", PASSWORD)
    told = {"name": "newhire", "email": "newhire@example.com", "groups": ["team2"], "admit_existing": "reset"}
    with no_writes(emulator):
        predicted = run([told], check=True)
    taken = run([told])
    assert predicted["diff"] == taken["diff"]
    assert "newhire was in the user pool already" in str(taken["warnings"])
    assert not sign_in("newhire", PASSWORD)
    user = cognito.admin_get_user(UserPoolId=pool, Username="newhire")
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert {"Name": "email", "Value": "newhire@example.com"} in user["UserAttributes"]
    with no_writes(emulator):
        assert run([told])["changed"] is False
    run([{"name": "other", "password": PASSWORD, "groups": ["team1"]}])
    run([{"name": "other", "password": OTHER_PASSWORD, "groups": ["team2"], "admit_existing": "reset"}])
    assert sign_in("other", OTHER_PASSWORD) and not sign_in("other", PASSWORD)


def test_listed_person_who_was_disabled_by_hand_is_told_of(emulator, cognito, pool, run):
    run()
    cognito.admin_disable_user(UserPoolId=pool, Username="ada")
    with no_writes(emulator):
        told = run()
    assert "ada is disabled in the user pool" in str(told["warnings"])
    enabled = run([{**USERS[0], "enabled": True}])
    assert not enabled.get("warnings")
