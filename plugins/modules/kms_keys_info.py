#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: kms_keys_info
short_description: Find AWS KMS keys by their tags
version_added: 0.1.0
description:
  - Finds keys by tags with the Resource Groups Tagging API, so that not every key of the account is read.
  - Keys that are scheduled for deletion are among them.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  tags:
    description:
      - The tags that a key must carry, all of them.
    type: dict
    required: true
  alias:
    description:
      - An alias, with or without C(alias/), whose key is found whatever tags it has. A new tag is known only after some
        seconds, a new alias at once.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Find the keys of a team
  mlplatform.studio.kms_keys_info:
    tags: {Platform: sagemaker-studio}
    alias: sagemaker-studio/team1
"""

RETURN = r"""
kms_keys:
  description: The keys as DescribeKey shows them.
  returned: success
  type: list
  elements: dict
  contains:
    key_id:
      description: The id of the key.
      type: str
      returned: always
      sample: 01234567-89ab-cdef-0123-456789abcdef
    arn:
      description: The ARN of the key.
      type: str
      returned: always
      sample: arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef
    key_state:
      description: Whether the key can be used.
      type: str
      returned: always
      sample: Enabled
    deletion_date:
      description: When AWS deletes the key.
      type: str
      returned: when the key is scheduled for deletion
      sample: "2026-12-22T20:16:31+00:00"
    tags:
      description: The tags of the key.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.kms_keys_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
