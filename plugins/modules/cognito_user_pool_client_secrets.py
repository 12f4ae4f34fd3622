#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_user_pool_client_secrets
short_description: Rotate the secret of an app client of a Cognito user pool
version_added: 0.1.0
description:
  - Makes a second secret of a confidential app client valid beside the first, and later ends one of them. Programs
    change over in between, so that none is ever without a valid secret.
  - The new secret is written to a file that only its owner can read, before it becomes valid. It is never returned.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
    required: true
  client_id:
    description:
      - The id of the app client.
    type: str
    required: true
  number:
    description:
      - How many secrets are valid. With V(2), a new one is added to the one that there is.
      - With V(1), one of two ends; O(keep) says which stays.
    type: int
    required: true
    choices: [1, 2]
  keep:
    description:
      - Which secret stays with O(number=1). V(oldest) takes a rotation back.
    type: str
    choices: [newest, oldest]
    default: newest
  dest:
    description:
      - The file for the new secret, with mode 0600. Its directory must exist; an older file is replaced.
      - Nothing is written where two secrets are valid already.
    type: path
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
notes:
  - Needs a botocore that knows C(AddUserPoolClientSecret).
seealso:
  - module: mlplatform.studio.cognito_user_pool_client
"""

EXAMPLES = r"""
- name: Make a second secret valid
  mlplatform.studio.cognito_user_pool_client_secrets:
    user_pool_id: eu-central-1_AbCdEfGhI
    client_id: 7client23456789
    number: 2
    dest: "{{ lookup('ansible.builtin.env', 'HOME') }}/client-secret"

- name: End the old one, when every program has the new one
  mlplatform.studio.cognito_user_pool_client_secrets:
    user_pool_id: eu-central-1_AbCdEfGhI
    client_id: 7client23456789
    number: 1
"""

RETURN = r"""
user_pool_client_secrets:
  description: The client's secrets after the change, without their values.
  returned: success
  type: dict
  contains:
    number:
      description: How many are valid.
      type: int
      returned: always
      sample: 2
    secrets:
      description: The secrets, the oldest first, as they were before the change in check mode.
      type: list
      elements: dict
      returned: always
      sample:
        - client_secret_id: 7client23456789--1764000000
          client_secret_create_date: "2026-01-02T03:04:05+00:00"
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_user_pool_client_secrets import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
