#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_removal_info
short_description: Tell what the removal of a Studio team would meet
version_added: 0.1.0
description:
  - Finds the domains of a team and what should keep anybody from removing them - jobs that run, endpoints that serve,
    backups that would be lost, and what others do with the team's security group, lifecycle configurations, policies
    and roles.
  - Nothing is decided here, and what does not exist is left out.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  domain_name:
    description:
      - The name of the domains.
    type: str
    required: true
  domain_tags:
    description:
      - Tags that a domain must carry to be the one that goes. What is in it does not count as a user of anything.
    type: dict
    default: {}
  work_prefix:
    description:
      - What the names of the team's jobs, endpoints, monitoring schedules and pipelines begin with. They belong to no
        domain.
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
  lifecycle_config_prefix:
    description:
      - What the names of the team's lifecycle configurations begin with.
    type: str
    required: true
  match_tags:
    description:
      - Tags that the security group and the lifecycle configurations must carry. What has such a name without them is
        somebody else's.
    type: dict
    required: true
  policy_arns:
    description:
      - The ARNs of the team's policies.
    type: list
    elements: str
    required: true
  role_names:
    description:
      - The names of the team's roles.
    type: list
    elements: str
    required: true
  role_path:
    description:
      - The path under which all roles are the team's too, such as V(/team1/).
    type: str
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
    lifecycle_config_prefix: sagemaker-studio--team1-
    match_tags: {Platform: sagemaker-studio}
    policy_arns: ["arn:aws:iam::111111111111:policy/sagemaker-studio--team1"]
    role_names: [sagemaker-studio--team1]
    role_path: /sagemaker-studio/team1/
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
    - Endpoints, monitoring schedules that start jobs, and training, processing, transform and tuning jobs and
      executions of pipelines that are in progress, by kind and name.
    - Of a pipeline the 100 newest executions are looked at.
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
lifecycle_config_users:
  description: A sentence for every lifecycle configuration to which something outside the domains that go refers.
  returned: success
  type: list
  elements: str
  sample: []
policy_users:
  description:
    - A sentence for every policy that is attached to somebody else's role, to a user or to a group, or that is a
      permissions boundary.
  returned: success
  type: list
  elements: str
  sample: []
role_users:
  description:
    - A sentence for every instance profile that one of the roles is in.
    - Where the caller may not list instance profiles, there is a warning instead.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_removal_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
