# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Encryption of log groups (API reference AssociateKmsKey, DisassociateKmsKey)."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def logs(client):
    return client("logs")


@pytest.fixture
def key(client):
    return client("kms").create_key()["KeyMetadata"]["Arn"]


def code(call, **arguments):
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["Error"]["Code"]


def test_key_is_associated_and_disassociated(logs, key):
    logs.create_log_group(logGroupName="g")
    logs.associate_kms_key(logGroupName="g", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="g")
    assert "kmsKeyId" not in logs.describe_log_groups()["logGroups"][0]


def test_unusable_keys_and_missing_groups_are_refused(logs, key, client):
    missing = key[:-12] + "0" * 12
    assert code(logs.create_log_group, logGroupName="g", kmsKeyId=missing) == "InvalidParameterException"
    assert code(logs.associate_kms_key, logGroupName="g", kmsKeyId=key) == "ResourceNotFoundException"
    logs.create_log_group(logGroupName="g", kmsKeyId=key)
    client("kms").disable_key(KeyId=key)
    assert code(logs.associate_kms_key, logGroupName="g", kmsKeyId=key) == "InvalidParameterException"
    assert code(logs.disassociate_kms_key, logGroupName="other") == "ResourceNotFoundException"
