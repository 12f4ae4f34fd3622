#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_vpc
short_description: Manage a VPC with its subnets and their route table
version_added: 0.1.0
description:
  - Creates and changes a VPC, then its subnets, then the route table that all these subnets go by. The diff shows
    each of them before and after, routes as people read them, such as C(0.0.0.0/0 igw-0123456789abcdef0).
  - Subnets that are not listed stay as they are, and go by another table than O(route_table).
  - A route that is in the table and not listed is taken away. Those of gateway endpoints are the endpoints', and stay.
  - An internet gateway on the VPC, a route in its main table and one that a VPN gateway made are none of this
    module's. They are warned of, told in RV(left_alone), and left alone.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  vpc_id:
    description:
      - The id of the VPC, where it is there and known.
    type: str
  match_tags:
    description:
      - The tags by which the VPC is found where O(vpc_id) is not given, and the route table in it. O(tags) and those of
        O(route_table) have to hold them, as a run after a stopped one would not find them otherwise.
    type: dict
    required: true
  cidr_block:
    description:
      - The range of addresses. It is set when the VPC is made.
    type: str
    required: true
  enable_dns_support:
    description:
      - Whether EC2's resolver answers in the VPC.
    type: bool
  enable_dns_hostnames:
    description:
      - Whether what is in the VPC has names, which private names of endpoints need.
    type: bool
  subnets:
    description:
      - The subnets.
    type: list
    elements: dict
    default: []
    suboptions:
      cidr_block:
        description: The range of the subnet, by which it is known.
        type: str
        required: true
      availability_zone:
        description: The zone. It is set when the subnet is made.
        type: str
      map_public_ip_on_launch:
        description: Whether what starts in the subnet gets a public address.
        type: bool
        default: false
      tags:
        description: The tags of the subnet.
        type: dict
  route_table:
    description:
      - The route table that all O(subnets) go by.
    type: dict
    suboptions:
      tags:
        description: The tags of the table.
        type: dict
      routes:
        description: The routes, beside the VPC's own and those of gateway endpoints.
        type: list
        elements: dict
        default: []
        suboptions:
          destination:
            description: A range of addresses, or the id of a prefix list.
            type: str
            required: true
          target:
            description: The id of what the route leads to.
            type: str
            required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.wait
  - mlplatform.studio.options.shown
"""

EXAMPLES = r"""
- name: A VPC that leads nowhere
  mlplatform.studio.ec2_vpc:
    match_tags: &platform
      Platform: sagemaker-studio
    cidr_block: 10.0.0.0/16
    enable_dns_support: true
    enable_dns_hostnames: true
    tags: *platform
    subnets:
      - {cidr_block: 10.0.0.0/18, availability_zone: eu-central-1a, tags: *platform}
      - {cidr_block: 10.0.64.0/18, availability_zone: eu-central-1b, tags: *platform}
    route_table:
      tags: *platform
"""

RETURN = r"""
vpcs:
  description: The VPC as EC2 describes it after the change.
  returned: success
  type: list
  elements: dict
  contains:
    vpc_id:
      description: The id of the VPC.
      type: str
      returned: when it exists
      sample: vpc-0123456789abcdef0
    cidr_block:
      description: Its range.
      type: str
      returned: always
      sample: 10.0.0.0/16
    enable_dns_support:
      description: Whether EC2's resolver answers in it.
      type: bool
      returned: when it exists
      sample: true
    enable_dns_hostnames:
      description: Whether what is in it has names.
      type: bool
      returned: when it exists
      sample: true
    internet_gateways:
      description: The ids of the internet gateways that are attached to it.
      type: list
      elements: str
      returned: when it exists
      sample: []
    routes_of_main_table:
      description: The routes of its main table, without its own and those of gateway endpoints.
      type: list
      elements: str
      returned: when it exists
      sample: []
    tags:
      description: Its tags.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
subnets:
  description: The listed subnets as EC2 describes them after the change.
  returned: success
  type: list
  elements: dict
  contains:
    subnet_id:
      description: The id of the subnet.
      type: str
      returned: when it exists
      sample: subnet-0123456789abcdef0
    cidr_block:
      description: Its range.
      type: str
      returned: always
      sample: 10.0.0.0/18
    availability_zone:
      description: Its zone.
      type: str
      returned: when it exists
      sample: eu-central-1a
    map_public_ip_on_launch:
      description: Whether what starts in it gets a public address.
      type: bool
      returned: always
      sample: false
    tags:
      description: Its tags.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
route_tables:
  description: The route table as EC2 describes it after the change, with its routes as people read them.
  returned: success
  type: list
  elements: dict
  contains:
    route_table_id:
      description: The id of the table.
      type: str
      returned: when it exists
      sample: rtb-0123456789abcdef0
    subnets:
      description: The ranges of the subnets that go by it.
      type: list
      elements: str
      returned: always
      sample: [10.0.0.0/18, 10.0.64.0/18]
    routes:
      description: Its routes, without the VPC's own and those of gateway endpoints.
      type: list
      elements: str
      returned: always
      sample: []
    tags:
      description: Its tags.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
actions:
  description: What was done, by the kind and the name, or range, of each.
  returned: success
  type: dict
  sample: {"subnet 10.0.0.0/18": "create"}
left_alone:
  description: What is not as it should be and is not this module's to change, by kind and name, before and after.
  returned: when there is something
  type: dict
  sample: {"vpc sagemaker-studio": {"internet_gateways": {"before": ["igw-0123456789abcdef0"], "after": []}}}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_vpc import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
