#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_user_pool
short_description: Manage an Amazon Cognito user pool
version_added: 0.1.0
description:
  - Creates, changes and deletes an Amazon Cognito user pool.
  - What is not set here stays as it is, although AWS resets whatever an update leaves out.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the user pool.
      - AWS does not keep names unique. Where several pools have it, say which with O(user_pool_id).
    type: str
    required: true
    aliases: [pool_name]
  user_pool_id:
    description:
      - The id of an existing pool, instead of looking it up by its name.
    type: str
  policies:
    description:
      - The pool's policies.
    type: dict
    suboptions:
      password_policy:
        description: What a password has to be like.
        type: dict
        suboptions:
          minimum_length:
            description: The least number of characters, from 6 to 99.
            type: int
          require_uppercase:
            description: Whether an upper-case letter is needed.
            type: bool
          require_lowercase:
            description: Whether a lower-case letter is needed.
            type: bool
          require_numbers:
            description: Whether a digit is needed.
            type: bool
          require_symbols:
            description: Whether a symbol is needed.
            type: bool
          temporary_password_validity_days:
            description: How many days the temporary password of an invitation is valid.
            type: int
          password_history_size:
            description: How many earlier passwords may not be used again.
            type: int
  admin_create_user_config:
    description:
      - How users come into the pool.
    type: dict
    suboptions:
      allow_admin_create_user_only:
        description: Whether nobody can sign up without an administrator.
        type: bool
      invite_message_template:
        description: The text of an invitation. It has to contain V({username}) and V({####}).
        type: dict
        suboptions:
          email_subject:
            description: The subject of the e-mail.
            type: str
          email_message:
            description: The body of the e-mail.
            type: str
          sms_message:
            description: The text message.
            type: str
  mfa_configuration:
    description:
      - Whether a second factor is needed. Unless V(OFF), at least one factor has to be configured.
    type: str
    choices: ["OFF", "ON", OPTIONAL]
  software_token_mfa_configuration:
    description:
      - The time-based one-time password as second factor.
    type: dict
    suboptions:
      enabled:
        description: Whether it may be used.
        type: bool
  email_mfa_configuration:
    description:
      - The code by e-mail as second factor, with C(message) and C(subject) of the e-mail.
      - It needs an O(email_configuration) of the account's own.
    type: dict
  username_configuration:
    description:
      - How user names are compared. This can only be set at creation.
    type: dict
    suboptions:
      case_sensitive:
        description: Whether C(Ada) and C(ada) are two users.
        type: bool
  username_attributes:
    description:
      - The attributes that serve as user name. This can only be set at creation.
    type: list
    elements: str
    choices: [email, phone_number]
  alias_attributes:
    description:
      - The attributes that may be used instead of the user name. This can only be set at creation.
    type: list
    elements: str
    choices: [email, phone_number, preferred_username]
  auto_verified_attributes:
    description:
      - The attributes that Cognito verifies with a message.
    type: list
    elements: str
    choices: [email, phone_number]
  account_recovery_setting:
    description:
      - How somebody who forgot the password gets in again.
    type: dict
    suboptions:
      recovery_mechanisms:
        description: The ways, by priority.
        type: list
        elements: dict
        suboptions:
          name:
            description: The way.
            type: str
            required: true
            choices: [verified_email, verified_phone_number, admin_only]
          priority:
            description: 1 is tried before 2.
            type: int
            required: true
  deletion_protection:
    description:
      - Whether AWS refuses to delete the pool.
    type: str
    choices: [ACTIVE, INACTIVE]
  user_pool_tier:
    description:
      - The feature plan of the pool, which decides what it costs.
    type: str
    choices: [LITE, ESSENTIALS, PLUS]
  user_pool_add_ons:
    description:
      - The threat protection of the pool. It needs O(user_pool_tier=PLUS).
    type: dict
    suboptions:
      advanced_security_mode:
        description: Whether risks are ignored, only logged, or acted upon.
        type: str
        choices: ["OFF", AUDIT, ENFORCED]
  email_configuration:
    description:
      - How the pool sends e-mail.
    type: dict
    suboptions:
      email_sending_account:
        description: Cognito's own sender, which may send few e-mails a day, or the account's Amazon SES.
        type: str
        choices: [COGNITO_DEFAULT, DEVELOPER]
      source_arn:
        description: The ARN of the verified identity in Amazon SES.
        type: str
      from:
        description: The sender's address, with or without a name.
        type: str
      reply_to_email_address:
        description: The address for answers.
        type: str
      configuration_set:
        description: The configuration set of Amazon SES.
        type: str
  verification_message_template:
    description:
      - The text of the message that verifies an address.
    type: dict
    suboptions:
      default_email_option:
        description: Whether the e-mail holds a code or a link.
        type: str
        choices: [CONFIRM_WITH_CODE, CONFIRM_WITH_LINK]
      email_subject:
        description: The subject of the e-mail with a code.
        type: str
      email_message:
        description: The body of the e-mail with a code. It has to contain V({####}).
        type: str
      sms_message:
        description: The text message with a code.
        type: str
  schema:
    description:
      - The attributes of users that are not Cognito's defaults. This can only be set at creation.
      - Custom attributes are named without AWS's prefix C(custom:).
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the attribute.
        type: str
        required: true
      attribute_data_type:
        description: The type of its values.
        type: str
        choices: [String, Number, DateTime, Boolean]
      mutable:
        description: Whether it can be changed later.
        type: bool
      required:
        description: Whether every user has it. Custom attributes cannot be required.
        type: bool
      string_attribute_constraints:
        description: The length of a text.
        type: dict
        suboptions:
          min_length:
            description: The least length. AWS keeps it as text.
            type: str
          max_length:
            description: The greatest length. AWS keeps it as text.
            type: str
      number_attribute_constraints:
        description: The range of a number.
        type: dict
        suboptions:
          min_value:
            description: The least value. AWS keeps it as text.
            type: str
          max_value:
            description: The greatest value. AWS keeps it as text.
            type: str
  match_tags:
    description:
      - The tags by which pools that were made here are told from others, for O(adoption_tags).
    type: dict
  adoption_tags:
    description:
      - Allows to take over a pool that somebody else made. A pool that exists and carries none of the keys of
        O(match_tags) gets these tags, and those of O(tags), and keeps its others.
      - As long as it carries them, create-only attributes that differ stay as they are and are told in
        RV(differences), in place of a refusal.
      - Take the tags off to make the pool one like any other.
    type: dict
  custom_attributes:
    description:
      - Custom attributes of users that the pool shall have, named without AWS's prefix C(custom:). They are added to a
        pool that exists too, and are never removed or changed, as AWS cannot.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the attribute.
        type: str
        required: true
      attribute_data_type:
        description: The type of its values.
        type: str
        choices: [String, Number, DateTime, Boolean]
      mutable:
        description: Whether it can be changed later.
        type: bool
  lambda_config:
    description:
      - The Lambda functions that the pool calls. Those that are not managed here stay.
    type: dict
    suboptions:
      pre_token_generation_config:
        description: The function that has the last word on what stands in a token.
        type: dict
        suboptions:
          lambda_arn:
            description: The ARN of the function; an empty text takes it away.
            type: str
          lambda_version:
            description: The version of the event that it gets.
            type: str
            choices: [V1_0, V2_0, V3_0]
  include_signing_keys:
    description:
      - Whether RV(user_pool.signing_keys) is returned, the public keys with which the pool signs tokens. They are read
        from the address where everybody can read them, not with a call of the API.
    type: bool
    default: false
    version_added: 0.1.0
  override_deletion_protection:
    description:
      - Whether O(state=absent) also deletes a pool whose deletion protection is on.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
seealso:
  - module: mlplatform.studio.cognito_user_pool_client
  - module: mlplatform.studio.cognito_user_pool_domain
  - module: mlplatform.studio.cognito_users
"""

EXAMPLES = r"""
- name: A pool whose people are invited and that ignores the case of their names
  mlplatform.studio.cognito_user_pool:
    name: sagemaker-studio
    admin_create_user_config:
      allow_admin_create_user_only: true
    username_configuration:
      case_sensitive: false
    policies:
      password_policy:
        minimum_length: 12
        require_numbers: true
    mfa_configuration: OPTIONAL
    software_token_mfa_configuration:
      enabled: true
    deletion_protection: ACTIVE
    tags:
      Platform: sagemaker-studio

- name: No pool any more, and none of its users
  mlplatform.studio.cognito_user_pool:
    name: sagemaker-studio
    state: absent
    override_deletion_protection: true
"""

RETURN = r"""
user_pool:
  description: The user pool as Cognito describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    id:
      description: The id of the pool.
      type: str
      returned: when it exists
      sample: eu-central-1_AbCdEfGhI
    arn:
      description: The ARN of the pool.
      type: str
      returned: when it exists
      sample: arn:aws:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_AbCdEfGhI
    name:
      description: The name of the pool.
      type: str
      returned: when it exists
      sample: sagemaker-studio
    mfa_configuration:
      description: Whether a second factor is needed.
      type: str
      returned: when it exists
      sample: "OFF"
    signing_keys:
      description: The public keys with which the pool signs tokens, each with C(kid), C(n) and C(e).
      type: list
      elements: dict
      returned: when O(include_signing_keys) and it exists
      sample: [{"kid": "abc=", "n": "AQAB", "e": "AQAB"}]
    tags:
      description: The tags of the pool.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
differences:
  description: The create-only attributes that an adopted pool keeps, each with its present and its wanted value.
  returned: when the pool was taken over
  type: dict
  sample: {"username_configuration": {"present": null, "wanted": {"case_sensitive": false}}}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_user_pool import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
