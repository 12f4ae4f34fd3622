#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: logs_metric_filters
short_description: Manage the metric filters of a log group
version_added: 0.1.0
description:
  - Creates, changes and deletes metric filters, which count what stands in the events of a log group of CloudWatch
    Logs.
  - Filters that are not listed are left alone. They end with their log group.
  - The module M(amazon.aws.cloudwatchlogs_log_group_metric_filter) takes one filter per task, and compares only the
    first of its metrics.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  log_group_name:
    description:
      - The name of the log group.
    type: str
    required: true
  metric_filters:
    description:
      - The filters.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name, unique in its log group.
        type: str
        required: true
        aliases: [filter_name]
      filter_pattern:
        description: Which events count, in the filter syntax of CloudWatch Logs. An empty one means all.
        type: str
      metric_transformations:
        description: The one metric that is made of them.
        type: list
        elements: dict
        suboptions:
          metric_namespace:
            description: The namespace of the metric.
            type: str
            required: true
          metric_name:
            description: The name of the metric.
            type: str
            required: true
          metric_value:
            description: What an event adds, a number or a part of the event such as C($.latency).
            type: str
            default: "1"
          default_value:
            description: The value of a minute whose events all do not count. It excludes dimensions.
            type: float
          unit:
            description: The unit of the metric.
            type: str
          dimensions:
            description: Dimensions of the metric, by name, out of parts of the event.
            type: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
seealso:
  - module: mlplatform.studio.logs_log_groups
  - module: mlplatform.studio.cloudwatch_alarms
"""

EXAMPLES = r"""
- name: Count what was refused
  mlplatform.studio.logs_metric_filters:
    log_group_name: /aws/apigateway/sagemaker-studio
    metric_filters:
      - name: refused
        filter_pattern: '{ $.status = "403" }'
        metric_transformations:
          - metric_namespace: sagemaker-studio
            metric_name: Refused
            default_value: 0
"""

RETURN = r"""
metric_filters:
  description: The filters that exist afterwards, as CloudWatch Logs describes them.
  returned: success
  type: list
  elements: dict
  contains:
    filter_name:
      description: The name of the filter.
      type: str
      returned: except in check mode
      sample: refused
    filter_pattern:
      description: Which events count.
      type: str
      returned: always
      sample: '{ $.status = "403" }'
actions:
  description: What was done, by name of filter.
  returned: success
  type: dict
  sample: {"refused": "create"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.logs_metric_filters import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
