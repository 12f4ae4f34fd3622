#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_app_info
short_description: Describe the apps of an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Returns the full description of apps, with their tags.
  - Apps whose start failed are among them, with the reason.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  space_name:
    description:
      - Return only the apps of this space.
    type: str
  user_profile_name:
    description:
      - Return only the apps of this user profile itself, not those in its spaces.
    type: str
  include_deleted:
    description:
      - Whether to return also the apps that were stopped in the last 24 hours, which AWS still shows.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
  - mlplatform.studio.options.domain
"""

EXAMPLES = r"""
- name: What runs in a domain
  mlplatform.studio.sagemaker_app_info:
    domain_id: d-0123456789ab
  register: running
"""

RETURN = r"""
apps:
  description: The apps by owner, type and name; empty where there is none, or no such domain.
  returned: success
  type: list
  elements: dict
  contains:
    app_name:
      description: The name of the app.
      type: str
      returned: always
      sample: default
    app_type:
      description: The kind of app.
      type: str
      returned: always
      sample: JupyterLab
    space_name:
      description: The space of the app.
      type: str
      returned: when it is in a space
      sample: shared-lab
    user_profile_name:
      description: The user profile of the app.
      type: str
      returned: when it is of a profile
      sample: ada
    status:
      description: The status of the app.
      type: str
      returned: always
      sample: InService
    failure_reason:
      description: Why the app did not start.
      type: str
      returned: when it failed
      sample: "ConfigurationError: the image does not exist"
    resource_spec:
      description: On what the app runs.
      type: dict
      returned: always
      sample: {"instance_type": "ml.t3.medium"}
    tags:
      description: The tags of the app.
      type: dict
      returned: always
      sample: {"CostCenter": "42"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_app_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
