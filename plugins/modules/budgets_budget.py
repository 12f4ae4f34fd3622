#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: budgets_budget
short_description: Manage a cost budget that tells people when it is used up
version_added: 0.1.0
description:
  - Creates, changes and deletes a cost budget of AWS Budgets in the account of the caller.
  - Costs are told apart by a tag only after the tag was activated as a cost allocation tag in AWS's billing console,
    and only those that arise from then on.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the budget, which is unique in the account.
    type: str
    required: true
    aliases: [budget_name]
  limit:
    description:
      - How much the period may cost. Needed with O(state=present).
    type: float
  unit:
    description:
      - The currency.
    type: str
    default: USD
  time_unit:
    description:
      - The period, at whose end the budget begins anew.
    type: str
    choices: [DAILY, MONTHLY, QUARTERLY, ANNUALLY]
    default: MONTHLY
  cost_filters:
    description:
      - Which costs count, by the names of AWS Budgets, such as C(TagKeyValue) with V(user:DomainName$team1). All of the
        account unless given.
    type: dict
  notifications:
    description:
      - Who is told when, and nobody else. Without this, notifications stay as they are.
    type: list
    elements: dict
    suboptions:
      type:
        description: Whether what was spent counts, or what AWS expects to be spent by the end of the period.
        type: str
        choices: [ACTUAL, FORECASTED]
        default: ACTUAL
      threshold:
        description: From which percentage of O(limit) on they are told.
        type: float
        required: true
      emails:
        description: The e-mail addresses, at most ten.
        type: list
        elements: str
        required: true
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
- name: Tell the lead when four fifths of the team's money are spent
  mlplatform.studio.budgets_budget:
    name: team1
    limit: 500
    cost_filters: {TagKeyValue: ["user:DomainName$team1"]}
    notifications:
      - {threshold: 80, emails: [lead@example.com]}
    tags: {DomainName: team1}

- name: Delete the budget
  mlplatform.studio.budgets_budget:
    name: team1
    state: absent
"""

RETURN = r"""
budget:
  description: The budget as AWS describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    budget_name:
      description: The name of the budget.
      type: str
      returned: when it exists
      sample: team1
    limit:
      description: How much the period may cost.
      type: float
      returned: when it exists
      sample: 500.0
    notifications:
      description: Who is told when.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"type": "ACTUAL", "threshold": 80.0, "emails": ["lead@example.com"]}]
    tags:
      description: The tags of the budget.
      type: dict
      returned: when it exists
      sample: {"DomainName": "team1"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.budgets_budget import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
