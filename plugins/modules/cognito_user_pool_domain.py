#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_user_pool_domain
short_description: Manage the hosted sign-in domain of a Cognito user pool
version_added: 0.1.0
description:
  - Gives a user pool the domain under which its hosted sign-in pages are, changes it, and takes it away.
  - A pool has at most one prefix domain and one custom domain.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
    required: true
  domain:
    description:
      - The prefix of a domain of Amazon Cognito, which is unique among all AWS customers of a region,
        or with O(custom_domain_config) a whole domain name of your own.
    type: str
    required: true
  managed_login_version:
    description:
      - V(1) for the classic hosted pages, V(2) for managed login.
      - Managed login shows an error until the pool has a branding style.
    type: int
    choices: [1, 2]
  custom_domain_config:
    description:
      - Makes O(domain) a custom domain.
    type: dict
    suboptions:
      certificate_arn:
        description: The ARN of the domain's certificate, which has to be in us-east-1.
        type: str
        required: true
  wait_timeout:
    description:
      - How many seconds to wait. A prefix is ready at once, a custom domain takes up to an hour.
    type: int
    default: 3600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: Sign-in pages at https://example-studio.auth.eu-central-1.amazoncognito.com
  mlplatform.studio.cognito_user_pool_domain:
    user_pool_id: eu-central-1_AbCdEfGhI
    domain: example-studio
"""

RETURN = r"""
user_pool_domain:
  description: The domain as Cognito describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    domain:
      description: The prefix or the custom domain.
      type: str
      returned: when it exists
      sample: example-studio
    status:
      description: The state of the domain.
      type: str
      returned: when it exists
      sample: ACTIVE
    user_pool_id:
      description: The id of the user pool.
      type: str
      returned: when it exists
      sample: eu-central-1_AbCdEfGhI
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_user_pool_domain import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
