#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: kms_key
short_description: Manage an AWS KMS key by its alias
version_added: 0.1.0
description:
  - Creates a symmetric key with an alias, and changes its settings, each of which the diff shows before and after.
  - A key that is disabled or scheduled for deletion is warned of and enabled again, as nothing that it encrypts opens
    otherwise.
  - AWS has no way to ask for a key only once. A key that an earlier run made and could not give its alias is found by
    O(tags) and O(description), where both are given, if it has no alias.
  - M(mlplatform.studio.kms_key_removal) schedules keys for deletion.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  alias:
    description:
      - The alias of the key, with or without C(alias/).
    type: str
    required: true
  description:
    description:
      - What the key is for.
    type: str
  enable_key_rotation:
    description:
      - Whether AWS replaces the key's material every year.
    type: bool
  policy:
    description:
      - The key policy. It is compared by its meaning.
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
- name: Have a key for the data of a team
  mlplatform.studio.kms_key:
    alias: sagemaker-studio/team1
    description: Data of team1
    enable_key_rotation: true
    tags:
      Platform: sagemaker-studio
      DomainName: team1
"""

RETURN = r"""
kms_key:
  description: The key as DescribeKey shows it, with its settings.
  returned: success
  type: dict
  contains:
    key_id:
      description: The id of the key.
      type: str
      returned: when it exists
      sample: 01234567-89ab-cdef-0123-456789abcdef
    arn:
      description: The ARN of the key.
      type: str
      returned: when it exists
      sample: arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef
    alias:
      description: The alias.
      type: str
      returned: always
      sample: alias/sagemaker-studio/team1
    key_state:
      description: Whether the key can be used.
      type: str
      returned: always
      sample: Enabled
    description:
      description: What the key is for.
      type: str
      returned: when it exists
      sample: Data of team1
    enable_key_rotation:
      description: Whether AWS replaces the key's material every year; none where it never does.
      type: bool
      returned: when it exists
      sample: true
    policy:
      description: The key policy.
      type: dict
      returned: when it exists
      sample: {"Version": "2012-10-17", "Statement": []}
    tags:
      description: The tags of the key.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.kms_key import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
