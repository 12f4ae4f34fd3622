# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

ALIAS = "alias/sagemaker-studio/team1"
ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*", "Resource": "*"}
OPTIONS = {
    "alias": "sagemaker-studio/team1",
    "description": "Data of team1",
    "enable_key_rotation": True,
    "policy": {"Version": "2012-10-17", "Statement": [ROOT]},
    "tags": {"Platform": "p", "DomainName": "team1"},
}


@pytest.fixture
def kms(client):
    return client("kms")


def run(check=False, **changes):
    return run_module("kms_key", check=check, **{**OPTIONS, **changes})


def shown(result):
    return {name: (result["diff"]["before"].get(name), value) for name, value in result["diff"]["after"].items()}


def test_new_key_is_made_with_all_that_is_said(kms, emulator):
    made = run()["kms_key"]
    assert kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["Arn"] == made["arn"]
    assert kms.get_key_rotation_status(KeyId=ALIAS)["KeyRotationEnabled"] is True
    assert json.loads(kms.get_key_policy(KeyId=made["key_id"], PolicyName="default")["Policy"]) == OPTIONS["policy"]
    assert (made["alias"], made["tags"], made["description"]) == (ALIAS, OPTIONS["tags"], "Data of team1")
    with no_writes(emulator):
        assert run()["changed"] is False


def test_every_hand_made_change_is_told_and_taken_back(kms, emulator):
    key = run()["kms_key"]["key_id"]
    other = {"Version": "2012-10-17", "Statement": [{**ROOT, "Sid": "Other"}]}
    kms.update_key_description(KeyId=key, Description="Mine")
    kms.disable_key_rotation(KeyId=key)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(other))
    kms.untag_resource(KeyId=key, TagKeys=["Platform"])
    with no_writes(emulator):
        predicted = run(check=True)
    assert shown(predicted) == {
        "description": ("Mine", "Data of team1"),
        "enable_key_rotation": (False, True),
        "policy": (other, OPTIONS["policy"]),
        "tags": ({"DomainName": "team1"}, OPTIONS["tags"]),
    }
    assert run()["diff"] == predicted["diff"]
    assert run()["changed"] is False


def test_policy_is_compared_by_its_meaning(kms, emulator):
    key = run()["kms_key"]["key_id"]
    same = {"Version": "2012-10-17", "Statement": {**ROOT, "Action": ["kms:*"], "Principal": {"AWS": "111111111111"}}}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(same))
    with no_writes(emulator):
        assert run()["changed"] is False


def test_key_that_cannot_be_used_is_told_and_enabled(kms):
    key = run()["kms_key"]["key_id"]
    kms.disable_key(KeyId=key)
    found = run(check=True)
    assert shown(found) == {"key_state": ("Disabled", "Enabled")} and "is disabled" in str(found["warnings"])
    assert run()["kms_key"]["key_state"] == "Enabled"
    assert "warnings" not in run()


def test_key_on_its_way_out_is_kept_and_enabled(kms):
    key = run()["kms_key"]["key_id"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kept = run(description="Data that stays")
    assert shown(kept)["key_state"] == ("PendingDeletion", "Enabled")
    assert "scheduled for deletion" in str(kept["warnings"])
    assert (kept["kms_key"]["key_id"], kept["kms_key"]["key_state"]) == (key, "Enabled")
    assert kept["kms_key"]["enable_key_rotation"] is True
    assert run(description="Data that stays")["changed"] is False


def test_key_whose_alias_went_with_it_is_made_anew(kms):
    key = run()["kms_key"]["key_id"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kms.delete_alias(AliasName=ALIAS)
    assert run()["kms_key"]["key_id"] != key


@pytest.mark.parametrize("operation", ["CreateKey", "CreateAlias"])
def test_lost_answer_makes_no_second_key(kms, emulator, operation):
    set_faults(emulator, {"service": "kms", "operation": operation, "drop": True, "times": 1})
    run()
    assert len(kms.list_keys()["Keys"]) == 1 and writes(emulator).count("CreateKey") == 1
    assert run()["changed"] is False


def test_key_of_somebody_else_is_not_taken(kms):
    tags = [{"TagKey": key, "TagValue": value} for key, value in OPTIONS["tags"].items()]
    theirs = kms.create_key(Description="Mine", Tags=tags)["KeyMetadata"]["KeyId"]
    used = kms.create_key(Description="Data of team1", Tags=tags)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/other", TargetKeyId=used)
    assert run()["kms_key"]["key_id"] not in (theirs, used)


def test_key_that_is_not_known_everywhere_yet_is_waited_for(kms, emulator):
    unknown = {"service": "kms", "error": "NotFoundException", "times": 2}
    set_faults(emulator, *({**unknown, "operation": name} for name in ("CreateAlias", "EnableKeyRotation")))
    assert run()["kms_key"]["enable_key_rotation"] is True


def test_alias_of_another_run_is_not_taken(kms, emulator):
    set_faults(emulator, {"service": "kms", "operation": "CreateAlias", "error": "AlreadyExistsException"})
    with pytest.raises(ModuleFailed, match="AlreadyExists"):
        run()


def test_asymmetric_key_is_not_rotated(kms):
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/signs", TargetKeyId=key)
    done = run_module("kms_key", alias="signs", description="Signs")
    assert done["changed"] and done["kms_key"]["key_id"] == key
