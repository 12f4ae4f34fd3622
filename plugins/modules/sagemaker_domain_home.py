#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_domain_home
short_description: Tag what SageMaker makes beside a Studio domain
version_added: 0.1.0
description:
  - With a domain SageMaker makes a file system for the home directories and two security groups for NFS, and gives them
    no tag but its own. This module adds tags to the three, so that cost reports and clean-ups can tell whose they are.
  - Tags that are not named here stay, as SageMaker finds the three by a tag of its own.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  domain_id:
    description:
      - The id of the domain. For a domain that does not exist, or has no file system, nothing is done.
    type: str
    required: true
  tags:
    description:
      - The tags that the file system and the groups must carry.
    type: dict
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Tell whose home directories these are
  mlplatform.studio.sagemaker_domain_home:
    domain_id: d-abcdefghijkl
    tags:
      DomainName: team1
"""

RETURN = r"""
parts:
  description: The file system and the groups.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the file system or group.
      type: str
      returned: always
      sample: fs-0123456789abcdef0
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"DomainName": "team1"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._run import connect, run_set
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.calls import SageMaker
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.domain_home import home_items


def parts(module):
    return home_items(
        SageMaker(connect(module, "sagemaker")),
        connect(module, "efs"),
        connect(module, "ec2"),
        module.params["domain_id"],
        module.params["tags"],
    )


def main():
    run_set(
        parts,
        "parts",
        argument_spec={"domain_id": {"type": "str", "required": True}, "tags": {"type": "dict", "required": True}},
    )


if __name__ == "__main__":
    main()
