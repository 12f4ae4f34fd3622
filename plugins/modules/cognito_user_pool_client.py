#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_user_pool_client
short_description: Manage an app client of a Cognito user pool
version_added: 0.1.0
description:
  - Creates, changes and deletes an app client of an Amazon Cognito user pool.
  - The client's secret is never returned; read it with the AWS API, as who may.
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
      - The name of the app client, which is unique in its pool as far as this module is concerned.
    type: str
    required: true
    aliases: [client_name]
  generate_secret:
    description:
      - Whether the client has a secret. This can only be set at creation.
    type: bool
  callback_urls:
    description:
      - The URLs to which the hosted sign-in may send the browser back. Order has no meaning.
    type: list
    elements: str
  managed_login_style:
    description:
      - Whether the client gets Cognito's own style of managed login where it has none. Where the pool's domain has
        version 2, the pages of a client without a style are not shown.
      - A style that is there is left alone, and is deleted with its client.
    type: bool
  default_redirect_uri:
    description:
      - The callback URL used when a request names none; it must be one of O(callback_urls).
    type: str
  logout_urls:
    description:
      - The URLs to which sign-out may send the browser back.
    type: list
    elements: str
  allowed_o_auth_flows:
    description:
      - The OAuth grants that the client may use.
    type: list
    elements: str
    choices: [code, implicit, client_credentials]
    aliases: [allowed_oauth_flows]
  allowed_o_auth_scopes:
    description:
      - The OAuth scopes that the client may ask for.
    type: list
    elements: str
    aliases: [allowed_oauth_scopes]
  allowed_o_auth_flows_user_pool_client:
    description:
      - Whether the client may use the OAuth features at all.
    type: bool
    aliases: [allowed_oauth_flows_user_pool_client]
  supported_identity_providers:
    description:
      - The identity providers that the hosted sign-in offers to this client.
    type: list
    elements: str
  explicit_auth_flows:
    description:
      - The authentication flows outside the hosted sign-in.
    type: list
    elements: str
  prevent_user_existence_errors:
    description:
      - Whether an error tells that a user does not exist.
    type: str
    choices: [ENABLED, LEGACY]
  enable_token_revocation:
    description:
      - Whether refresh tokens can be revoked.
    type: bool
  access_token_validity:
    description:
      - How long an access token is valid, in the unit of O(token_validity_units).
    type: int
  id_token_validity:
    description:
      - How long an id token is valid, in the unit of O(token_validity_units).
    type: int
  refresh_token_validity:
    description:
      - How long a refresh token is valid, in the unit of O(token_validity_units).
    type: int
  token_validity_units:
    description:
      - The units of the three validities.
    type: dict
    suboptions:
      access_token:
        description: The unit of O(access_token_validity).
        type: str
        choices: [seconds, minutes, hours, days]
      id_token:
        description: The unit of O(id_token_validity).
        type: str
        choices: [seconds, minutes, hours, days]
      refresh_token:
        description: The unit of O(refresh_token_validity).
        type: str
        choices: [seconds, minutes, hours, days]
  auth_session_validity:
    description:
      - How long a sign-in may take, in minutes, from 3 to 15.
    type: int
  read_attributes:
    description:
      - The user attributes that the client may read.
    type: list
    elements: str
  write_attributes:
    description:
      - The user attributes that the client may write.
    type: list
    elements: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: A public client for a page in the browser
  mlplatform.studio.cognito_user_pool_client:
    user_pool_id: eu-central-1_AbCdEfGhI
    name: portal
    generate_secret: false
    allowed_o_auth_flows: [code]
    allowed_o_auth_scopes: [openid]
    allowed_o_auth_flows_user_pool_client: true
    callback_urls: [https://portal.example.com/]
    supported_identity_providers: [COGNITO]
"""

RETURN = r"""
user_pool_client:
  description: The app client as Cognito describes it after the change, without its secret; empty when it is gone.
  returned: success
  type: dict
  contains:
    client_id:
      description: The id of the client.
      type: str
      returned: when it exists
      sample: 1example23456789
    client_name:
      description: The name of the client.
      type: str
      returned: when it exists
      sample: portal
    callback_urls:
      description: The URLs to which the hosted sign-in may send the browser back.
      type: list
      elements: str
      returned: when set
      sample: ["https://portal.example.com/"]
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_user_pool_client import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
