#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: apigateway_rest_api_info
short_description: Describe REST APIs and their stages
version_added: 0.1.0
description:
  - Describes the Amazon API Gateway REST APIs of a region, or those of a name, with their stages.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the REST APIs to describe. Without it all are described.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: Describe the sign-in API
  mlplatform.studio.apigateway_rest_api_info:
    name: sagemaker-studio
"""

RETURN = r"""
rest_apis:
  description: The REST APIs, as API Gateway describes them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the API.
      type: str
      sample: a1b2c3d4e5
    name:
      description: The name of the API.
      type: str
      sample: sagemaker-studio
    arn:
      description: The ARN of the API.
      type: str
      sample: arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5
    root_resource_id:
      description: The id of the resource C(/).
      type: str
      sample: f6g7h8i9j0
    policy:
      description: The resource policy; empty when there is none.
      type: dict
      sample: {}
    tags:
      description: The tags of the API.
      type: dict
      sample: {"Platform": "studio"}
    stages:
      description: The stages of the API.
      type: list
      elements: dict
      contains:
        stage_name:
          description: The name of the stage.
          type: str
          sample: prod
        invoke_url:
          description: The URL of the stage.
          type: str
          sample: https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.apigateway_rest_api_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
