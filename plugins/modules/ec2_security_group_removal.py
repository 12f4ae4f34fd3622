#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ec2_security_group_removal
short_description: Delete security groups that refer to each other
version_added: 0.1.0
description:
  - Deletes security groups together. Their rules are revoked first, as groups that name each other could not go
    otherwise.
  - Waits until AWS's own network interfaces have let go of a group, which takes a minute after what they belonged to
    is gone, and up to 20 minutes and more after a Lambda function.
  - A group that somebody else's interface wears, or somebody else's rule names, is not deleted; the message names them.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  names:
    description:
      - The names of the groups. Names that no group has are passed over.
    type: list
    elements: str
    required: true
  match_tags:
    description:
      - Tags that a group must carry. Groups of the same name without them are left alone.
    type: dict
    required: true
  wait_timeout:
    description:
      - For how many seconds to wait for these interfaces.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Remove both groups of a platform
  mlplatform.studio.ec2_security_group_removal:
    names: [sagemaker-studio-clients, sagemaker-studio-endpoints]
    match_tags:
      Platform: sagemaker-studio
"""

RETURN = r"""
security_groups:
  description: What is left of the groups; nothing, unless they could not be deleted.
  returned: success
  type: list
  elements: dict
  sample: []
actions:
  description: What was done, by the group's name and id.
  returned: success
  type: dict
  sample: {"sagemaker-studio-clients (sg-0123456789abcdef0)": "delete"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.ec2_security_group_removal import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
