#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: wafv2_web_acl_association
short_description: Protect a resource with a web ACL of AWS WAF
version_added: 0.1.0
description:
  - Associates a regional resource, such as a stage of a REST API, with a web ACL, and ends the association.
  - A resource has one web ACL at most, so another one takes its place.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  resource_arn:
    description:
      - The ARN of the resource.
    type: str
    required: true
  web_acl_arn:
    description:
      - The ARN of the web ACL; needed unless O(state=absent).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: Protect a stage
  mlplatform.studio.wafv2_web_acl_association:
    resource_arn: arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5/stages/prod
    web_acl_arn: arn:aws:wafv2:eu-central-1:111111111111:regional/webacl/office/11111111-2222-3333-4444-666666666666
"""

RETURN = r"""
web_acl_association:
  description: The association; empty when there is none.
  returned: success
  type: dict
  contains:
    resource_arn:
      description: The ARN of the resource.
      type: str
      returned: except in check mode
      sample: arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5/stages/prod
    web_acl_arn:
      description: The ARN of the web ACL.
      type: str
      returned: when there is one
      sample: arn:aws:wafv2:eu-central-1:111111111111:regional/webacl/office/11111111-2222-3333-4444-666666666666
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.wafv2_web_acl_association import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
