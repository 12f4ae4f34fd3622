#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: logs_log_groups
short_description: Manage log groups of Amazon CloudWatch Logs
version_added: 0.1.0
description:
  - Creates, changes and deletes log groups of Amazon CloudWatch Logs, all at once. Groups that are not listed are left
    alone.
  - The module M(amazon.aws.cloudwatchlogs_log_group) takes one group per task, writes in check mode, and does not
    change the key of a group that exists.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  log_groups:
    description:
      - The log groups, which all get O(tags).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name of the log group.
        type: str
        required: true
        aliases: [log_group_name]
      retention_in_days:
        description:
          - How many days events are kept; V(0) keeps them for ever.
        type: int
        choices: [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
          3653]
      kms_key_id:
        description:
          - The ARN of the KMS key that encrypts new events; an empty text for none of your own.
        type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: Logs of functions are kept for a month
  mlplatform.studio.logs_log_groups:
    log_groups:
      - name: /aws/lambda/one
        retention_in_days: 30
      - name: /aws/lambda/another
        retention_in_days: 30
    tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
log_groups:
  description: The log groups that exist afterwards, as CloudWatch Logs describes them.
  returned: success
  type: list
  elements: dict
  contains:
    log_group_name:
      description: The name of the log group.
      type: str
      returned: always
      sample: /aws/lambda/one
    arn:
      description: The ARN of the log group, without the C(:*) that stands for its streams.
      type: str
      returned: except in check mode
      sample: arn:aws:logs:eu-central-1:111111111111:log-group:/aws/lambda/one
    retention_in_days:
      description: How many days events are kept; 0 is for ever.
      type: int
      returned: always
      sample: 30
    tags:
      description: The tags of the log group.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
actions:
  description: What was done, by name of log group.
  returned: success
  type: dict
  sample: {"/aws/lambda/one": "create"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.logs_log_groups import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
