# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter team_policies."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._blueprint.bounds import BOUNDS
from ..module_utils._blueprint.names import TEAM, Names
from ..module_utils._blueprint.platform import Platform, platform_mistakes
from ..module_utils._blueprint.policies.boundary import team_boundary
from ..module_utils._blueprint.policies.team_operators import team_policies
from ..module_utils._blueprint.regions import partition_of

DOCUMENTATION = r"""
name: team_policies
short_description: Make the IAM policies of those who run the playbooks for one team
version_added: 0.1.0
description:
  - Returns the policies that somebody needs to build a team, change it, take it down, or look at it, each within the
    size of a managed policy, and the permissions boundary of the roles that are made with them.
  - C(docs/iam) shows them for an example.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
positional: _input, platform_name, region, account_id
options:
  _input:
    description: The team's name.
    type: str
    required: true
  platform_name:
    description: The name of the team's platform.
    type: str
    required: true
  region:
    description: The platform's region.
    type: str
    required: true
  account_id:
    description: The platform's account.
    type: str
    required: true
  permissions_boundary_arn:
    description:
      - The permissions boundary of all roles of the team, as its description names it.
      - Without one, only C(team-boundary) is returned.
    type: str
    default: ''
  domain_id:
    description:
      - The team's SageMaker domain.
      - Without it the policies reach profiles and spaces of the region's other domains, as they must to make the first.
    type: str
    default: ''
  schedules:
    description: Whether roles make rules of EventBridge, as the team's C(studio_schedules) says.
    type: bool
    default: false
  job_file_system_ids:
    description: File systems that jobs may mount, as the team's C(studio_job_file_system_ids) says.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
boundary: >-
  {{ ('team1' | mlplatform.studio.team_policies('sagemaker-studio', 'eu-central-1', '111111111111'))['team-boundary'] }}
removal: >-
  {{ ('team1' | mlplatform.studio.team_policies(
         'sagemaker-studio', 'eu-central-1', '111111111111',
         permissions_boundary_arn='arn:aws:iam::111111111111:policy/team1-boundary'))['team-removal'] }}
"""

RETURN = r"""
_value:
  description:
    - The policy documents, by C(team-boundary), C(team-reader), C(team-studio), C(team-access), C(team-data) and
      C(team-removal).
  type: dict
"""


def policies(
    team: str,
    platform_name: str,
    region: str,
    account_id: str,
    permissions_boundary_arn: str = "",
    domain_id: str = "",
    schedules: bool = False,
    job_file_system_ids: t.Sequence[str] = (),
) -> dict[str, t.Any]:
    """Return the documents by their names. Raises AnsibleFilterError where a value cannot be what it is said to be."""
    mistakes = platform_mistakes(platform_name, region, account_id)
    if not TEAM.fullmatch(team):
        mistakes = [*mistakes, f"{team} cannot be a team's name."]
    fault = BOUNDS["sagemaker.DomainId"].fault(domain_id) if domain_id else None
    if fault:
        mistakes = [*mistakes, f"domain_id {fault}"]
    if mistakes or not account_id:
        raise AnsibleFilterError(" ".join(mistakes) or "Name the account, with -e aws_account_id='123456789012'.")
    names = Names(Platform(platform_name, region, account_id, partition_of(region) or "aws"), team)
    boundary = {"team-boundary": team_boundary(names, schedules, job_file_system_ids)}
    if not permissions_boundary_arn:
        return boundary
    return {**boundary, **team_policies(names, permissions_boundary_arn, domain_id)}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"team_policies": policies}
