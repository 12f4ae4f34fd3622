# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept, and how: key, buckets and backups."""

from __future__ import annotations

import typing as t

from .found import Found
from .team import Team

Rule = t.Dict[str, t.Any]
NO_PUBLIC_ACCESS = {
    "block_public_acls": True,
    "block_public_policy": True,
    "ignore_public_acls": True,
    "restrict_public_buckets": True,
}


def access_log_lifecycle_rules(team: Team) -> list[Rule]:
    """Return how long the access log is kept."""
    return [
        {
            "id": "expire",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": team.access_log_days},
            "noncurrent_version_expiration": {"noncurrent_days": 1},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
        }
    ]


def data_lifecycle_rules(team: Team) -> list[Rule]:
    """Return when objects of the data bucket move or go."""
    everything: Rule = {"status": "Enabled", "filter": {"prefix": ""}}
    rules: list[Rule] = [
        {"id": "incomplete-uploads", **everything, "abort_incomplete_multipart_upload": {"days_after_initiation": 7}}
    ]
    if team.infrequent_access_days:
        move = {"days": team.infrequent_access_days, "storage_class": "STANDARD_IA"}
        rules.append({"id": "infrequent-access", **everything, "transitions": [move]})
    if team.old_versions_days:
        expiration = {"noncurrent_days": team.old_versions_days}
        rules.append({"id": "old-versions", **everything, "noncurrent_version_expiration": expiration})
    return rules


def backup_policies(team: Team) -> list[str]:
    """Return AWS's policies with which AWS Backup reads file systems and buckets."""
    iam = f"arn:{team.platform.partition}:iam::aws:policy"
    return [
        f"{iam}/service-role/AWSBackupServiceRolePolicyForBackup",
        f"{iam}/AWSBackupServiceRolePolicyForS3Backup",
    ]


def backed_up(team: Team, found: Found) -> list[str]:
    """Return the ARNs of what AWS Backup copies."""
    place = team.platform
    home = found.domain.get("home_efs_file_system_id")
    elastic = f"arn:{place.partition}:elasticfilesystem:{place.region}:{place.account_id}:file-system"
    return [f"arn:{place.partition}:s3:::{team.names.data_bucket}", *([f"{elastic}/{home}"] if home else [])]
