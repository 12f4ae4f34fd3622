#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_preflight_info
short_description: Ask whether an account and a region will do, before anything is made
version_added: 0.1.0
description:
  - Asks AWS for all that keeps a platform and its teams from being made, in one process, many questions at once, and
    says of each thing whether it is fine, will fail, or cannot be known.
  - It only reads. Where IAM's simulator may not be asked for rights, it makes a dry run of one call.
  - A question that AWS does not answer is a line of its own, and keeps no other from being asked.
  - The action C(preflight) reads the descriptions from the variables of inventory hosts for it.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  network:
    description:
      - What is said of the network, as the collection's C(_blueprint/network.py) has it. What is left out holds its
        default.
    type: dict
    required: true
  sign_in:
    description:
      - What is said of the sign-in, as the collection's C(_blueprint/sign_in.py) has it. What is left out holds its
        default.
    type: dict
    required: true
  teams:
    description:
      - What is said of the teams, as the collection's C(_blueprint/team.py) has it, without passwords. What is left out
        holds its default.
    type: list
    elements: dict
    default: []
  invited:
    description:
      - How many people of the teams are invited, as they have no password.
    type: int
    default: 0
  account_id:
    description:
      - The account in which the platform is to be. Any will do unless it is said.
    type: str
  role_arn:
    description:
      - The role whose credentials these should be. It is told why there are none with O(connection_mistake).
    type: str
  connection_mistake:
    description:
      - Why AWS could not be reached with these credentials, in a sentence. Nothing but region, clock and versions is
        asked then.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
seealso:
  - module: mlplatform.studio.studio_platform_parts_info
"""

EXAMPLES = r"""
- name: Ask whether a platform can be made, of which nothing is said but where it is
  mlplatform.studio.studio_preflight_info:
    network:
      platform: &place {name: sagemaker-studio, region: eu-central-1, account_id: "111111111111", partition: aws}
      services: [sagemaker.api, sts]
    sign_in:
      platform: *place
    account_id: "111111111111"
  register: preflight
"""

RETURN = r"""
lines:
  description: What is said of each thing.
  type: list
  elements: dict
  returned: success
  contains:
    about:
      description: What the line is about.
      type: str
      returned: always
      sample: quota VPCs per Region
    verdict:
      description: C(fine), C(will fail) or C(cannot be known).
      type: str
      returned: always
      sample: will fail
    text:
      description: Why, and what to do.
      type: str
      returned: always
      sample: "It is 5 in eu-central-1 of account 111111111111: 5 in use, 1 more wanted. Ask AWS for 6 at least."
counts:
  description: How many lines have each verdict.
  type: dict
  returned: success
  sample: {fine: 37, will fail: 1, cannot be known: 0}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_preflight_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
