# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS Backup: recovery points, and what must be empty before it goes (API reference of AWS Backup)."""

import pytest
from botocore.exceptions import ClientError

from tests.support.http import get

BUCKET = "arn:aws:s3:::data"
ROLE = "arn:aws:iam::111111111111:role/backup"


@pytest.fixture
def backup(client):
    backup = client("backup")
    backup.create_backup_vault(BackupVaultName="team1")
    return backup


def refusal(call, **arguments):
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["Error"]["Code"]


def back_up(backup):
    return backup.start_backup_job(BackupVaultName="team1", ResourceArn=BUCKET, IamRoleArn=ROLE)["RecoveryPointArn"]


def points(backup):
    return backup.list_recovery_points_by_backup_vault(BackupVaultName="team1")["RecoveryPoints"]


def test_a_job_makes_a_recovery_point(backup, emulator):
    arn = back_up(backup)
    assert arn.startswith("arn:aws:backup:eu-central-1:111111111111:recovery-point:") and "/" not in arn
    (point,) = points(backup)
    assert (point["RecoveryPointArn"], point["ResourceArn"], point["Status"]) == (arn, BUCKET, "COMPLETED")
    assert backup.describe_backup_vault(BackupVaultName="team1")["NumberOfRecoveryPoints"] == 1
    assert arn in {item["id"] for item in get(f"{emulator.url}/_emulator/resources")}


def test_a_vault_goes_when_its_recovery_points_are_gone(backup, emulator):
    arn = back_up(backup)
    assert refusal(backup.delete_backup_vault, BackupVaultName="team1") == "InvalidRequestException"
    backup.delete_recovery_point(BackupVaultName="team1", RecoveryPointArn=arn)
    assert points(backup) == []
    again = {"BackupVaultName": "team1", "RecoveryPointArn": arn}
    assert refusal(backup.delete_recovery_point, **again) == "ResourceNotFoundException"
    backup.delete_backup_vault(BackupVaultName="team1")
    assert get(f"{emulator.url}/_emulator/resources") == []


def test_a_plan_goes_when_its_selections_are_gone(backup, emulator):
    rule = {"RuleName": "daily", "TargetBackupVaultName": "team1"}
    plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "team1", "Rules": [rule]})["BackupPlanId"]
    selection = backup.create_backup_selection(
        BackupPlanId=plan, BackupSelection={"SelectionName": "all", "IamRoleArn": ROLE, "Resources": [BUCKET]}
    )["SelectionId"]
    assert refusal(backup.delete_backup_plan, BackupPlanId=plan) == "InvalidRequestException"
    backup.delete_backup_selection(BackupPlanId=plan, SelectionId=selection)
    backup.delete_backup_plan(BackupPlanId=plan)
    backup.delete_backup_vault(BackupVaultName="team1")
    assert get(f"{emulator.url}/_emulator/resources") == []


def test_a_vault_has_a_key(backup):
    key = backup.describe_backup_vault(BackupVaultName="team1")["EncryptionKeyArn"]
    assert key.startswith("arn:aws:kms:eu-central-1:111111111111:")
