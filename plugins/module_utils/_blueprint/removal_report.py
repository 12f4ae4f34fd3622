# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's end tells at its end: what is gone, with the sizes of data that are lost, and what stays."""

from __future__ import annotations

import typing as t

from .found import Thing
from .removal import End

Results = t.Mapping[str, t.Any]
UNITS = ("Bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def removed(end: End, results: Results, is_prediction: bool) -> list[str]:
    """Return a line for each thing that the run removed; in check mode, would remove.

    results: what the tasks answered, by the step; a loop's is a list.
    """
    question = [f"(the run itself will stop and ask: {end.backups_question})"]
    return [
        *(question if is_prediction and end.backups_question else []),
        *_studio(end, results),
        *_logs(results),
        *_people(end, results),
        *_storage(end, results),
        *_rest(end, results),
    ]


def retained(end: End) -> list[str]:
    """Return a line for each thing that stays, with how to reach it."""
    lines = [
        f"file system {one}: give it a mount target in a subnet of yours (aws efs create-mount-target --file-system-id "
        f"{one}), mount it there, and delete it with aws efs delete-file-system"
        for one in end.kept_file_systems
    ]
    lines += [f"bucket {bucket}: aws s3 ls s3://{bucket}" for bucket in end.kept_buckets]
    if end.vault_is_kept:
        vault = end.team.names.backup_vault
        command = f"aws backup list-recovery-points-by-backup-vault --backup-vault-name {vault}"
        lines.append(f"backup vault {vault}: {command}")
    if end.key_is_kept:
        arn = end.living_keys[0]["arn"]
        lines.append(f"key {arn}: who reads what is encrypted with it needs kms:Decrypt by an IAM policy")
    if end.team.retain.people and end.user_pool:
        pool = end.user_pool["id"]
        lines.append(f"the people in user pool {pool}: they can sign in and are in no group of this team any more")
    return lines


def human_size(size: float) -> str:
    """Return a number of bytes as people read it, such as 1.50 GB."""
    unit = 0
    while size >= 1024 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.2f} {UNITS[unit]}"


def _studio(end: End, results: Results) -> list[str]:
    lines = [f"app {app}" for one in _loop(results, "apps") for app in one.get("actions") or {}]
    lines += [f"space {name} with its disk{_disk(before)}" for name, before in _before(results, "spaces").items()]
    lines += [f"user profile {profile}" for profile in _actions(results, "user_profiles")]
    lines += [f"domain {domain['domain_id']} ({domain['status']})" for domain in end.domains]
    lines += [
        _home_part(part, before) for part, before in _home(end, results).items() if part not in end.kept_file_systems
    ]
    lines += [f"lifecycle configuration {script}" for script in _actions(results, "lifecycle_configs")]
    return lines + [image.replace("_", " ") for image in _actions(results, "images")]


def _home(end: End, results: Results) -> dict[str, Thing]:
    """Return the parts of all homes by their ids. SageMaker deletes the file system with its domain, so that a run
    seldom finds it; only the domain then tells of it."""
    told = [domain.get("home_efs_file_system_id") for domain in end.domains]
    parts: dict[str, Thing] = {file_system: {"is_file_system": True} for file_system in told if file_system}
    for home in _loop(results, "home"):
        parts.update((home.get("diff") or {}).get("before") or {})
    return parts


def _disk(space: Thing) -> str:
    storage = (space.get("space_settings") or {}).get("space_storage_settings") or {}
    size = (storage.get("ebs_storage_settings") or {}).get("ebs_volume_size_in_gb")
    return "" if size is None else f" of {size} GB"


def _home_part(part: str, before: Thing) -> str:
    if "size_in_bytes" in before:
        return f"file system {part} with {human_size(before['size_in_bytes'])} of home directories"
    if "is_file_system" in before:
        return f"file system {part} with the home directories"
    return f"security group {part}"


def _logs(results: Results) -> list[str]:
    lines = ["logs of the apps"] if _is_changed(results, "app_logs") else []
    jobs = list(_before(results, "job_logs").values())
    if any(one.get("log_stream_names") for one in jobs):
        lines.append("logs of jobs")
    lines += [f"log group {one['log_group_name']}" for one in jobs if one.get("log_group_name")]
    return lines + (["log group /aws/sagemaker/studio"] if _is_changed(results, "log_group") else [])


def _people(end: End, results: Results) -> list[str]:
    lines = [f"person {name}" for name, action in _actions(results, "people").items() if action == "delete"]
    lines += [f"Cognito group {group}" for group in _actions(results, "inner_groups")]
    return lines + ([f"Cognito group {end.team.name}"] if _is_changed(results, "team_group") else [])


def _storage(end: End, results: Results) -> list[str]:
    sizes = {
        bucket["name"]: f" with {human_size(bucket['size_in_bytes'])} in {bucket['versions']} versions of objects"
        for bucket in end.found.buckets
        if "versions" in bucket
    }
    gone = [one["bucket"] for one in _loop(results, "buckets") if one.get("changed")]
    lines = [f"bucket {bucket}{sizes.get(bucket, '')}" for bucket in gone]
    if _is_changed(results, "vault"):
        vault = end.found.backup_vault
        size = f"{human_size(vault['size_in_bytes'])} in {vault['number_of_recovery_points']} recovery points"
        lines.append(f"backup vault {end.team.names.backup_vault} with {size}")
    return lines


def _rest(end: End, results: Results) -> list[str]:
    lines = [*_actions(results, "policies"), *_actions(results, "roles")]
    lines += [f"security group {group}" for group in _actions(results, "security_group")]
    if _is_changed(results, "budget"):
        lines.append(f"budget {end.team.names.budget}")
    if _is_changed(results, "keys"):
        dates = [key.get("deletion_date") for key in results["keys"].get("kms_keys") or []]
        date = max(filter(None, dates), default="")
        when = f"on {date}" if date else f"{end.team.key_deletion_days} days later"
        lines.append(f"key {end.team.names.key_alias}, which AWS deletes {when}")
    return lines


def _loop(results: Results, step: str) -> list[Thing]:
    return list((results.get(step) or {}).get("results") or [])


def _actions(results: Results, step: str) -> dict[str, t.Any]:
    return dict((results.get(step) or {}).get("actions") or {})


def _before(results: Results, step: str) -> dict[str, t.Any]:
    return dict(((results.get(step) or {}).get("diff") or {}).get("before") or {})


def _is_changed(results: Results, step: str) -> bool:
    return bool((results.get(step) or {}).get("changed"))
