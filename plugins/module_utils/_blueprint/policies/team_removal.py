# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What those need beside who take a team down."""

from __future__ import annotations

from .document import Document, allow, document
from .team_place import Place


def removal_policy(place: Place) -> Document:
    """Return what who takes a team down needs beside what who builds it needs."""
    names = place.names
    files = place.arn("elasticfilesystem")
    logs = place.arn("logs", "log-group:/aws/sagemaker")
    return document(
        [
            allow("TakeDownDomain", ["sagemaker:DeleteDomain"], place.arn("sagemaker", "domain/*"), **place.owned),
            allow(
                "TakeDownHomes",
                ["elasticfilesystem:DeleteFileSystem", "elasticfilesystem:DeleteMountTarget"],
                f"{files}:file-system/*",
                **place.owned,
            ),
            allow(
                "TakeDownGroups",
                ["ec2:DeleteNetworkInterface", "ec2:DeleteSecurityGroup"],
                [place.arn("ec2", f"{kind}/*") for kind in ("network-interface", "security-group")],
                **place.owned,
            ),
            allow(
                "TakeDownKey", ["kms:DeleteAlias", "kms:ScheduleKeyDeletion"], place.arn("kms", "key/*"), **place.owned
            ),
            allow("TakeDownAlias", ["kms:DeleteAlias"], place.alias),
            allow("TakeDownBackups", ["backup:DeleteBackupPlan"], place.arn("backup", "backup-plan:*"), **place.owned),
            allow("TakeDownVault", ["backup:DeleteBackupVault"], place.vault),
            allow(
                "TakeDownBuckets",
                ["s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObject", "s3:DeleteObjectVersion"],
                [*names.bucket_arns, *(f"{bucket}/*" for bucket in names.bucket_arns)],
            ),
            allow(
                "TakeDownLogs",
                ["logs:DeleteLogGroup", "logs:DeleteLogStream"],
                [f"{logs}/Endpoints/{names.own_names}", f"{logs}/*:log-stream:{names.own_names}"],
            ),
            allow("TakeDownLogsOfApps", ["logs:DeleteLogStream"], f"{logs}/studio:log-stream:{place.domain}/*"),
        ]
    )
