#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_vpc_removal_info
short_description: Tell what the removal of a VPC would meet
version_added: 0.1.0
description:
  - Finds the VPCs that carry some tags, what was made in them and carries the same tags, and what others put there,
    which would keep them from being deleted.
  - Looks for subnets, route tables, security groups, network interfaces, endpoints and network ACLs, for NAT, internet,
    egress-only and VPN gateways, and for peering connections.
  - Nothing is decided here. What EC2 makes with a VPC and deletes with it is strange to nobody - the main route table,
    the default security group and the default network ACL.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  match_tags:
    description:
      - Tags that a VPC and everything that was made in it carry.
    type: dict
    required: true
  adoption_tag:
    description:
      - The key of the tag of a VPC that was there before and stays. Nothing in it is strange but what uses the
        security groups.
    type: str
    default: ""
  security_group_names:
    description:
      - The names of the security groups that were made in the VPC. One of another name is strange whatever its tags.
    type: list
    elements: str
    default: []
  leaving_security_group_names:
    description:
      - The names of further such groups that are deleted before the VPC, together with the functions that wear them.
        Lambda's network interfaces that wear them are not strange, as Lambda takes them away.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: Tell what the removal of the platform's VPC would meet
  mlplatform.studio.ec2_vpc_removal_info:
    match_tags: {Platform: sagemaker-studio}
    adoption_tag: Adopted
    security_group_names: [sagemaker-studio-clients, sagemaker-studio-endpoints]
    leaving_security_group_names: [sagemaker-studio-sign-in]
"""

RETURN = r"""
vpcs:
  description: The VPCs as AWS describes them, with their tags as a dict, and with what was made in them.
  returned: success
  type: list
  elements: dict
  contains:
    vpc_id:
      description: The id of the VPC.
      type: str
      returned: always
      sample: vpc-0123456789abcdef0
    tags:
      description: The tags of the VPC.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
    adopted:
      description: Whether it was there before, and stays.
      type: bool
      returned: always
      sample: false
    subnets:
      description: Its subnets that carry the tags, as AWS describes them, with their tags as a dict.
      type: list
      elements: dict
      returned: always
      sample: [{"subnet_id": "subnet-0123456789abcdef0", "cidr_block": "10.0.0.0/18"}]
    route_tables:
      description: Its route tables that carry the tags, as AWS describes them, with their tags as a dict.
      type: list
      elements: dict
      returned: always
      sample: [{"route_table_id": "rtb-0123456789abcdef0"}]
strangers:
  description:
    - A sentence for every VPC in which something strange is, which names all of it.
    - Of VPCs that stay, a sentence for every group that somebody else's interface wears, or somebody else's rule names.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_vpc_removal_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
