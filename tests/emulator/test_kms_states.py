# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key's state keeps from being done to it (KMS developer guide, "Key states of AWS KMS keys")."""

import pytest

from tests.emulator.aws_answers import refused

CHANGES = {
    "create_alias": lambda key: {"AliasName": "alias/new", "TargetKeyId": key},
    "disable_key": lambda key: {"KeyId": key},
    "enable_key": lambda key: {"KeyId": key},
    "tag_resource": lambda key: {"KeyId": key, "Tags": [{"TagKey": "a", "TagValue": "b"}]},
    "untag_resource": lambda key: {"KeyId": key, "TagKeys": ["a"]},
    "update_key_description": lambda key: {"KeyId": key, "Description": "d"},
    "enable_key_rotation": lambda key: {"KeyId": key},
    "disable_key_rotation": lambda key: {"KeyId": key},
}


@pytest.fixture
def kms(client):
    return client("kms")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]["KeyId"]


@pytest.mark.parametrize("change", CHANGES)
def test_key_pending_deletion_is_not_changed(kms, key, change):
    """Table, column Pending Deletion, note 3: KMSInvalidStateException, "is pending deletion"."""
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with refused("KMSInvalidStateException", "is pending deletion"):
        getattr(kms, change)(**CHANGES[change](key))


def test_policy_of_a_key_pending_deletion_can_be_changed(kms, key):
    """Table: PutKeyPolicy and GetKeyPolicy succeed in every state."""
    policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


@pytest.mark.parametrize("change", ["enable_key_rotation", "disable_key_rotation"])
def test_rotation_of_a_disabled_key_stays(kms, key, change):
    """Table, column Disabled, note 1: DisabledException, "is disabled"."""
    kms.disable_key(KeyId=key)
    with refused("DisabledException", "is disabled"):
        getattr(kms, change)(KeyId=key)
    kms.update_key_description(KeyId=key, Description="still to be described")


def test_only_what_is_pending_is_cancelled(kms, key):
    """Table, note 4: KMSInvalidStateException, "is not pending deletion". API reference: then the key is disabled."""
    with refused("KMSInvalidStateException", "is not pending deletion"):
        kms.cancel_key_deletion(KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kms.cancel_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


def test_rotation_status_is_false_while_deletion_is_pending(kms, key):
    """API reference GetKeyRotationStatus: false while pending, and what it was before after a cancellation."""
    kms.enable_key_rotation(KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    kms.cancel_key_deletion(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
