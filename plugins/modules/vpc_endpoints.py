#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: vpc_endpoints
short_description: Manage the endpoints of a VPC
version_added: 0.1.0
description:
  - Creates, changes and deletes endpoints of a VPC, all of a list at once.
  - An endpoint that is there already is adopted, whoever made it, and changed in place.
  - A VPC has one endpoint per service and type as far as this module is concerned.
  - The module M(amazon.aws.ec2_vpc_endpoint) takes one endpoint per task, and changes nothing but the tags of one that
    exists.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  vpc_id:
    description:
      - The id of the VPC.
    type: str
    required: true
  endpoints:
    description:
      - The endpoints.
    type: list
    elements: dict
    required: true
    suboptions:
      service_name:
        description: The whole name of the service, for example V(com.amazonaws.eu-central-1.sts).
        type: str
        required: true
      vpc_endpoint_type:
        description: The type of the endpoint.
        type: str
        choices: [Interface, Gateway]
        default: Interface
      subnet_ids:
        description: The subnets that get a network interface of an interface endpoint.
        type: list
        elements: str
      security_group_ids:
        description: The security groups of these network interfaces.
        type: list
        elements: str
      route_table_ids:
        description: The route tables that get a route to a gateway endpoint.
        type: list
        elements: str
      private_dns_enabled:
        description: Whether the public name of the service leads to the interface endpoint inside the VPC.
        type: bool
      policy:
        description: The endpoint policy. It is compared by its meaning.
        type: dict
      tags:
        description: Tags of this endpoint beside O(tags).
        type: dict
  purge:
    description:
      - Whether endpoints of the VPC that are not in O(endpoints) and carry all of O(purge_match_tags) are deleted.
    type: bool
    default: false
  purge_match_tags:
    description:
      - The tags by which O(purge) knows what may be deleted.
    type: dict
  purge_all:
    description:
      - Confirms that O(purge) with an empty list deletes every endpoint that carries all of O(purge_match_tags).
    type: bool
    default: false
  match_tags:
    description:
      - The tags by which endpoints that were made here are told from others, for O(adoption_tags).
    type: dict
  adoption_tags:
    description:
      - Allows to take over endpoints that somebody else made. An endpoint that exists and carries none of the keys of
        O(match_tags) gets these tags, and those of O(tags), and keeps its others.
      - As long as it carries them, its subnets, route tables, policy and private DNS stay as they are, and those that
        differ are told in RV(differences). It gets the given security groups beside its own, and O(purge) leaves it.
    type: dict
  wait_timeout:
    description:
      - How many seconds to wait for each endpoint.
    type: int
    default: 900
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: What notebooks without internet need at least
  mlplatform.studio.vpc_endpoints:
    vpc_id: vpc-0123456789abcdef0
    endpoints:
      - service_name: com.amazonaws.eu-central-1.s3
        vpc_endpoint_type: Gateway
        route_table_ids: [rtb-0123456789abcdef0]
      - service_name: com.amazonaws.eu-central-1.sagemaker.api
        subnet_ids: [subnet-0123456789abcdef0]
        security_group_ids: [sg-0123456789abcdef0]
        private_dns_enabled: true
    tags:
      Platform: sagemaker-studio
    purge: true
    purge_match_tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
vpc_endpoints:
  description: The listed endpoints as EC2 describes them after the change.
  returned: success
  type: list
  elements: dict
  contains:
    vpc_endpoint_id:
      description: The id of the endpoint.
      type: str
      returned: when it exists
      sample: vpce-0123456789abcdef0
    service_name:
      description: The name of the service.
      type: str
      returned: always
      sample: com.amazonaws.eu-central-1.sts
    vpc_endpoint_type:
      description: The type of the endpoint.
      type: str
      returned: always
      sample: Interface
    security_group_ids:
      description: The security groups of its network interfaces.
      type: list
      elements: str
      returned: when it exists
      sample: [sg-0123456789abcdef0]
    policy:
      description: The endpoint policy.
      type: dict
      returned: when it exists
      sample: {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
    tags:
      description: The tags of the endpoint.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
actions:
  description: What was done, by the service's name, or by the endpoint's id when it was purged.
  returned: success
  type: dict
  sample: {"com.amazonaws.eu-central-1.s3 (Gateway)": "create"}
differences:
  description: What adopted endpoints keep, by the service's name, each with its present and its wanted value.
  returned: when some were taken over and differ
  type: dict
  sample: {"com.amazonaws.eu-central-1.sts": {"private_dns_enabled": {"present": false, "wanted": true}}}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.vpc_endpoints import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
