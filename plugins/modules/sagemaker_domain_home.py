#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_domain_home
short_description: Tag or remove what SageMaker makes beside a Studio domain
version_added: 0.1.0
description:
  - With a domain SageMaker makes a file system for the home directories and two security groups for NFS, and gives them
    no tag but its own. This module adds tags to the three, so that cost reports and clean-ups can tell whose they are.
  - Tags that are not named here stay, as SageMaker finds the three by a tag of its own.
  - A deleted domain leaves the three behind when it was told to retain its file system, and they keep the VPC from
    being deleted. With O(state=absent) this module removes access points, mount targets, file system and both groups,
    or all but the file system.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  domain_id:
    description:
      - The id of the domain. Needed to tag; for a domain that does not exist, or has no file system, nothing is done.
    type: str
  tags:
    description:
      - The tags that the file system and the groups must carry. Needed to tag.
    type: dict
  match_tags:
    description:
      - With O(state=absent), what carries all of these tags and SageMaker's own is meant too, so that what is left of
        a domain is found when nobody knows its id any more.
    type: dict
  retain_file_system:
    description:
      - With O(state=absent), whether the file system stays, with its data and without mount targets. It is given the
        tag C(Retained), and no later run of this module deletes a file system that has it.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: Tell whose home directories these are
  mlplatform.studio.sagemaker_domain_home:
    domain_id: d-abcdefghijkl
    tags:
      DomainName: team1

- name: Remove what a deleted domain left behind, and keep the home directories
  mlplatform.studio.sagemaker_domain_home:
    domain_id: d-abcdefghijkl
    match_tags:
      DomainName: team1
    retain_file_system: true
    state: absent
"""

RETURN = r"""
parts:
  description: The file system and the groups, as far as they exist afterwards.
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
actions:
  description: What was done, by the id of the file system or group; V(update) where tags were added, V(delete).
  returned: success
  type: dict
  sample: {"fs-0123456789abcdef0": "update"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_domain_home import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
