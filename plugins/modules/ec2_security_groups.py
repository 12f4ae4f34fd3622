#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_security_groups
short_description: Manage security groups of a VPC and their rules
version_added: 0.1.0
description:
  - Creates and changes security groups of one VPC, all of a list at once, and then their rules, which may name any of
    these groups. The diff shows rules as people read them, such as C(tcp 443 10.0.0.0/16 (Browsers)).
  - A rule that is there and not listed is taken away, and so is the one that EC2 gives to a new group. The order of
    rules means nothing. Where nothing is said of a direction its rules stay.
  - Runs at the same time do no harm. What another one did already counts as done.
  - M(mlplatform.studio.ec2_security_group_removal) deletes groups.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  vpc_id:
    description:
      - The id of the VPC.
    type: str
    required: true
  security_groups:
    description:
      - The groups.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name of the group. The group V(default) is there as long as its VPC, and is never made.
        type: str
        required: true
      description:
        description:
          - What the group is for. It is set when the group is made. That of V(default) is EC2's.
        type: str
      rules:
        description:
          - What may come in.
        type: list
        elements: dict
        suboptions: &rule
          proto:
            description: The protocol, by its name or number, or V(all).
            type: str
            default: tcp
          ports:
            description: Ports, or ranges of ports such as V(8000-8100). Without any, all.
            type: list
            elements: str
          cidr_ip:
            description: Ranges of IPv4 addresses.
            type: list
            elements: str
          cidr_ipv6:
            description: Ranges of IPv6 addresses.
            type: list
            elements: str
          group_id:
            description: The id of a group whose members may come in or be reached.
            type: str
          group_name:
            description: The name of such a group in the same VPC, which may be one of those that are made.
            type: str
          prefix_list_id:
            description: The id of a list of ranges.
            type: str
          rule_desc:
            description: What the rule is for.
            type: str
      rules_egress:
        description:
          - What may be reached.
        type: list
        elements: dict
        suboptions: *rule
      tags:
        description:
          - Tags of this group beside O(tags). The group V(default) gets none but these.
        type: dict
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
- name: Let clients, and nothing else, reach endpoints
  mlplatform.studio.ec2_security_groups:
    vpc_id: vpc-0123456789abcdef0
    security_groups:
      - name: sagemaker-studio-clients
        description: Studio apps
        rules: []
        rules_egress:
          - {ports: [443], cidr_ip: 0.0.0.0/0, rule_desc: Endpoints and S3}
      - name: sagemaker-studio-endpoints
        description: Interface endpoints
        rules:
          - {ports: [443], group_name: sagemaker-studio-clients, rule_desc: Studio apps}
        rules_egress: []
      - name: default
        rules: []
        rules_egress: []
    tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
security_groups:
  description: The listed groups as EC2 describes them after the change, without their rules.
  returned: success
  type: list
  elements: dict
  contains:
    group_id:
      description: The id of the group.
      type: str
      returned: when it exists
      sample: sg-0123456789abcdef0
    group_name:
      description: The name of the group.
      type: str
      returned: always
      sample: sagemaker-studio-clients
    description:
      description: What the group is for.
      type: str
      returned: always
      sample: Studio apps
    vpc_id:
      description: The id of the VPC.
      type: str
      returned: when it exists
      sample: vpc-0123456789abcdef0
    tags:
      description: The tags of the group.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
rules:
  description: The rules of the groups as people read them.
  returned: success
  type: list
  elements: dict
  contains:
    group_name:
      description: The name of the group.
      type: str
      returned: always
      sample: sagemaker-studio-clients
    rules:
      description: What may come in.
      type: list
      elements: str
      returned: always
      sample: [tcp 443 sagemaker-studio-clients (Studio apps)]
    rules_egress:
      description: What may be reached.
      type: list
      elements: str
      returned: always
      sample: [tcp 443 0.0.0.0/0 (Endpoints and S3)]
actions:
  description: What was done, by the kind and the group's name.
  returned: success
  type: dict
  sample: {"security_group sagemaker-studio-clients": "create", "rules sagemaker-studio-clients": "update"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_security_groups import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
