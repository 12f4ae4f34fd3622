#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_removal_info
short_description: Tell what the removal of a Studio team would meet
version_added: 0.1.0
description:
  - Finds the domains of a team and what should keep anybody from removing them - jobs that run, endpoints that serve,
    backups that would be lost, and what others attached to the team's security group.
  - Nothing is decided here, and what does not exist is left out.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  domain_name:
    description:
      - The name of the domains.
    type: str
    required: true
  work_prefix:
    description:
      - What the names of the team's jobs and endpoints begin with. They belong to no domain.
    type: str
    required: true
  backup_vault_name:
    description:
      - The name of the team's backup vault.
    type: str
    required: true
  security_group_name:
    description:
      - The name of the team's security group.
    type: str
    required: true
  match_tags:
    description:
      - Tags that the security group must carry. Groups of the same name without them are somebody else's.
    type: dict
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: Tell what the removal of team1 would meet
  mlplatform.studio.studio_removal_info:
    domain_name: team1
    work_prefix: team1--
    backup_vault_name: sagemaker-studio--team1
    security_group_name: sagemaker-studio--team1
    match_tags: {Platform: sagemaker-studio}
"""

RETURN = r"""
domains:
  description: The domains as M(mlplatform.studio.sagemaker_domain_info) shows them, the oldest first.
  returned: success
  type: list
  elements: dict
  sample: [{"domain_id": "d-0123456789ab", "domain_name": "team1", "status": "InService"}]
running_work:
  description:
    - Endpoints, and training, processing and transform jobs that are in progress, by kind and name.
    - A list that the caller may not read is left out with a warning.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What it is.
      type: str
      returned: always
      sample: endpoint
    name:
      description: Its name.
      type: str
      returned: always
      sample: team1--churn
    status:
      description: Its status.
      type: str
      returned: always
      sample: InService
backup_vault:
  description: The vault as AWS describes it, with its tags and the size of what is in it; empty where there is none.
  returned: success
  type: dict
  contains:
    backup_vault_name:
      description: The name of the vault.
      type: str
      returned: when it exists
      sample: sagemaker-studio--team1
    number_of_recovery_points:
      description: How many recovery points it holds.
      type: int
      returned: when it exists
      sample: 7
    size_in_bytes:
      description: The size of all recovery points.
      type: int
      returned: when it exists
      sample: 10737418240
    tags:
      description: The tags of the vault.
      type: dict
      returned: when it exists
      sample: {"Retained": "true"}
security_group_users:
  description: A sentence for every group that somebody else's interface wears, or somebody else's rule names.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._removal import find_obstacles
from ansible_collections.mlplatform.studio.plugins.module_utils._run import connect, run_info

TEXT = {"type": "str", "required": True}
OPTIONS = {
    **dict.fromkeys(("domain_name", "work_prefix", "backup_vault_name", "security_group_name"), TEXT),
    "match_tags": {"type": "dict", "required": True},
}


def read(module):
    options = {name: module.params[name] for name in OPTIONS}
    clients = [connect(module, service) for service in ("sagemaker", "backup", "ec2")]
    return find_obstacles(*clients, warn=module.warn, **options)


def main():
    run_info(read, argument_spec=OPTIONS)


if __name__ == "__main__":
    main()
