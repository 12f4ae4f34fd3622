#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_lifecycle_config_info
short_description: Describe the lifecycle configurations of SageMaker Studio
version_added: 0.1.0
description:
  - Returns Studio lifecycle configurations with their scripts and tags.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - Return only the configuration of this name, and the versions that M(mlplatform.studio.studio_lifecycle_config)
        made of it as a base name.
    type: str
  app_type:
    description:
      - Return only configurations for this kind of app.
    type: str
    choices: [JupyterLab, CodeEditor, JupyterServer, KernelGateway]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: All versions of a script
  mlplatform.studio.studio_lifecycle_config_info:
    name: team1-proxy
"""

RETURN = r"""
studio_lifecycle_configs:
  description: The configurations by name; empty where there is none.
  returned: success
  type: list
  elements: dict
  contains:
    studio_lifecycle_config_name:
      description: The name in AWS.
      type: str
      returned: always
      sample: team1-proxy-0a1b2c3d
    studio_lifecycle_config_arn:
      description: The ARN, to be used in settings.
      type: str
      returned: always
      sample: arn:aws:sagemaker:eu-central-1:111111111111:studio-lifecycle-config/team1-proxy-0a1b2c3d
    studio_lifecycle_config_content:
      description: The script in base64.
      type: str
      returned: always
      sample: ZWNobyBoZWxsbwo=
    tags:
      description: The tags of the configuration.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_lifecycle_config_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
