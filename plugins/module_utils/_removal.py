# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services tell of a team that is to be removed, asked at the same time."""

from __future__ import annotations

import typing as t

from ._backup import Vault
from ._ec2.security_groups import users_of_groups
from ._engine import in_threads
from ._sagemaker.calls import SageMaker
from ._sagemaker.domain import describe_domains
from ._sagemaker.running_work import running_work


def find_obstacles(
    sagemaker: t.Any,
    backup: t.Any,
    ec2: t.Any,
    *,
    domain_name: str,
    work_prefix: str,
    backup_vault_name: str,
    security_group_name: str,
    match_tags: dict[str, t.Any],
    warn: t.Callable[[str], None],
) -> dict[str, t.Any]:
    """Return {"domains", "running_work", "backup_vault", "security_group_users"}, as studio_removal_info returns them.

    sagemaker, backup and ec2 are boto3 clients; warn() is called with a sentence for a list that nobody may read.
    """
    studio = SageMaker(sagemaker)
    questions: dict[str, t.Callable[[], t.Any]] = {
        "domains": lambda: describe_domains(studio, None, domain_name),
        "running_work": lambda: running_work(studio, work_prefix, warn),
        "backup_vault": lambda: Vault(backup, backup_vault_name, force=False, measure=True).find() or {},
        "security_group_users": lambda: users_of_groups(ec2, [security_group_name], match_tags),
    }
    return dict(zip(questions, in_threads(lambda ask: ask(), questions.values())))
