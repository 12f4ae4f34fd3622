#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: apigateway_account
short_description: Manage the role with which API Gateway writes logs
version_added: 0.1.0
description:
  - Amazon API Gateway has one role per account and region with which it writes the logs of all REST APIs. Without it no
    stage can have access or execution logs.
  - A role that is set already is kept unless asked otherwise, because others may rely on it.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
notes:
  - A role that was created a moment ago is waited for, for up to two minutes.
options:
  cloudwatch_role_arn:
    description:
      - The ARN of the role. It trusts C(apigateway.amazonaws.com) and has the permissions of the managed policy
        C(AmazonAPIGatewayPushToCloudWatchLogs).
      - With O(state=absent) the account's role is unset only where it is this one.
    type: str
    required: true
  only_when_unset:
    description:
      - Whether a different role that is set already is kept.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: API Gateway can write logs
  mlplatform.studio.apigateway_account:
    cloudwatch_role_arn: arn:aws:iam::111111111111:role/apigateway-logs
"""

RETURN = r"""
account:
  description: API Gateway's settings of the account after the change; empty when it has no role, or not this one.
  returned: success
  type: dict
  contains:
    cloudwatch_role_arn:
      description: The role with which API Gateway writes logs.
      type: str
      returned: when set
      sample: arn:aws:iam::111111111111:role/apigateway-logs
    throttle_settings:
      description: The account's limits on calls of its APIs.
      type: dict
      returned: when set
      sample: {"burst_limit": 5000, "rate_limit": 10000.0}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.apigateway_account import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
