#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: backup_plan
short_description: Manage a plan of AWS Backup with what it selects
version_added: 0.1.0
description:
  - Creates, changes and deletes a plan together with its selections. AWS cannot change a selection, so one that
    differs is made anew.
  - The module M(amazon.aws.backup_plan) leaves what is backed up to M(amazon.aws.backup_selection).
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the plan. AWS allows several plans of one name; then the module refuses to choose.
    type: str
    required: true
    aliases: [backup_plan_name]
  rules:
    description:
      - When backups are made and how long they are kept, and no other rules. Needed with O(state=present).
    type: list
    elements: dict
    suboptions:
      rule_name:
        description: The name of the rule.
        type: str
        required: true
      target_backup_vault_name:
        description: The vault that takes the recovery points.
        type: str
        required: true
      schedule_expression:
        description: When a backup begins, as a CRON expression in UTC.
        type: str
      start_window_minutes:
        description: How long after the scheduled time a backup may begin.
        type: int
      completion_window_minutes:
        description: How long a backup may take.
        type: int
      lifecycle:
        description: What becomes of recovery points.
        type: dict
        suboptions:
          move_to_cold_storage_after_days:
            description: After how many days a recovery point is moved to cold storage.
            type: int
          delete_after_days:
            description: After how many days a recovery point is deleted.
            type: int
      enable_continuous_backup:
        description: Whether backups can be restored to any point in time.
        type: bool
      recovery_point_tags:
        description: The tags of recovery points.
        type: dict
  selections:
    description:
      - What is backed up, and nothing else.
    type: list
    elements: dict
    suboptions:
      selection_name:
        description: The name of the selection.
        type: str
        required: true
      iam_role_arn:
        description: The role with which AWS Backup reads.
        type: str
        required: true
      resources:
        description: The ARNs of what is backed up.
        type: list
        elements: str
        required: true
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
- name: Back the team's bucket up every night
  mlplatform.studio.backup_plan:
    name: sagemaker-studio--team1
    rules:
      - rule_name: daily
        target_backup_vault_name: sagemaker-studio--team1
        schedule_expression: cron(0 3 ? * * *)
        lifecycle: {delete_after_days: 35}
    selections:
      - selection_name: data
        iam_role_arn: arn:aws:iam::111111111111:role/backup
        resources: ["arn:aws:s3:::team1-data"]

- name: Back nothing up any more
  mlplatform.studio.backup_plan:
    name: sagemaker-studio--team1
    state: absent
"""

RETURN = r"""
backup_plan:
  description: The plan as AWS Backup describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    backup_plan_id:
      description: The id of the plan.
      type: str
      returned: when it exists
      sample: 01234567-89ab-cdef-0123-456789abcdef
    arn:
      description: The ARN of the plan.
      type: str
      returned: when it exists
      sample: arn:aws:backup:eu-central-1:111111111111:backup-plan:01234567-89ab-cdef-0123-456789abcdef
    rules:
      description: The rules, with what AWS fills in.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"rule_name": "daily", "target_backup_vault_name": "sagemaker-studio--team1"}]
    selections:
      description: What is backed up.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"selection_name": "data", "resources": ["arn:aws:s3:::team1-data"]}]
    tags:
      description: The tags of the plan.
      type: dict
      returned: when it exists
      sample: {"DomainName": "team1"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.backup_plan import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
