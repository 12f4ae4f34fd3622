# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes

ROLE = "arn:aws:iam::111111111111:role/team"
GROUPS = [{"name": "team1", "description": "People of team1", "precedence": 5, "role_arn": ROLE}, {"name": "team2"}]


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    return cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]


@pytest.fixture
def run(pool):
    def run(groups=GROUPS, check=False, **changes):
        return run_module("cognito_groups", check=check, **{"user_pool_id": pool, "groups": groups, **changes})

    return run


def names(cognito, pool):
    pages = cognito.get_paginator("list_groups").paginate(UserPoolId=pool)
    return sorted(group["GroupName"] for page in pages for group in page["Groups"])


def test_create_change_delete(emulator, run, cognito, pool):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["diff"] == made["diff"] and made["actions"] == {"team1": "create", "team2": "create"}
    assert [group["group_name"] for group in made["groups"]] == ["team1", "team2"]
    with no_writes(emulator):
        assert run()["changed"] is False

    other = [{"name": "team1", "precedence": 7}]
    with no_writes(emulator):
        predicted = run(other, check=True)
    changed = run(other)
    assert predicted["diff"] == changed["diff"] and changed["actions"] == {"team1": "update"}
    group = changed["groups"][0]
    assert (group["precedence"], group["description"], group["role_arn"]) == (7, "People of team1", ROLE)

    with no_writes(emulator):
        assert run(check=True, state="absent")["changed"] is True
    assert run(state="absent")["changed"] is True
    with no_writes(emulator):
        assert run(state="absent")["changed"] is False
    assert names(cognito, pool) == []


def test_description_can_be_emptied(run):
    run()
    emptied = [{"name": "team1", "description": ""}]
    group = run(emptied)["groups"][0]
    assert not group.get("description") and group["precedence"] == 5 and group["role_arn"] == ROLE
    assert run(emptied)["changed"] is False


def test_drift_is_seen_and_repaired(run, cognito, pool):
    run()
    cognito.update_group(UserPoolId=pool, GroupName="team1", Description="changed by hand")
    cognito.delete_group(UserPoolId=pool, GroupName="team2")
    drift = run(check=True)
    assert drift["actions"] == {"team1": "update", "team2": "create"}
    assert run()["diff"] == drift["diff"] and run()["changed"] is False


def test_purge_removes_what_is_not_listed(emulator, run, cognito, pool):
    run()
    for number in range(61):
        cognito.create_group(UserPoolId=pool, GroupName=f"old{number}")
    assert run()["changed"] is False, "without purge others are left alone"
    with no_writes(emulator):
        predicted = run(check=True, purge=True)
    assert run(purge=True)["diff"] == predicted["diff"]
    assert names(cognito, pool) == ["team1", "team2"]


def test_purge_of_everything_needs_its_own_word(emulator, run, cognito, pool):
    run()
    with no_writes(emulator), pytest.raises(ModuleFailed, match=r"The list of groups is empty.*Set purge_all"):
        run([], purge=True)
    assert run([], purge=True, purge_all=True)["changed"] is True
    assert names(cognito, pool) == []


def test_group_listed_twice_is_refused(emulator, run):
    with no_writes(emulator), pytest.raises(ModuleFailed, match="groups are listed more than once: team1"):
        run([{"name": "team1"}, {"name": "team1"}])


def test_pool_that_does_not_exist_yet(emulator, run):
    with no_writes(emulator):
        assert run(check=True, user_pool_id="eu-central-1_placeholder")["changed"] is True
        assert run(user_pool_id="eu-central-1_placeholder", state="absent")["changed"] is False
    with pytest.raises(ModuleFailed, match=r"2 of 2 groups failed.*does not exist"):
        run(user_pool_id="eu-central-1_placeholder")
