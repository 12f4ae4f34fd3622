#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_user_profile_info
short_description: Describe the user profiles of an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Returns the full description of user profiles, with their tags, whatever their status.
  - The settings are those of the profile alone; what it does not set comes from the domain.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - Return only the profile of this name, in any case.
    type: str
    aliases: [user_profile_name]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
  - mlplatform.studio.options.domain
"""

EXAMPLES = r"""
- name: Describe all user profiles of a domain
  mlplatform.studio.sagemaker_user_profile_info:
    domain_id: d-0123456789ab
  register: members
"""

RETURN = r"""
user_profiles:
  description: The profiles by name; empty where there is none, or no such domain.
  returned: success
  type: list
  elements: dict
  contains:
    user_profile_name:
      description: The name of the profile.
      type: str
      returned: always
      sample: ada
    user_profile_arn:
      description: The ARN of the profile.
      type: str
      returned: always
      sample: arn:aws:sagemaker:eu-central-1:111111111111:user-profile/d-0123456789ab/ada
    status:
      description: The status of the profile.
      type: str
      returned: always
      sample: InService
    tags:
      description: The tags of the profile.
      type: dict
      returned: always
      sample: {"CostCenter": "42"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_user_profile_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
