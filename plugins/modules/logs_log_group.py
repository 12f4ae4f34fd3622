#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: logs_log_group
short_description: Manage a log group of Amazon CloudWatch Logs
version_added: 0.1.0
description:
  - Creates, changes and deletes a log group of Amazon CloudWatch Logs.
  - The module M(amazon.aws.cloudwatchlogs_log_group) does not change the key of a group that exists.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
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
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: Flow logs are kept for a month
  mlplatform.studio.logs_log_group:
    name: /sagemaker-studio/flow-logs
    retention_in_days: 30
    tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
log_group:
  description: The log group as CloudWatch Logs describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    log_group_name:
      description: The name of the log group.
      type: str
      returned: when it exists
      sample: /sagemaker-studio/flow-logs
    arn:
      description: The ARN of the log group, without the C(:*) that stands for its streams.
      type: str
      returned: when it exists
      sample: arn:aws:logs:eu-central-1:111111111111:log-group:/sagemaker-studio/flow-logs
    retention_in_days:
      description: How many days events are kept; 0 is for ever.
      type: int
      returned: when it exists
      sample: 30
    tags:
      description: The tags of the log group.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.logs_log_group import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
