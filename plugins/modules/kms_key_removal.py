#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: kms_key_removal
short_description: Schedule the deletion of AWS KMS keys and free their alias
version_added: 0.1.0
description:
  - Schedules the deletion of keys, and then deletes their alias. M(amazon.aws.kms_key) gives a key its alias, and never
    takes it away again, not even from a key that is scheduled for deletion.
  - The alias goes last, so that a run that is stopped in between finds the keys again.
  - Keys that are scheduled already keep their date, and keys that are gone are passed over.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  key_ids:
    description:
      - The ids, ARNs or aliases (with C(alias/)) of the keys.
    type: list
    elements: str
    default: []
  alias:
    description:
      - The alias that is freed, with or without C(alias/).
    type: str
  pending_window:
    description:
      - After how many days AWS deletes the keys; from 7 to 30. Until then the deletion can be cancelled.
    type: int
    default: 30
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Let the key of a team go
  mlplatform.studio.kms_key_removal:
    key_ids: ["arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef"]
    alias: sagemaker-studio/team1
    pending_window: 7
"""

RETURN = r"""
kms_keys:
  description: The keys as DescribeKey shows them after the change, with their tags.
  returned: success
  type: list
  elements: dict
  contains:
    key_id:
      description: The id of the key.
      type: str
      returned: always
      sample: 01234567-89ab-cdef-0123-456789abcdef
    key_state:
      description: Whether the key can be used.
      type: str
      returned: always
      sample: PendingDeletion
    deletion_date:
      description: When AWS deletes the key.
      type: str
      returned: always, but in check mode
      sample: "2026-12-22T20:16:31+00:00"
    tags:
      description: The tags of the key.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
aliases:
  description: What is left of the alias; nothing, unless it could not be deleted.
  returned: success
  type: list
  elements: dict
  sample: []
actions:
  description: What was done, by kind and name; V(update) of a key is its scheduled deletion.
  returned: success
  type: dict
  sample: {"kms_key 01234567-89ab-cdef-0123-456789abcdef": "update", "alias alias/sagemaker-studio/team1": "delete"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.kms_key_removal import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
