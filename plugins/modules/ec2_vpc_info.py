#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_vpc_info
short_description: Find VPCs with how they are built, the availability zones, and which endpoint services these have
version_added: 0.1.0
description:
  - Finds VPCs, each with its DNS, subnets, route tables and internet gateways, and the availability zones of the region
    that can be used. Local and wavelength zones are none of them.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  filters:
    description:
      - Filters of DescribeVpcs, such as V(vpc-id) or V(tag:Name), each with its value or a list of values. Without any,
        all VPCs are found.
    type: dict
    default: {}
  endpoint_services:
    description:
      - The full names of endpoint services to look for.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Find the VPC of a platform, and the zones for its subnets
  mlplatform.studio.ec2_vpc_info:
    filters:
      "tag:Platform": sagemaker-studio
    endpoint_services:
      - com.amazonaws.eu-central-1.sagemaker.api
"""

RETURN = r"""
vpcs:
  description: The VPCs as DescribeVpcs shows them, with what is in them.
  returned: success
  type: list
  elements: dict
  contains:
    vpc_id:
      description: The id of the VPC.
      type: str
      returned: always
      sample: vpc-0123456789abcdef0
    cidr_block:
      description: Its range.
      type: str
      returned: always
      sample: 10.0.0.0/16
    enable_dns_support:
      description: Whether EC2's resolver answers in it.
      type: bool
      returned: always
      sample: true
    enable_dns_hostnames:
      description: Whether what is in it has names.
      type: bool
      returned: always
      sample: true
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
    subnets:
      description: Its subnets as DescribeSubnets shows them.
      type: list
      elements: dict
      returned: always
      sample: [{"subnet_id": "subnet-0123456789abcdef0", "cidr_block": "10.0.0.0/18"}]
    route_tables:
      description: Its route tables as DescribeRouteTables shows them.
      type: list
      elements: dict
      returned: always
      sample: [{"route_table_id": "rtb-0123456789abcdef0", "routes": []}]
    internet_gateways:
      description: The internet gateways that are attached to it as DescribeInternetGateways shows them.
      type: list
      elements: dict
      returned: always
      sample: [{"internet_gateway_id": "igw-0123456789abcdef0"}]
availability_zones:
  description: The zones as DescribeAvailabilityZones shows them, by name.
  returned: success
  type: list
  elements: dict
  contains:
    zone_name:
      description: The name of the zone in this account.
      type: str
      returned: always
      sample: eu-central-1a
    zone_id:
      description: The id of the zone, which is the same in every account.
      type: str
      returned: always
      sample: euc1-az2
endpoint_services:
  description:
    - Those of O(endpoint_services) that the region has, as DescribeVpcEndpointServices shows them, once for each
      type of endpoint.
  returned: success
  type: list
  elements: dict
  contains:
    service_name:
      description: The full name of the service.
      type: str
      returned: always
      sample: com.amazonaws.eu-central-1.sagemaker.api
    service_type:
      description: The types of its endpoints.
      type: list
      elements: dict
      returned: always
      sample: [{"service_type": "Interface"}]
    availability_zones:
      description: The names of the zones that have it.
      type: list
      elements: str
      returned: always
      sample: [eu-central-1a, eu-central-1c]
    vpc_endpoint_policy_supported:
      description: Whether its endpoints take a policy.
      type: bool
      returned: always
      sample: true
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_vpc_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
