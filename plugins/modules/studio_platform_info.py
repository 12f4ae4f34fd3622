#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_platform_info
short_description: Find what a team of a platform lives on
version_added: 0.1.0
description:
  - Finds the subnets, the security group, the user pool and the endpoints that a team needs of its platform.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  subnets:
    description:
      - Filters of DescribeSubnets, each with its value or a list of values.
    type: dict
    required: true
  client_group:
    description:
      - Filters of DescribeSecurityGroups for the group that every domain wears.
    type: dict
    required: true
  user_pool_name:
    description:
      - The name of the user pool.
    type: str
  user_pool_id:
    description:
      - The id of the user pool, in place of its name.
    type: str
  package_endpoints:
    description:
      - Filters of DescribeVpcEndpoints for the endpoints through which packages come. Without any, none are looked for.
    type: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Find what team1 lives on
  mlplatform.studio.studio_platform_info:
    subnets:
      "tag:Platform": sagemaker-studio
    client_group:
      "tag:Platform": sagemaker-studio
      group-name: sagemaker-studio-clients
    user_pool_name: sagemaker-studio
    package_endpoints:
      "tag:Platform": sagemaker-studio
      service-name: [com.amazonaws.eu-central-1.codeartifact.api]
"""

RETURN = r"""
subnets:
  description: The subnets as DescribeSubnets shows them, with their tags as a dict.
  returned: success
  type: list
  elements: dict
  sample: [{"subnet_id": "subnet-0123456789abcdef0", "vpc_id": "vpc-0123456789abcdef0"}]
security_groups:
  description: The groups as DescribeSecurityGroups shows them, with their tags as a dict.
  returned: success
  type: list
  elements: dict
  sample: [{"group_id": "sg-0123456789abcdef0", "group_name": "sagemaker-studio-clients"}]
user_pools:
  description: The pools as M(mlplatform.studio.cognito_user_pool_info) returns them, with their app clients.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "eu-central-1_AbCdEfGhI", "user_pool_clients": []}]
vpc_endpoints:
  description: The endpoints as DescribeVpcEndpoints shows them, with their tags as a dict.
  returned: success
  type: list
  elements: dict
  sample: [{"service_name": "com.amazonaws.eu-central-1.codeartifact.api"}]
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._platform import find_platform
from ansible_collections.mlplatform.studio.plugins.module_utils._run import AnsibleAWSModule, Result, connect, run_info

OPTIONS = {
    "subnets": {"type": "dict", "required": True},
    "client_group": {"type": "dict", "required": True},
    "user_pool_name": {"type": "str"},
    "user_pool_id": {"type": "str"},
    "package_endpoints": {"type": "dict"},
}


def read(module: AnsibleAWSModule) -> Result:
    return find_platform(connect(module, "ec2"), connect(module, "cognito-idp"), module.params)


def main() -> None:
    names = [("user_pool_name", "user_pool_id")]
    run_info(read, argument_spec=OPTIONS, mutually_exclusive=names, required_one_of=names)


if __name__ == "__main__":
    main()
