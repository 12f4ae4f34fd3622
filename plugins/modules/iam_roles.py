#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iam_roles
short_description: Manage IAM roles together with the policies that they carry
version_added: 0.1.0
description:
  - Creates, changes and deletes any number of customer-managed policies and roles in one go, policies first. What
    comes to the same, however it is written, is no change.
  - A changed policy becomes a new default version; of the five versions that AWS keeps the oldest goes.
  - One that fails does not keep the others of its kind from being done; RV(failures) says why each failed. Roles are
    begun when all policies are done.
  - The modules M(amazon.aws.iam_role) and M(amazon.aws.iam_managed_policy) take one role or policy per task.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  policies:
    description:
      - The customer-managed policies, with the path C(/).
      - A policy that is deleted is taken off every role that carries it.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the policy.
        type: str
        required: true
        aliases: [policy_name]
      description:
        description: What the policy is for. AWS sets it only at creation, and it is not compared later.
        type: str
      document:
        description: The policy document. Needed unless the policy is to be deleted.
        type: dict
      state:
        description:
          - Whether the policy should exist; V(absent) deletes it after the roles are done. With O(state=absent) every
            policy is deleted.
        type: str
        choices: [present, absent]
        default: present
  roles:
    description:
      - The roles.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the role, which is unique in the account whatever its path.
        type: str
        required: true
        aliases: [role_name]
      path:
        description: The path, which stands before the name in the ARN. Set only at creation; AWS's default is C(/).
        type: str
      description:
        description: What the role is for.
        type: str
      assume_role_policy_document:
        description: Who may take the role. Needed to create it.
        type: dict
      max_session_duration:
        description: How many seconds a session may last, from 3600 to 43200.
        type: int
      permissions_boundary:
        description:
          - The ARN of the policy that bounds the role's rights; an empty text removes it.
          - Where it is not given, a boundary that is there stays, and is told in RV(left_alone).
        type: str
      policy_arns:
        description: The managed policies that the role carries, and no others.
        type: list
        elements: str
      inline_policies:
        description: The policies inside the role, and no others.
        type: list
        elements: dict
        suboptions:
          name:
            description: The name of the policy within the role.
            type: str
            required: true
          document:
            description: The policy document.
            type: dict
            required: true
  create:
    description:
      - Whether O(roles) are made and changed. Otherwise they are only kept from O(purge_path).
    type: bool
    default: true
  purge_path:
    description:
      - Deletes every role under this path that O(roles) does not list.
      - The path of one's own roles alone, such as C(/team1/); V(/), which is every role's path, is refused.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: A role that SageMaker takes, with a policy of its own
  mlplatform.studio.iam_roles:
    policies:
      - name: team1-read
        document:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::team1-data/*"}
    roles:
      - name: team1-ada
        path: /team1/
        assume_role_policy_document:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: sagemaker.amazonaws.com}}
        policy_arns: ["arn:aws:iam::111111111111:policy/team1-read"]
    purge_path: /team1/
    tags: {DomainName: team1}

- name: Delete the policy and all roles under the path
  mlplatform.studio.iam_roles:
    policies: [{name: team1-read}]
    purge_path: /team1/
    state: absent
"""

RETURN = r"""
policies:
  description: The listed policies as IAM describes them after the change.
  returned: success
  type: list
  elements: dict
  contains:
    policy_name:
      description: The name of the policy.
      type: str
      returned: always
      sample: team1-read
    arn:
      description: The ARN of the policy.
      type: str
      returned: when it exists
      sample: arn:aws:iam::111111111111:policy/team1-read
    document:
      description: The policy document.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
roles:
  description: The listed roles as IAM describes them after the change.
  returned: success
  type: list
  elements: dict
  contains:
    role_name:
      description: The name of the role.
      type: str
      returned: always
      sample: team1-ada
    arn:
      description: The ARN of the role.
      type: str
      returned: when it exists
      sample: arn:aws:iam::111111111111:role/team1/team1-ada
    policy_arns:
      description: The managed policies that the role carries.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::111111111111:policy/team1-read"]
actions:
  description: What was done, by kind and name.
  returned: success
  type: dict
  sample: {"role team1-ada": "create"}
left_alone:
  description: The boundary that nobody asked for and nobody takes away, by kind and name, before and after.
  returned: when there is one
  type: dict
  sample:
    "role team1-ada":
      permissions_boundary: {"before": "arn:aws:iam::111111111111:policy/bounds", "after": ""}
failures:
  description: Why some failed, by kind and name. The others of the kind were done.
  returned: when some failed
  type: dict
  sample: {"role team1-ada": "Policy arn:aws:iam::111111111111:policy/x does not exist or is not attachable."}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.iam_roles import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
