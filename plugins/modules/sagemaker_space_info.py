#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_space_info
short_description: Describe the spaces of an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Returns the full description of spaces, with their tags, whatever their status.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - Return only the spaces of these names.
    type: list
    elements: str
    aliases: [space_name]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
  - mlplatform.studio.options.domain
"""

EXAMPLES = r"""
- name: Describe all spaces of a domain
  mlplatform.studio.sagemaker_space_info:
    domain_id: d-0123456789ab
  register: workplaces
"""

RETURN = r"""
spaces:
  description: The spaces by name; empty where there is none, or no such domain.
  returned: success
  type: list
  elements: dict
  contains:
    space_name:
      description: The name of the space.
      type: str
      returned: always
      sample: shared-lab
    space_arn:
      description: The ARN of the space.
      type: str
      returned: always
      sample: arn:aws:sagemaker:eu-central-1:111111111111:space/d-0123456789ab/shared-lab
    status:
      description: The status of the space.
      type: str
      returned: always
      sample: InService
    ownership_settings:
      description: The user profile that owns the space.
      type: dict
      returned: when it has an owner
      sample: {"owner_user_profile_name": "lead"}
    tags:
      description: The tags of the space.
      type: dict
      returned: always
      sample: {"CostCenter": "42"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_space_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
