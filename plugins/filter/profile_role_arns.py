# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter profile_role_arns."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.platform import Platform
from ..module_utils._blueprint.platform_needs import profile_role_arns

DOCUMENTATION = r"""
name: profile_role_arns
short_description: List the roles that a platform's sign-in may give to user profiles
version_added: 0.1.0
description:
  - Returns the execution roles of the teams whose members make their profile by signing in, for O(_input) of the role
    C(login), as C(login_profile_role_arns).
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
positional: _input, platform_name, region, account_id, partition
options:
  _input:
    description: The options of the platform's teams, by the teams' names.
    type: dict
    required: true
  platform_name:
    description: The platform's name.
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
  partition:
    description: The platform's partition.
    type: str
    required: true
"""

EXAMPLES = r"""
arns: >-
  {{ {'team1': {'studio_members_make_their_profile': true}}
     | mlplatform.studio.profile_role_arns('ml', 'eu-central-1', '111111111111', 'aws') }}
"""

RETURN = r"""
_value:
  description: The ARNs of the roles, and the pattern of those of single people.
  type: list
  elements: str
"""


def role_arns(teams: dict[str, t.Any], platform_name: str, region: str, account_id: str, partition: str) -> list[str]:
    """Return the ARNs for the teams of a platform."""
    return profile_role_arns(Platform(platform_name, region, account_id, partition), teams)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"profile_role_arns": role_arns}
