#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: dynamodb_table
short_description: Manage a table of DynamoDB
version_added: 0.1.0
description:
  - Creates and deletes a table that is paid by request and whose items have a text as their key, and keeps its tags.
  - This collection needs such a table for the turns that runs take. There is no module for it in C(amazon.aws).
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the table.
    type: str
    required: true
    aliases: [table_name]
  partition_key:
    description:
      - The name of the attribute that is the key of an item. Set only at creation, and required with O(state=present).
    type: str
  wait_timeout:
    description:
      - How many seconds the table may take to come or to go.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: A table of turns
  mlplatform.studio.dynamodb_table:
    name: sagemaker-studio-turns
    partition_key: turn
    tags:
      Platform: sagemaker-studio

- name: Delete it
  mlplatform.studio.dynamodb_table:
    name: sagemaker-studio-turns
    state: absent
"""

RETURN = r"""
table:
  description: The table as DynamoDB describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    table_name:
      description: The name of the table.
      type: str
      returned: when it exists
      sample: sagemaker-studio-turns
    table_arn:
      description: The ARN of the table.
      type: str
      returned: when it exists
      sample: arn:aws:dynamodb:eu-central-1:111111111111:table/sagemaker-studio-turns
    table_status:
      description: The state of the table.
      type: str
      returned: when it exists
      sample: ACTIVE
    partition_key:
      description: The name of the attribute that is the key of an item.
      type: str
      returned: when it exists
      sample: turn
    tags:
      description: The tags of the table.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.dynamodb_table import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
