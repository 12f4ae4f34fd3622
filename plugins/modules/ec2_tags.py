#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_tags
short_description: Tag what is in EC2, whoever made it
version_added: 0.1.0
description:
  - Puts the same tags on several resources of EC2, or takes them off, and touches no other tags.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  resource_ids:
    description:
      - The ids of the resources, of VPCs and subnets for example.
    type: list
    elements: str
    required: true
  tags:
    description:
      - The tags. With O(state=absent) a tag goes only where it has the given value.
    type: dict
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.wait
  - mlplatform.studio.options.shown
"""

EXAMPLES = r"""
- name: Mark a VPC and a subnet as taken over
  mlplatform.studio.ec2_tags:
    resource_ids: [vpc-0123456789abcdef0, subnet-0123456789abcdef0]
    tags:
      Platform: sagemaker-studio
      Adopted: "true"
"""

RETURN = r"""
tagged_resources:
  description: The resources with all their tags.
  returned: success
  type: list
  elements: dict
  contains:
    resource_id:
      description: The id of the resource.
      type: str
      returned: always
      sample: vpc-0123456789abcdef0
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio", "Adopted": "true"}
actions:
  description: What was done, by the id of the resource.
  returned: success
  type: dict
  sample: {"vpc-0123456789abcdef0": "update"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_tags import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
