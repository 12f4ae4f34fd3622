#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_user_pool_info
short_description: Describe Amazon Cognito user pools
version_added: 0.1.0
description:
  - Returns the user pools of a name, the pool of an id, or all pools of the account and region.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the user pools. AWS does not keep names unique.
    type: str
    aliases: [pool_name]
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
  include_clients:
    description:
      - Whether to return the app clients of each pool too, without their secrets.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
seealso:
  - module: mlplatform.studio.cognito_user_pool
"""

EXAMPLES = r"""
- name: The platform's user pool
  mlplatform.studio.cognito_user_pool_info:
    name: sagemaker-studio
    include_clients: true
  register: pools
"""

RETURN = r"""
user_pools:
  description: The user pools, the oldest first; none where nothing matches.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the pool.
      type: str
      returned: always
      sample: eu-central-1_AbCdEfGhI
    arn:
      description: The ARN of the pool.
      type: str
      returned: always
      sample: arn:aws:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_AbCdEfGhI
    name:
      description: The name of the pool.
      type: str
      returned: always
      sample: sagemaker-studio
    domain:
      description: The prefix of its hosted sign-in pages.
      type: str
      returned: when it has one
      sample: example-studio
    tags:
      description: The tags of the pool.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
    user_pool_clients:
      description: The app clients of the pool, without their secrets.
      type: list
      elements: dict
      returned: when O(include_clients=true)
      sample: [{"client_id": "1example23456789", "client_name": "portal", "generate_secret": false}]
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_user_pool_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
