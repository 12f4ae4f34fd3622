# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations of KMS keys (API reference RotateKeyOnDemand, ListKeyRotations)."""

import pytest

from tests.emulator.aws_answers import refused


@pytest.fixture
def kms(client):
    return client("kms")


def test_rotations_are_listed(kms):
    """API reference ListKeyRotations: completed rotations, in pages."""
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert kms.list_key_rotations(KeyId=key)["Rotations"] == []
    for _ in range(3):
        assert kms.rotate_key_on_demand(KeyId=key)["KeyId"] == key
    pages = list(kms.get_paginator("list_key_rotations").paginate(KeyId=key, PaginationConfig={"PageSize": 2}))
    found = [entry for page in pages for entry in page["Rotations"]]
    assert [(entry["KeyId"], entry["RotationType"]) for entry in found] == [(key, "ON_DEMAND")] * 3
    assert len(pages) == 2


def test_what_cannot_be_rotated(kms):
    """API reference RotateKeyOnDemand, errors; KMS quotas: 25 rotations on demand."""
    with refused("NotFoundException"):
        kms.rotate_key_on_demand(KeyId="12345678-1234-1234-1234-123456789012")
    with refused("UnsupportedOperationException"):
        kms.rotate_key_on_demand(
            KeyId=kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        )
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    with refused("DisabledException"):
        kms.rotate_key_on_demand(KeyId=key)
    kms.enable_key(KeyId=key)
    for _ in range(25):
        kms.rotate_key_on_demand(KeyId=key)
    with refused("LimitExceededException"):
        kms.rotate_key_on_demand(KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with refused("KMSInvalidStateException"):
        kms.rotate_key_on_demand(KeyId=key)
