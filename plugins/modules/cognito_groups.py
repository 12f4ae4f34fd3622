#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_groups
short_description: Manage the groups of a Cognito user pool
version_added: 0.1.0
description:
  - Creates, changes and deletes groups of an Amazon Cognito user pool, all of a list at once.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
    required: true
  groups:
    description:
      - The groups.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the group.
        type: str
        required: true
        aliases: [group_name]
      description:
        description: What the group is for.
        type: str
      precedence:
        description: Which group's role wins for a user of several; a lower number goes first.
        type: int
      role_arn:
        description: The ARN of the role that identity pools give to members.
        type: str
  purge:
    description:
      - Whether all groups of the pool that are not in O(groups) are deleted.
    type: bool
    default: false
  purge_prefix:
    description:
      - Limits O(purge) to groups whose names begin so.
    type: str
    default: ""
  purge_all:
    description:
      - Confirms that O(purge) with an empty list deletes every group of the pool, or all that begin with
        O(purge_prefix).
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: One group per team
  mlplatform.studio.cognito_groups:
    user_pool_id: eu-central-1_AbCdEfGhI
    groups:
      - name: team1
        description: People of team1
      - name: team2
"""

RETURN = r"""
groups:
  description:
    - The listed groups as Cognito describes them after the change.
    - Those that O(purge) would delete follow them, so that their members can be taken out and signed out first.
  returned: success
  type: list
  elements: dict
  contains:
    group_name:
      description: The name of the group.
      type: str
      returned: always
      sample: team1
    description:
      description: What the group is for.
      type: str
      returned: when set
      sample: People of team1
actions:
  description: What was done, by the group's name.
  returned: success
  type: dict
  sample: {"team1": "create"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_groups import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
