# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes, writes

ALIAS = "sagemaker-studio/team1"


@pytest.fixture
def kms(client):
    return client("kms")


@pytest.fixture
def keys(kms):
    """The ids of two keys, the first with the alias."""
    made = [kms.create_key()["KeyMetadata"]["KeyId"] for _number in range(2)]
    kms.create_alias(AliasName=f"alias/{ALIAS}", TargetKeyId=made[0])
    return made


def run(keys, check=False, **options):
    return run_module("kms_key_removal", check=check, key_ids=keys, **{"alias": ALIAS, "pending_window": 7, **options})


def state(kms, key):
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def aliases(kms):
    return [alias["AliasName"] for alias in kms.list_aliases()["Aliases"] if ALIAS in alias["AliasName"]]


def test_keys_go_and_then_their_alias(emulator, kms, keys):
    with no_writes(emulator):
        predicted = run(keys, check=True)
    made = run(keys)
    assert predicted["diff"] == made["diff"] and predicted["changed"] and made["changed"]
    assert made["actions"] == {**{f"kms_key {key}": "update" for key in keys}, f"alias alias/{ALIAS}": "delete"}
    assert [key["key_state"] for key in made["kms_keys"]] == ["PendingDeletion"] * 2
    assert all(key["deletion_date"].startswith("20") for key in made["kms_keys"]) and made["aliases"] == []
    assert writes(emulator)[-1] == "DeleteAlias", "until then the next run finds the keys by it"
    assert {state(kms, key) for key in keys} == {"PendingDeletion"} and aliases(kms) == []
    with no_writes(emulator):
        again = run(keys)
    assert again["changed"] is False
    assert [key["deletion_date"] for key in again["kms_keys"]] == [key["deletion_date"] for key in made["kms_keys"]]


def test_alias_of_a_key_that_is_going_is_freed(kms, keys):
    kms.schedule_key_deletion(KeyId=keys[0], PendingWindowInDays=7)
    assert run(keys[:1])["actions"] == {f"alias alias/{ALIAS}": "delete"}
    assert aliases(kms) == []


def test_keys_alone(kms, keys):
    assert run(keys[1:], alias=None)["actions"] == {f"kms_key {keys[1]}": "update"}
    assert state(kms, keys[0]) == "Enabled" and aliases(kms) == [f"alias/{ALIAS}"]


def test_what_is_not_there_is_passed_over(kms, emulator):
    with no_writes(emulator):
        assert run(["01234567-89ab-cdef-0123-456789abcdef"], alias="nobody/knows")["changed"] is False
