#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_platform_parts_info
short_description: Compare a platform's network and sign-in with AWS in one process
version_added: 0.1.0
description:
  - Looks at both parts of a platform, and says how each differs from its description.
  - It uses the very modules that the tasks of the roles C(network) and C(login) use, with the same arguments and in
    check mode, and writes nothing. What it finds is what the roles would change.
  - The action C(look_at_platform) reads the descriptions from the variables of an inventory host for it.
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
      - What is said of the sign-in, as the collection's C(_blueprint/sign_in.py) has it, without C(network). What is
        left out holds its default.
    type: dict
    required: true
  client_secret:
    description:
      - The secret of the sign-in's OIDC identity provider, where it has one.
    type: str
  files:
    description:
      - The folder with the code of the sign-in's functions, which is C(files) of the role C(login).
    type: path
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
seealso:
  - module: mlplatform.studio.studio_teams_info
"""

EXAMPLES = r"""
- name: Look at a platform of which nothing is said but where it is
  mlplatform.studio.studio_platform_parts_info:
    network:
      platform: &place {name: sagemaker-studio, region: eu-central-1, account_id: "111111111111", partition: aws}
    sign_in:
      platform: *place
    files: "{{ role_path }}/files"
"""

RETURN = r"""
parts:
  description: The network and the sign-in.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: C(network) or C(sign_in).
      type: str
      returned: always
      sample: network
    error:
      description: Why the part could not be looked at, empty where it was.
      type: str
      returned: always
      sample: ""
    refused:
      description: Whether it is what was found in AWS that keeps the part from being made, as the error says.
      type: bool
      returned: always
      sample: false
    differences:
      description:
        - What the role would change, in its order. C(item) is the member of a set, empty where a step is about one
          thing. C(action) is C(create), C(update) or C(delete). C(before) and C(after) have the attributes that differ,
          without secrets.
      type: list
      elements: dict
      returned: always
      sample: [{"step": "alarms", "item": "studio-sign-in-failed", "action": "create", "before": {}, "after": {}}]
    left_alone:
      description: What is not as it should be and is only told, in the form of RV(parts[].differences).
      type: list
      elements: dict
      returned: always
      sample: []
    warnings:
      description: What the modules and the role would warn of.
      type: list
      elements: str
      returned: always
      sample: []
    result:
      description: What the role would tell in C(network_result) or C(login_result), empty where there is an error.
      type: dict
      returned: always
      sample: {"differences": []}
postman:
  description: What the files for Postman would say, empty where none are wanted.
  type: dict
  returned: success
  sample: {}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_platform_parts_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
