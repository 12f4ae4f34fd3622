#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cloudwatch_alarms
short_description: Manage metric alarms of CloudWatch
version_added: 0.1.0
description:
  - Creates, changes and deletes metric alarms, all of a list at once. Alarms that are not listed are left alone.
  - The module M(amazon.aws.cloudwatch_metric_alarm) takes one alarm per task, and no tags.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  alarms:
    description:
      - The alarms.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name, unique in account and region.
        type: str
        required: true
        aliases: [alarm_name]
      alarm_description:
        description: What the alarm is for.
        type: str
      namespace:
        description: The namespace of the metric.
        type: str
      metric_name:
        description: The name of the metric.
        type: str
      dimensions:
        description: The dimensions of the metric.
        type: list
        elements: dict
        suboptions:
          name:
            description: The name of the dimension.
            type: str
            required: true
          value:
            description: Its value.
            type: str
            required: true
      statistic:
        description: What is made of the metric's values in a period.
        type: str
        choices: [SampleCount, Average, Sum, Minimum, Maximum]
      period:
        description: The length of a period in seconds.
        type: int
      evaluation_periods:
        description: How many periods are looked at.
        type: int
      datapoints_to_alarm:
        description: How many of them must be beyond the threshold; all of them where it is left out.
        type: int
      threshold:
        description: The value that the statistic is compared with.
        type: float
      comparison_operator:
        description: How it is compared.
        type: str
        choices:
          - GreaterThanOrEqualToThreshold
          - GreaterThanThreshold
          - LessThanThreshold
          - LessThanOrEqualToThreshold
      treat_missing_data:
        description: What a period without values counts as; V(missing) by default.
        type: str
        choices: [breaching, notBreaching, ignore, missing]
      actions_enabled:
        description: Whether changes of the alarm's state call its actions.
        type: bool
      alarm_actions:
        description: The ARNs of what is told when the alarm goes off, SNS topics for example.
        type: list
        elements: str
      ok_actions:
        description: The ARNs of what is told when all is well again.
        type: list
        elements: str
      insufficient_data_actions:
        description: The ARNs of what is told when there are too few values.
        type: list
        elements: str
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
- name: Tell somebody when an API fails
  mlplatform.studio.cloudwatch_alarms:
    alarms:
      - name: sagemaker-studio-failed
        namespace: AWS/ApiGateway
        metric_name: 5XXError
        dimensions:
          - {name: ApiName, value: sagemaker-studio}
        statistic: Sum
        period: 300
        evaluation_periods: 1
        threshold: 5
        comparison_operator: GreaterThanOrEqualToThreshold
        treat_missing_data: notBreaching
        alarm_actions: [arn:aws:sns:eu-central-1:111111111111:operators]
    tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
alarms:
  description: The alarms that exist afterwards, as CloudWatch describes them, with their tags.
  returned: success
  type: list
  elements: dict
  contains:
    alarm_name:
      description: The name of the alarm.
      type: str
      returned: except in check mode
      sample: sagemaker-studio-failed
    alarm_arn:
      description: The ARN of the alarm.
      type: str
      returned: except in check mode
      sample: arn:aws:cloudwatch:eu-central-1:111111111111:alarm:sagemaker-studio-failed
    tags:
      description: The tags of the alarm.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
actions:
  description: What was done, by name of alarm.
  returned: success
  type: dict
  sample: {"sagemaker-studio-failed": "create"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cloudwatch_alarms import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
