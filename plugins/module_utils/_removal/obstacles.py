# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services tell of a team that is to be removed, asked at the same time."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._backup import Vault
from .._ec2.security_groups import users_of_groups
from .._engine import in_threads
from .._ownership import carries
from .._sagemaker.calls import SageMaker
from .._sagemaker.domain import describe_domains
from .._sagemaker.lifecycle_configs import users_of_set
from .._sagemaker.running_work import running_work
from .iam import users_of_policies, users_of_roles

SERVICES = ("sagemaker", "backup", "ec2", "iam")


@dataclass(frozen=True)
class Team:
    """How the things of a team are found, as the options of studio_removal_info say."""

    domain_name: str
    domain_tags: dict[str, t.Any]
    work_prefix: str
    backup_vault_name: str
    security_group_name: str
    lifecycle_config_prefix: str
    match_tags: dict[str, t.Any]
    policy_arns: list[str]
    role_names: list[str]
    role_path: str


def find_obstacles(team: Team, clients: dict[str, t.Any], warn: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Return what studio_removal_info returns.

    clients are boto3 clients of SERVICES; warn() is called with a sentence for a list that nobody may read.
    """
    studio, iam = SageMaker(clients["sagemaker"]), clients["iam"]
    questions: list[t.Callable[[], dict[str, t.Any]]] = [
        lambda: _domains(studio, team),
        lambda: {"running_work": running_work(studio, team.work_prefix, warn)},
        lambda: {
            "backup_vault": Vault(clients["backup"], team.backup_vault_name, force=False, measure=True).find() or {}
        },
        lambda: {"security_group_users": users_of_groups(clients["ec2"], [team.security_group_name], team.match_tags)},
        lambda: {"policy_users": users_of_policies(iam, team.policy_arns, team.role_names, team.role_path)},
        lambda: {"role_users": users_of_roles(iam, team.role_names, team.role_path, warn)},
    ]
    answers = in_threads(lambda ask: ask(), questions)
    return {name: value for answer in answers for name, value in answer.items()}


def _domains(studio: SageMaker, team: Team) -> dict[str, t.Any]:
    """Return the domains of the team's name, and who but those that go uses the team's scripts."""
    domains = describe_domains(studio, None, team.domain_name)
    leaving = [domain["domain_id"] for domain in domains if carries(domain["tags"], team.domain_tags)]
    users = users_of_set(studio, team.lifecycle_config_prefix, team.match_tags, leaving)
    return {"domains": domains, "lifecycle_config_users": users}
