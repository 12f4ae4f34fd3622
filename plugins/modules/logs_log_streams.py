#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: logs_log_streams
short_description: Delete log streams of CloudWatch Logs
version_added: 0.1.0
description:
  - Deletes the log streams whose names begin with a prefix, with all their events. Log groups that several users of an
    account share, such as C(/aws/sagemaker/studio), can be cleared of one of them that way.
  - Deletes log groups, too, that are one user's alone.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  log_group_names:
    description:
      - The log groups. Those that do not exist are passed over.
    type: list
    elements: str
    required: true
  prefix:
    description:
      - How the names of the streams begin, which must not be empty.
    type: str
    required: true
  delete_emptied:
    description:
      - Whether those of O(log_group_names) are deleted that have no stream of another name.
    type: bool
    default: false
  log_group_prefixes:
    description:
      - How the names of log groups begin that are deleted with everything in them. None must be empty.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Remove what the apps of one domain logged
  mlplatform.studio.logs_log_streams:
    log_group_names: [/aws/sagemaker/studio]
    prefix: d-abcdefghijkl/

- name: Remove what jobs and endpoints of one team logged
  mlplatform.studio.logs_log_streams:
    log_group_names: [/aws/sagemaker/TrainingJobs]
    prefix: team1--
    log_group_prefixes: [/aws/sagemaker/Endpoints/team1--]
"""

RETURN = r"""
log_streams:
  description: What is left of streams and groups; nothing, unless they could not be deleted.
  returned: success
  type: list
  elements: dict
  sample: []
actions:
  description: What was done, by log group and prefix, or by log group.
  returned: success
  type: dict
  sample: {"/aws/sagemaker/studio d-abcdefghijkl/": "delete", "/aws/sagemaker/Endpoints/team1--churn": "delete"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.logs_log_streams import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
