# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a team's end: what stands against it, what goes, what stays, and the arguments of every task."""

from __future__ import annotations

import dataclasses
import typing as t

from . import access
from .found import Found, Thing, tags_of
from .leavers import named
from .team import PERSONAS, Team

Step = t.Dict[str, t.Any]
RETAINED = "Retained"


@dataclasses.dataclass(frozen=True)
class Leaving:
    """What was found of a team that is taken down."""

    # What studio_removal_info found.
    domains: t.Sequence[Thing] = ()
    running_work: t.Sequence[Thing] = ()
    backup_vault: Thing = dataclasses.field(default_factory=dict)
    # Sentences about who else uses what is the team's.
    foreign_users: t.Sequence[str] = ()
    user_pools: t.Sequence[Thing] = ()
    buckets: t.Sequence[Thing] = ()
    keys: t.Sequence[Thing] = ()
    # All domains of the account that are left, and what SageMaker left of the team's home.
    all_domains: t.Sequence[Thing] = ()
    home_parts: t.Sequence[Thing] = ()


class End:
    """What becomes of each thing of a team that is taken down."""

    def __init__(self, team: Team, found: Leaving) -> None:
        self.team = team
        self.found = found

    @property
    def domains(self) -> list[Thing]:
        """The domains that go. One of this name that is another team's or platform's, or nobody's, is left alone."""
        return list(filter(self.team.owns, self.found.domains))

    @property
    def user_pool(self) -> Thing:
        """The platform's user pool; one that does not carry its tag is somebody else's."""
        return Found(user_pools=self.found.user_pools).user_pool(self.team.platform)

    @property
    def kept_buckets(self) -> list[str]:
        """Buckets that stay. What an earlier run retained stays, whatever this one is told."""
        names, retain = self.team.names, self.team.retain
        wanted = [names.data_bucket] * retain.data_bucket + [names.access_log_bucket] * retain.access_logs
        present = {bucket["name"]: RETAINED in tags_of(bucket) for bucket in self.found.buckets}
        earlier = [name for name, is_retained in present.items() if is_retained]
        return list(dict.fromkeys([*earlier, *(name for name in wanted if name in present)]))

    @property
    def kept_file_systems(self) -> list[str]:
        """File systems with home directories that stay."""
        return list(dict.fromkeys(part["id"] for part in self.found.home_parts if RETAINED in tags_of(part)))

    @property
    def vault_is_kept(self) -> bool:
        """Whether the vault with the backups stays."""
        vault = self.found.backup_vault
        return bool(vault) and (bool(self.team.retain.backups) or RETAINED in tags_of(vault))

    @property
    def backups_question(self) -> str:
        """What must be answered before backups may go; empty where there is nothing to ask."""
        count = self.found.backup_vault.get("number_of_recovery_points") or 0
        if self.vault_is_kept or self.team.retain.backups is not None or not count:
            return ""
        return (
            f"Team {self.team.name} has {count} backups in the vault {self.team.names.backup_vault}. Say what becomes "
            "of them in studio_retain: backups true keeps them, backups false deletes them."
        )

    @property
    def other_domains(self) -> list[str]:
        """Domains of the account that stay. One that AWS deletes has no app any more, so nothing writes logs for it."""
        leaving = {domain["domain_id"] for domain in self.domains}
        staying = (one for one in self.found.all_domains if one["status"] != "Deleting")
        return [domain["domain_id"] for domain in staying if domain["domain_id"] not in leaving]

    @property
    def living_keys(self) -> list[Thing]:
        """The team's keys that are not scheduled for deletion."""
        return [key for key in self.found.keys if key["key_state"] != "PendingDeletion"]

    @property
    def key_is_kept(self) -> bool:
        """Whether the key stays, as what stays needs it."""
        names, keys = self.team.names, self.living_keys
        needed = names.data_bucket in self.kept_buckets or bool(self.kept_file_systems) or self.vault_is_kept
        return bool(keys) and (self.team.retain.kms_key or needed or any(RETAINED in tags_of(key) for key in keys))

    def refusals(self, is_prediction: bool) -> list[str]:
        """Return what keeps the run from beginning, a sentence each.

        Check mode shows what would be lost also where a question about backups is open.
        """
        adopted = [domain["domain_id"] for domain in self.domains if "Adopted" in tags_of(domain)]
        if adopted:
            return [
                f"Domain {', '.join(adopted)} of team {self.team.name} was taken over and not made here (tag Adopted), "
                "so nothing was deleted. Delete it with what made it and run again for the rest; or take the tag "
                "Adopted off it, and this deletes it with everybody's home directories."
            ]
        running = [f"{work['kind']} {work['name']}" for work in self.found.running_work if self.domains]
        if running:
            return [
                f"Of team {self.team.name} there still run: {', '.join(running)}. They would lose role, network and "
                "data. Wait for jobs and executions or stop them, delete endpoints and monitoring schedules, then run "
                "again."
            ]
        if self.backups_question and not is_prediction:
            return [self.backups_question]
        return list(self.found.foreign_users)


def removal_plan(team: Team, found: Leaving, is_prediction: bool) -> dict[str, Step]:
    """Return the arguments by step, and what else the tasks of an ending ask for."""
    end, names = End(team, found), team.names
    roles = [*map(names.role, PERSONAS), names.backup_role]
    kept = end.kept_buckets
    return {
        "look": {
            "domain_name": team.name,
            "domain_tags": team.own_tags,
            "work_prefix": names.work_prefix,
            "backup_vault_name": names.backup_vault,
            "security_group_name": names.security_group,
            "lifecycle_config_prefix": names.bounded_script_prefix,
            "match_tags": team.own_tags,
            "policy_arns": [names.policy_arn(purpose) for purpose in access.POLICIES],
            "role_names": roles,
            "role_path": names.role_path,
        },
        "refusals": {"sentences": end.refusals(is_prediction)},
        "lookups": {
            "user_pool_name": None if team.user_pool_id else team.platform.name,
            "user_pool_id": team.user_pool_id or None,
            "buckets": [names.data_bucket, names.access_log_bucket],
            "tags": team.own_tags,
            "key_alias": names.key_alias,
        },
        "domains": {
            "ids": [domain["domain_id"] for domain in end.domains],
            "open_ids": [
                domain["domain_id"]
                for domain in end.domains
                if domain["status"] not in ("Failed", "Delete_Failed", "Deleting")
            ],
            "tags": team.all_tags,
            "retention_policy": {"home_efs_file_system": "Retain" if team.retain.home_efs else "Delete"},
            "retain_file_system": team.retain.home_efs,
            "wait_timeout": team.wait_timeout,
        },
        "policies": {"policies": named(names.policy(purpose) for purpose in access.POLICIES)},
        "people": {
            "user_pool_id": end.user_pool.get("id"),
            "users": named(person.name for person in team.people),
            "team_group": team.name,
            "inner_groups_prefix": names.work_prefix,
            "without_group": "keep" if "Adopted" in tags_of(end.user_pool) else "delete",
            "go": not team.retain.people,
            "team_group_goes": "Adopted" not in tags_of(end.user_pool),
        },
        "logs": {"prefix": names.work_prefix, "is_last_domain": not end.other_domains},
        "backup": {
            "vault_name": names.backup_vault,
            "is_there": bool(found.backup_vault),
            "is_kept": end.vault_is_kept,
        },
        "buckets": {
            "data": names.data_bucket,
            "access_log": names.access_log_bucket,
            "kept": kept,
            "data_logging": None if names.access_log_bucket in kept else {"target_bucket": ""},
            "gone": [name for name in (names.data_bucket, names.access_log_bucket) if name not in kept],
        },
        "roles": {"roles": named(roles), "purge_path": names.role_path},
        "budget": {"name": names.budget, "is_possible": team.platform.partition == "aws"},
        "lifecycle_configs": {"name_prefix": names.bounded_script_prefix, "match_tags": team.own_tags},
        "security_group": {"names": [names.security_group], "match_tags": team.own_tags},
        "key": {
            "alias": names.key_alias,
            "key_ids": [key["key_id"] for key in found.keys],
            "pending_window": team.key_deletion_days,
            "is_kept": end.key_is_kept,
        },
    }
