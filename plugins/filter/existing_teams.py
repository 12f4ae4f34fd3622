# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter existing_teams."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.existing_teams import existing_teams

DOCUMENTATION = r"""
name: existing_teams
short_description: Say which teams exist on a platform
version_added: 0.1.0
description:
  - Returns the names of the teams that have a domain, a key, a security group or a bucket. What was retained does not
    count.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
positional: _input, region, domains, keys, groups, buckets
options:
  _input:
    description: The platform's name.
    type: str
    required: true
  region:
    description: The platform's region.
    type: str
    required: true
  domains:
    description: Domains, as M(mlplatform.studio.sagemaker_domain_info) returns them.
    type: list
    elements: dict
    required: true
  keys:
    description: Keys, as M(mlplatform.studio.kms_keys_info) returns them.
    type: list
    elements: dict
    required: true
  groups:
    description: Security groups, as M(amazon.aws.ec2_security_group_info) returns them.
    type: list
    elements: dict
    required: true
  buckets:
    description: Buckets with tags and location, as M(amazon.aws.s3_bucket_info) returns them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
teams: "{{ 'ml' | mlplatform.studio.existing_teams('eu-central-1', domains, [], [], []) }}"
"""

RETURN = r"""
_value:
  description: The names of the teams.
  type: list
  elements: str
"""


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"existing_teams": existing_teams}
