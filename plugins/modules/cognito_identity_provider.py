#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_identity_provider
short_description: Manage an identity provider of a Cognito user pool
version_added: 0.1.0
description:
  - Creates, changes and deletes a SAML or OpenID Connect identity provider of an Amazon Cognito user pool.
  - People can use it once an app client names it, see M(mlplatform.studio.cognito_user_pool_client).
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
    required: true
  name:
    description:
      - The name of the provider, with which the names of its people begin in the pool.
    type: str
    required: true
    aliases: [provider_name]
  provider_type:
    description:
      - The kind of provider. It can only be set at creation.
    type: str
    choices: [SAML, OIDC, Google, Facebook, LoginWithAmazon, SignInWithApple]
  provider_details:
    description:
      - Where the provider is and how it is asked, by the names of Cognito's C(ProviderDetails), such as C(MetadataURL)
        for SAML, or C(oidc_issuer), C(client_id), C(authorize_scopes) and C(attributes_request_method) for OIDC.
      - What is left out stays as it is. The secret stands in O(client_secret).
    type: dict
  client_secret:
    description:
      - The secret with which the pool signs in at an OIDC or social provider. It is never returned.
    type: str
  attribute_mapping:
    description:
      - The attributes of the pool's users, each with the claim or attribute of the provider that fills it.
    type: dict
  idp_identifiers:
    description:
      - Further names of the provider, such as the domains of its people's e-mail addresses.
    type: list
    elements: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
seealso:
  - module: mlplatform.studio.cognito_user_pool
  - module: mlplatform.studio.cognito_user_pool_client
"""

EXAMPLES = r"""
- name: People of our company sign in where they always do
  mlplatform.studio.cognito_identity_provider:
    user_pool_id: eu-central-1_AbCdEfGhI
    name: company
    provider_type: OIDC
    provider_details:
      oidc_issuer: https://login.example.com
      client_id: 1example23456789
      authorize_scopes: openid email groups
      attributes_request_method: GET
    client_secret: "{{ lookup('ansible.builtin.env', 'COMPANY_CLIENT_SECRET') }}"
    attribute_mapping:
      email: email
      custom:groups: groups
"""

RETURN = r"""
identity_provider:
  description: The provider as Cognito describes it after the change, without its secret; empty when it is gone.
  returned: success
  type: dict
  contains:
    provider_name:
      description: The name of the provider.
      type: str
      returned: except in check mode
      sample: company
    provider_type:
      description: The kind of provider.
      type: str
      returned: when it exists
      sample: OIDC
    provider_details:
      description: Where the provider is and how it is asked.
      type: dict
      returned: when it exists
      sample: {"oidc_issuer": "https://login.example.com"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_identity_provider import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
