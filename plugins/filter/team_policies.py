# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter team_policies."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._blueprint.names import TEAM, Names
from ..module_utils._blueprint.platform import Platform, platform_mistakes
from ..module_utils._blueprint.policies.team_operators import team_policies
from ..module_utils._blueprint.regions import partition_of

DOCUMENTATION = r"""
name: team_policies
short_description: Make the IAM policies of those who run the playbooks for one team
version_added: 0.1.0
description:
  - Returns the policies that somebody needs to build a team, change it, take it down, or look at it, each within the
    size of a managed policy.
  - C(docs/iam) shows them for an example.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
positional: _input, platform_name, region, account_id, permissions_boundary_arn
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
    description: The permissions boundary of all roles of the team, as its description names it.
    type: str
    required: true
"""

EXAMPLES = r"""
removal: >-
  {{ ('team1' | mlplatform.studio.team_policies('sagemaker-studio', 'eu-central-1', '111111111111',
                                                'arn:aws:iam::111111111111:policy/studio-boundary'))['team-removal'] }}
"""

RETURN = r"""
_value:
  description: The policy documents, by C(team-reader), C(team-studio), C(team-data) and C(team-removal).
  type: dict
"""


def policies(
    team: str, platform_name: str, region: str, account_id: str, permissions_boundary_arn: str
) -> dict[str, t.Any]:
    """Return the documents by their names. Raises AnsibleFilterError where team or platform cannot be one."""
    mistakes = platform_mistakes(platform_name, region, account_id)
    if not TEAM.fullmatch(team):
        mistakes = [*mistakes, f"{team} cannot be a team's name."]
    if not permissions_boundary_arn:
        mistakes = [*mistakes, f"Team {team} describes no studio_permissions_boundary_arn."]
    if mistakes or not account_id:
        raise AnsibleFilterError(" ".join(mistakes) or "Name the account, with -e aws_account_id='123456789012'.")
    platform = Platform(platform_name, region, account_id, partition_of(region) or "aws")
    return team_policies(Names(platform, team), permissions_boundary_arn)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"team_policies": policies}
