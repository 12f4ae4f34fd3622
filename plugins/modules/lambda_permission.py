#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: lambda_permission
short_description: Manage a statement of a Lambda function's policy
version_added: 0.1.0
description:
  - Allows or no longer allows a service or an account to use an AWS Lambda function.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
notes:
  - The module M(amazon.aws.lambda_policy) reports no change in check mode when the statement is missing.
  - Lambda cannot change a statement, so a statement that differs is removed and added again at once.
options:
  function_name:
    description:
      - The name or the ARN of the function.
    type: str
    required: true
  statement_id:
    description:
      - The id of the statement, unique in the function's policy.
    type: str
    required: true
  action:
    description:
      - What is allowed.
    type: str
    default: lambda:InvokeFunction
  principal:
    description:
      - Who is allowed, a service such as V(apigateway.amazonaws.com), an account by id, or a role or user by ARN.
      - Needed with O(state=present).
    type: str
  source_arn:
    description:
      - The ARN, with wildcards, of what may call the function on behalf of the service.
    type: str
  source_account:
    description:
      - The id of the account that owns what calls the function.
    type: str
  purge:
    description:
      - Whether to take every other statement out of the function's policy, so that nobody else may call it.
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
- name: One method of one stage of a REST API may call the function
  mlplatform.studio.lambda_permission:
    function_name: presigned-url
    statement_id: rest-api
    principal: apigateway.amazonaws.com
    source_arn: arn:aws:execute-api:eu-central-1:111111111111:a1b2c3d4e5/prod/GET/portal
"""

RETURN = r"""
permission:
  description: The statement as the function's policy shows it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    function_name:
      description: The function, as given.
      type: str
      returned: when it exists
      sample: presigned-url
    statement_id:
      description: The id of the statement.
      type: str
      returned: when it exists
      sample: rest-api
    action:
      description: What is allowed.
      type: str
      returned: when it exists
      sample: lambda:InvokeFunction
    principal:
      description: Who is allowed.
      type: str
      returned: when it exists
      sample: apigateway.amazonaws.com
    source_arn:
      description: What may call the function.
      type: str
      returned: when set
      sample: arn:aws:execute-api:eu-central-1:111111111111:a1b2c3d4e5/prod/GET/portal
    other_statements:
      description: The other statements of the function's policy, as people read them.
      type: list
      elements: str
      returned: when it exists
      sample: []
    source_account:
      description: The account that owns what calls the function.
      type: str
      returned: when set
      sample: "111111111111"
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.lambda_permission import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
