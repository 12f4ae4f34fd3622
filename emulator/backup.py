# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS Backup: recovery points, which ministack counts and does not keep, and what must be empty before it goes.

Source: API reference of AWS Backup (DeleteBackupVault, DeleteBackupPlan, StartBackupJob, DeleteRecoveryPoint,
RecoveryPointByBackupVault); service authorization reference for the ARN of a recovery point. A job is done at once, and
what it makes is empty. The texts of refusals are not documented; the first is how terraform-provider-aws quotes it.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from ministack.core.responses import get_account_id, get_region, new_uuid

from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, AsyncHandler, Handler, Headers, Structure
from emulator.shared.upstream import backup as upstream

RECOVERY_POINT_PATH = re.compile(r"/backup-vaults/([^/]+)/recovery-points/(.+)")
DELETED = "RecoveryPointDeleted"  # set on the job: AWS keeps a job for 30 days, whatever becomes of what it made
MEMBERS = {"RecoveryPointArn", "ResourceArn", "IamRoleArn", "BackupVaultName", "BackupVaultArn", "CreationDate"}


def install() -> None:
    """Keep recovery points, and refuse to delete vaults and plans that are not empty."""
    replace(upstream, "_recovery_point_arn", recovery_point_arn)
    replace(upstream, "_list_recovery_points_by_vault", list_recovery_points)
    wrap(upstream, "handle_request", _with_deletion)
    wrap(upstream, "_describe_vault", _counting)
    wrap(upstream, "_list_vaults", _counting)
    wrap(upstream, "_create_vault", _with_key)
    wrap(upstream, "_delete_vault", _only_empty)
    wrap(upstream, "_delete_plan", _without_selections)


def recovery_point_arn(_vault_name: str) -> str:
    """The ARN of a new recovery point; it does not name the vault."""
    return f"arn:aws:backup:{get_region()}:{get_account_id()}:recovery-point:{new_uuid()}"


def recovery_points(vault_name: str) -> list[Structure]:
    """The jobs whose recovery points lie in a vault."""
    return [job for job in upstream._jobs.values() if job["BackupVaultName"] == vault_name and not job.get(DELETED)]


def list_recovery_points(vault_name: str, query: Structure) -> Answer:
    """ListRecoveryPointsByBackupVault, without its filters."""
    if vault_name not in upstream._vaults:
        return upstream._not_found(f"Backup vault {vault_name} does not exist.")
    points = [
        {
            **{name: job[name] for name in MEMBERS},
            "Status": "COMPLETED",
            "BackupSizeInBytes": job["BackupSizeInBytes"],
            "EncryptionKeyArn": upstream._vaults[vault_name]["EncryptionKeyArn"],
        }
        for job in recovery_points(vault_name)
    ]
    return upstream._paginate(points, query, "RecoveryPoints")


def _with_deletion(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        match = RECOVERY_POINT_PATH.fullmatch(path)
        if match and method == "DELETE":
            return delete_recovery_point(*map(unquote, match.groups()))
        return await original(method, path, headers, body, query)

    return handle_request


def delete_recovery_point(vault_name: str, arn: str) -> Answer:
    """DeleteRecoveryPoint."""
    for job in recovery_points(vault_name):
        if job["RecoveryPointArn"] == arn:
            job[DELETED] = True
            return upstream._no_content()
    return upstream._not_found(f"Recovery point {arn} does not exist in vault {vault_name}.")


def _counting(original: Handler) -> Handler:
    def read(argument: Any) -> Answer:
        for name, vault in upstream._vaults.items():
            vault["NumberOfRecoveryPoints"] = len(recovery_points(name))
        return original(argument)

    return read


def _with_key(original: Handler) -> Handler:
    """Without a key of the caller's, AWS Backup encrypts with its own; ministack leaves the member empty."""

    def create_vault(name: str, body: Structure) -> Answer:
        own = f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/backup"
        return original(name, {**body, "EncryptionKeyArn": body.get("EncryptionKeyArn") or own})

    return create_vault


def _only_empty(original: Handler) -> Handler:
    def delete_vault(name: str) -> Answer:
        if recovery_points(name):
            return upstream._err(
                "InvalidRequestException", "Backup vault cannot be deleted because it contains recovery points.", 400
            )
        return original(name)

    return delete_vault


def _without_selections(original: Handler) -> Handler:
    def delete_plan(plan_id: str) -> Answer:
        if any(selection["BackupPlanId"] == plan_id for selection in upstream._selections.values()):
            return upstream._err(
                "InvalidRequestException",
                "Related backup plan selections must be deleted prior to backup plan deletion.",
                400,
            )
        return original(plan_id)

    return delete_plan
