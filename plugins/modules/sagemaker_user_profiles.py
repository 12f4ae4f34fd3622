#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_user_profiles
short_description: Manage the user profiles of an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Creates, changes and deletes any number of user profiles of one domain at the same time, and waits for all
    together.
  - One profile that fails does not keep the others from being done; RV(failures) says why each failed.
  - Settings are compared by what is given; members that are left out stay as they are. A list
    replaces the one that is there, its items whole; an empty one clears it.
  - SageMaker ignores the case of profile names, and so does this module; a profile that exists keeps its spelling.
  - Deleting a profile leaves its home directory on the domain's file system, where nobody can reach it through Studio
    any more.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_profiles:
    description:
      - The profiles that should exist, or with O(state=absent) those that should not.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name of the profile, with letters, digits and inner hyphens, at most 63 characters.
        type: str
        required: true
        aliases: [user_profile_name]
      user_settings:
        description:
          - What differs from the domain's default user settings, with the names of the API's C(UserSettings) in snake
            case.
          - Unknown names are refused before the first call.
        type: dict
      single_sign_on_user_identifier:
        description:
          - The kind of O(user_profiles[].single_sign_on_user_value); for domains with C(auth_mode=SSO) only, and only
            at creation.
        type: str
        choices: [UserName]
      single_sign_on_user_value:
        description:
          - The person in IAM Identity Center; for domains with C(auth_mode=SSO) only, and only at creation.
        type: str
      tags:
        description:
          - The tags of the profile. Without them, its tags stay as they are.
        type: dict
  purge:
    description:
      - Whether profiles that are not listed are deleted.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait for each profile, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.domain
  - mlplatform.studio.options.members
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.options.state
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: The members of a team, and nobody else
  mlplatform.studio.sagemaker_user_profiles:
    domain_id: d-0123456789ab
    user_profiles:
      - name: ada
        tags: {CostCenter: "42"}
      - name: lead
        user_settings:
          execution_role: arn:aws:iam::111111111111:role/team1-lead
    purge: true

- name: Delete every user profile of a domain
  mlplatform.studio.sagemaker_user_profiles:
    domain_id: d-0123456789ab
    state: absent
    purge_all: true
"""

RETURN = r"""
user_profiles:
  description: The listed profiles as AWS describes them after the change, with their tags.
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
      returned: when it exists
      sample: arn:aws:sagemaker:eu-central-1:111111111111:user-profile/d-0123456789ab/ada
    status:
      description: The status of the profile.
      type: str
      returned: when it exists
      sample: InService
    user_settings:
      description: What differs from the domain's default user settings.
      type: dict
      returned: when set
      sample: {"execution_role": "arn:aws:iam::111111111111:role/team1-lead"}
    tags:
      description: The tags of the profile.
      type: dict
      returned: when it exists
      sample: {"CostCenter": "42"}
actions:
  description: What was done, by the name of the profile; V(create), V(update) or V(delete).
  returned: success
  type: dict
  sample: {"ada": "create"}
failures:
  description: Why profiles failed, by name. The others were done.
  returned: when some failed
  type: dict
  sample: {"ada": "user profile ada of d-0123456789ab still has app JupyterServer default."}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_user_profiles import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
