#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_running_work_info
short_description: Tell which jobs and endpoints of Amazon SageMaker run
version_added: 0.1.0
description:
  - Finds endpoints, and training, processing and transform jobs that are in progress, by the beginning of their names.
    None of them belongs to a domain.
  - A list that the caller may not read is left out with a warning.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name_prefix:
    description:
      - What the names begin with.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Tell what runs under names of team1
  mlplatform.studio.sagemaker_running_work_info:
    name_prefix: team1--
"""

RETURN = r"""
running_work:
  description: What runs, by kind and name.
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
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._run import connect, run_info
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.calls import SageMaker
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.running_work import running_work

OPTIONS = {"name_prefix": {"type": "str", "required": True}}


def read(module):
    sagemaker = SageMaker(connect(module, "sagemaker"))
    return {"running_work": running_work(sagemaker, module.params["name_prefix"], module.warn)}


def main():
    run_info(read, argument_spec=OPTIONS)


if __name__ == "__main__":
    main()
