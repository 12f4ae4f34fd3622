#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_user_pool_info
short_description: Describe Cognito user pools
version_added: 0.1.0
description:
  - Returns the full description of Amazon Cognito user pools, with their tags.
  - AWS does not keep names unique, so a name can give several pools.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - Return only pools of this name.
    type: str
    aliases: [pool_name]
  user_pool_id:
    description:
      - Return only the pool with this id.
    type: str
  include_clients:
    description:
      - Whether to describe the app clients too. Their secrets are never returned.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: Find the pool of a platform and its app clients
  mlplatform.studio.cognito_user_pool_info:
    name: sagemaker-studio
    include_clients: true
  register: found
"""

RETURN = r"""
user_pools:
  description: The pools, the oldest first; empty where there is none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the pool.
      type: str
      returned: always
      sample: eu-central-1_AbCdEfGhI
    name:
      description: The name of the pool.
      type: str
      returned: always
      sample: sagemaker-studio
    tags:
      description: The tags of the pool.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
    user_pool_clients:
      description: The app clients, without secrets.
      type: list
      elements: dict
      returned: when O(include_clients=true)
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._cognito.descriptions import describe_user_pools
from ansible_collections.mlplatform.studio.plugins.module_utils._run import connect, run_info


def read(module):
    params = module.params
    pools = describe_user_pools(
        connect(module, "cognito-idp"),
        params["name"],
        params["user_pool_id"],
        include_clients=params["include_clients"],
    )
    return {"user_pools": pools}


def main():
    run_info(
        read,
        argument_spec={
            "name": {"type": "str", "aliases": ["pool_name"]},
            "user_pool_id": {"type": "str"},
            "include_clients": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("name", "user_pool_id")],
    )


if __name__ == "__main__":
    main()
