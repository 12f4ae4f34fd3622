#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_flow_log
short_description: Manage a flow log of a VPC
version_added: 0.1.0
description:
  - Creates and deletes the flow log of a VPC, subnet, network interface or transit gateway to one destination.
  - Nothing but the tags of a flow log can be changed.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  resource_id:
    description:
      - The id of the VPC, subnet, network interface or transit gateway.
    type: str
    required: true
    aliases: [vpc_id]
  log_destination_type:
    description:
      - What kind of place the log goes to.
    type: str
    choices: [cloud-watch-logs, s3, kinesis-data-firehose]
    default: cloud-watch-logs
  log_group_name:
    description:
      - The log group, with O(log_destination_type=cloud-watch-logs).
    type: str
  log_destination:
    description:
      - The ARN of the bucket or delivery stream, with the other destinations.
    type: str
  deliver_logs_permission_arn:
    description:
      - The ARN of the role that writes to the log group. It is needed with O(log_destination_type=cloud-watch-logs).
    type: str
  traffic_type:
    description:
      - Which traffic is logged.
    type: str
    choices: [ACCEPT, REJECT, ALL]
    default: ALL
  max_aggregation_interval:
    description:
      - How many seconds are put together in one record.
    type: int
    choices: [60, 600]
  log_format:
    description:
      - The fields of a record.
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
- name: All traffic of the VPC is logged
  mlplatform.studio.ec2_flow_log:
    resource_id: vpc-0123456789abcdef0
    log_group_name: /sagemaker-studio/flow-logs
    deliver_logs_permission_arn: arn:aws:iam::111111111111:role/flow-logs
    tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
flow_log:
  description: The flow log as EC2 describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    flow_log_id:
      description: The id of the flow log.
      type: str
      returned: when it exists
      sample: fl-0123456789abcdef0
    deliver_logs_status:
      description: Whether records arrive.
      type: str
      returned: when it exists
      sample: SUCCESS
    tags:
      description: The tags of the flow log.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_flow_log import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
