#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: backup_vault
short_description: Manage a vault of AWS Backup
version_added: 0.1.0
description:
  - Creates and deletes a vault, with the recovery points in it where that is asked for.
  - Nothing but the tags of a vault can be changed.
  - The module M(amazon.aws.backup_vault) deletes no vault that holds recovery points.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the vault.
    type: str
    required: true
    aliases: [backup_vault_name]
  encryption_key_arn:
    description:
      - The ARN of the KMS key with which recovery points are encrypted. Set only at creation; AWS's default is its own
        key.
    type: str
  force:
    description:
      - Whether O(state=absent) deletes the recovery points in the vault, and waits for it. AWS deletes no other vault
        than an empty one.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: A vault for the data of a team
  mlplatform.studio.backup_vault:
    name: sagemaker-studio--team1
    tags:
      Platform: sagemaker-studio
      DomainName: team1

- name: Delete the vault with everything in it
  mlplatform.studio.backup_vault:
    name: sagemaker-studio--team1
    force: true
    state: absent
"""

RETURN = r"""
backup_vault:
  description: The vault as AWS Backup lists it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    backup_vault_name:
      description: The name of the vault.
      type: str
      returned: when it exists
      sample: sagemaker-studio--team1
    backup_vault_arn:
      description: The ARN of the vault.
      type: str
      returned: when it exists
      sample: arn:aws:backup:eu-central-1:111111111111:backup-vault:sagemaker-studio--team1
    encryption_key_arn:
      description: The key that encrypts recovery points.
      type: str
      returned: when it exists
      sample: arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef
    number_of_recovery_points:
      description: How many recovery points the vault holds.
      type: int
      returned: when it exists
      sample: 7
    tags:
      description: The tags of the vault.
      type: dict
      returned: when it exists
      sample: {"DomainName": "team1"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.backup_vault import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
