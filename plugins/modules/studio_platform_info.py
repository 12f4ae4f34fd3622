#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_platform_info
short_description: Find what a team needs of its platform
version_added: 0.1.0
description:
  - Looks for the subnets, the security group, the endpoints and the user pool of a platform, all at the same time.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  subnets:
    description:
      - By what the subnets are found, as filters of C(DescribeSubnets).
    type: dict
    required: true
  client_group:
    description:
      - By what the security group that every domain wears is found, as filters of C(DescribeSecurityGroups).
    type: dict
    required: true
  package_endpoints:
    description:
      - By what the endpoints of the package index are found, as filters of C(DescribeVpcEndpoints).
      - None are looked for where it is not set.
    type: dict
  user_pool_name:
    description:
      - The name of the user pool. AWS does not keep names unique.
      - Either this or O(user_pool_id) is required.
    type: str
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
seealso:
  - module: mlplatform.studio.cognito_user_pool_info
"""

EXAMPLES = r"""
- name: Find what a team needs of the platform
  mlplatform.studio.studio_platform_info:
    subnets: {"tag:Platform": sagemaker-studio}
    client_group: {"tag:Platform": sagemaker-studio, group-name: sagemaker-studio-clients}
    package_endpoints: {service-name: com.amazonaws.eu-central-1.codeartifact.api}
    user_pool_name: sagemaker-studio
"""

RETURN = r"""
subnets:
  description: The subnets as AWS describes them, with their tags as a dict.
  type: list
  elements: dict
  returned: success
  sample: [{"subnet_id": "subnet-0123456789abcdef0", "vpc_id": "vpc-0123456789abcdef0"}]
security_groups:
  description: The security groups as AWS describes them, with their tags as a dict.
  type: list
  elements: dict
  returned: success
  sample: [{"group_id": "sg-0123456789abcdef0", "group_name": "sagemaker-studio-clients"}]
vpc_endpoints:
  description: The endpoints as AWS describes them, with their tags as a dict.
  type: list
  elements: dict
  returned: success
  sample: [{"service_name": "com.amazonaws.eu-central-1.codeartifact.api"}]
user_pools:
  description: The user pools with their app clients, as M(mlplatform.studio.cognito_user_pool_info) returns them.
  type: list
  elements: dict
  returned: success
  sample: [{"id": "eu-central-1_abcdefghi", "name": "sagemaker-studio"}]
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_platform_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
