#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_spaces
short_description: Manage the spaces of an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Creates, changes and deletes any number of spaces of one domain at the same time, and waits for all together.
  - One space that fails does not keep the others from being done; RV(failures) says why each failed.
  - Settings are compared by what is given; members that are left out stay as they are. A list
    replaces the one that is there, its items whole; an empty one clears it.
  - B(Deleting a space destroys its disk and everything on it.) To stop paying for its instance and keep the disk, stop
    its apps with M(mlplatform.studio.sagemaker_apps).
  - People make private spaces of their own in Studio. O(purge) deletes these too, with all their files.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  spaces:
    description:
      - The spaces that should exist, or with O(state=absent) those that should not.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name of the space, with letters, digits and inner hyphens, at most 63 characters.
        type: str
        required: true
        aliases: [space_name]
      space_display_name:
        description:
          - The name that Studio shows, at most 64 characters.
        type: str
      owner:
        description:
          - The user profile that owns the space, in any case. AWS sets it only at creation, and wants
            O(spaces[].sharing_type) beside it.
        type: str
        aliases: [owner_user_profile_name]
      sharing_type:
        description:
          - Whether the owner alone works in the space, or everybody in the domain. AWS sets it only at creation, and
            wants O(spaces[].owner) beside it.
          - A private space needs O(spaces[].space_settings).
        type: str
        choices: [Private, Shared]
      space_settings:
        description:
          - The settings of the space, with the names of the API's C(SpaceSettings) in snake case.
          - Unknown names are refused before the first call.
          - AWS sets C(app_type) only at creation. A disk
            (C(space_storage_settings.ebs_storage_settings.ebs_volume_size_in_gb)) may grow and never shrinks.
        type: dict
      tags:
        description:
          - The tags of the space. Without them, its tags stay as they are.
          - Where the domain propagates its tags, those of the domain and of the owner count as listed too.
        type: dict
  inherited_tags:
    description:
      - The tags that the domain propagates, its own and those of the owners, where they are known. They count as
        listed.
      - Without it they are read. In check mode an earlier task has not changed them yet.
    type: dict
  purge:
    description:
      - Whether spaces that are not listed are deleted, with their disks.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait for each space, and with O(delete_apps) for each of its apps, in seconds.
    type: int
    default: 1200
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
- name: A shared space of a team
  mlplatform.studio.sagemaker_spaces:
    domain_id: d-0123456789ab
    spaces:
      - name: shared-lab
        owner: lead
        sharing_type: Shared
        space_settings:
          app_type: JupyterLab
          space_storage_settings:
            ebs_storage_settings:
              ebs_volume_size_in_gb: 50

- name: Delete a space with its disk, even while somebody works in it
  mlplatform.studio.sagemaker_spaces:
    domain_id: d-0123456789ab
    spaces:
      - name: shared-lab
    state: absent
    delete_apps: true
"""

RETURN = r"""
spaces:
  description: The listed spaces as AWS describes them after the change, with their tags.
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
      returned: when it exists
      sample: arn:aws:sagemaker:eu-central-1:111111111111:space/d-0123456789ab/shared-lab
    status:
      description: The status of the space.
      type: str
      returned: when it exists
      sample: InService
    ownership_settings:
      description: The user profile that owns the space.
      type: dict
      returned: when it has an owner
      sample: {"owner_user_profile_name": "lead"}
    space_sharing_settings:
      description: Whether the space is private or shared.
      type: dict
      returned: when it has an owner
      sample: {"sharing_type": "Shared"}
    space_settings:
      description: The settings of the space.
      type: dict
      returned: when set
      sample: {"app_type": "JupyterLab"}
    url:
      description: The address of the space in Studio.
      type: str
      returned: when it exists
      sample: https://0123456789abcdef.studio.eu-central-1.sagemaker.aws
    tags:
      description: The tags of the space.
      type: dict
      returned: when it exists
      sample: {"CostCenter": "42"}
actions:
  description: What was done, by the name of the space; V(create), V(update) or V(delete).
  returned: success
  type: dict
  sample: {"shared-lab": "create"}
failures:
  description: Why spaces failed, by name. The others were done.
  returned: when some failed
  type: dict
  sample: {"shared-lab": "space shared-lab of d-0123456789ab still has app JupyterLab default."}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_spaces import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
