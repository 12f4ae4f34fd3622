#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_teams_info
short_description: Compare teams with AWS in one process
version_added: 0.1.0
description:
  - Looks at all given teams of an account and region at once, and says how each differs from its description.
  - It uses the very modules that the tasks of the role C(studio) use, with the same arguments and in check mode, and
    writes nothing. What it finds is what the role would change.
  - The action C(look_at_teams) reads the descriptions of inventory hosts for it.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  teams:
    description:
      - The teams.
    type: list
    elements: dict
    required: true
    suboptions:
      description:
        description:
          - What is said of the team, as the collection's C(_blueprint/team.py) has it. What is left out holds its
            default.
        type: dict
        required: true
      passwords:
        description:
          - The passwords of the team's people, by their names. They are compared with nothing, as Cognito does not tell
            any.
        type: dict
        default: {}
      package_script:
        description:
          - The script that sets up the team's package index, where it has one.
        type: str
        default: ""
  include_activity:
    description:
      - Whether to look too at who works with each team's Studio, what runs in it, and what its budget says was spent.
    type: bool
    default: false
  ask_cost_explorer:
    description:
      - Whether to ask Cost Explorer what each team has cost this month. Needs O(include_activity).
      - AWS takes 0.01 USD for the request, which is one for all teams.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
seealso:
  - module: mlplatform.studio.studio_platform_parts_info
"""

EXAMPLES = r"""
- name: Look at a team of which nothing is said but where it is
  mlplatform.studio.studio_teams_info:
    teams:
      - description:
          name: team1
          platform: {name: sagemaker-studio, region: eu-central-1, account_id: "111111111111", partition: aws}
"""

RETURN = r"""
teams:
  description: The teams in the order in which they were given.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: The name of the team.
      type: str
      returned: always
      sample: team1
    error:
      description: Why the team could not be looked at, empty where it was.
      type: str
      returned: always
      sample: ""
    differences:
      description:
        - What the role would change, in its order. C(item) is the member of a set, empty where a step is about one
          thing. C(action) is C(create), C(update) or C(delete). C(before) and C(after) have the attributes that differ,
          without secrets.
      type: list
      elements: dict
      returned: always
      sample: [{"step": "budget", "item": "", "action": "update", "before": {"limit": 1}, "after": {"limit": 2}}]
    left_alone:
      description: What is not as it should be and is only told, in the form of RV(teams[].differences).
      type: list
      elements: dict
      returned: always
      sample: []
    warnings:
      description: What the modules and the role would warn of.
      type: list
      elements: str
      returned: always
      sample: []
    in_order:
      description:
        - Of a team that differs, what its role need not do. By step, C(answer) is what its module answered, to the
          arguments of which C(arguments) is a digest.
      type: dict
      returned: always
      sample: {"found_platform": {"arguments": "5d41402a", "answer": {"changed": false}}}
    activity:
      description:
        - Who works with the team's Studio, and what runs in it, as the collection's info modules return it. C(users)
          are the described people, C(strangers) the names of members of the group who are not described.
        - C(budget) is what AWS Budgets tells of the team's budget, C(cost) what Cost Explorer does of the tag
          C(DomainName) in this month; each is empty where it was not asked, and has the reason in C(error) where it did
          not answer.
        - C(not_read) has C(people) or C(apps) where AWS could not be read, for the reason in C(error).
      type: dict
      returned: with O(include_activity)
      sample: {"users": [{"username": "ada"}], "strangers": [], "apps": [], "not_read": [], "error": ""}
    result:
      description: What the role would tell in C(studio_result), empty where the team could not be looked at.
      type: dict
      returned: always
      sample: {"domain_id": "d-0123456789ab", "status": "InService", "changed": []}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_teams_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
