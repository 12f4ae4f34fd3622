#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: kms_alias
short_description: Manage an alias of an AWS KMS key
version_added: 0.1.0
description:
  - Creates, moves and deletes an alias. M(amazon.aws.kms_key) gives a key its alias, and never takes it away again, not
    even from a key that is scheduled for deletion.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The alias, with or without C(alias/).
    type: str
    required: true
  target_key_id:
    description:
      - The id or the ARN of the key. Needed with O(state=present).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: Free the name of a key that is going
  mlplatform.studio.kms_alias:
    name: sagemaker-studio/team1
    state: absent
"""

RETURN = r"""
alias:
  description: The alias after the change; empty when it is gone.
  returned: success
  type: dict
  sample: {"alias_name": "alias/sagemaker-studio/team1", "target_key_id": "01234567-89ab-cdef-0123-456789abcdef"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._kms import Alias
from ansible_collections.mlplatform.studio.plugins.module_utils._run import STATE, connect, run

OPTIONS = {"name": {"type": "str", "required": True}, "target_key_id": {"type": "str", "no_log": False}}


def main():
    run(
        lambda module: Alias(connect(module, "kms"), module.params["name"], module.params["target_key_id"]),
        ["target_key_id"],
        argument_spec={**STATE, **OPTIONS},
        required_if=[["state", "present", ["target_key_id"]]],
    )


if __name__ == "__main__":
    main()
