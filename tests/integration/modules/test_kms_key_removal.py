# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes

NAME = "sagemaker-studio/team1"


@pytest.fixture
def kms(client):
    return client("kms")


def run(check=False, **options):
    return run_module("kms_alias", check=check, **{"name": NAME, **options})


def target(kms):
    aliases = [alias for alias in kms.list_aliases()["Aliases"] if alias["AliasName"] == f"alias/{NAME}"]
    return aliases[0]["TargetKeyId"] if aliases else None


def test_create_move_delete(emulator, kms):
    first, second = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    for options, expected in (
        ({"target_key_id": first}, first),
        ({"target_key_id": second}, second),
        ({"state": "absent"}, None),
    ):
        with no_writes(emulator):
            predicted = run(check=True, **options)
        made = run(**options)
        assert predicted["diff"] == made["diff"] and made["changed"]
        assert target(kms) == expected
        with no_writes(emulator):
            assert run(**options)["changed"] is False


def test_alias_of_a_key_that_is_going_is_freed(kms):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    run(target_key_id=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert run(state="absent")["changed"] is True
    assert target(kms) is None
