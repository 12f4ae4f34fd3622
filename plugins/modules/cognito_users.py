#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cognito_users
short_description: Manage the users of a Cognito user pool and their groups
version_added: 0.1.0
description:
  - Creates, changes and deletes users of an Amazon Cognito user pool, all of a list at once, and puts them into groups.
  - A user with a password can sign in with it at once.
  - A user without one is invited by e-mail with a temporary password.
  - All passwords are checked against the pool's policy before the first user is written.
  - Passwords are never shown, neither in results nor in differences.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_pool_id:
    description:
      - The id of the user pool.
    type: str
    required: true
  users:
    description:
      - The users. All others of the pool are left alone.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The user name.
        type: str
        required: true
        aliases: [username]
      email:
        description: The e-mail address, taken as verified unless O(users[].attributes) says otherwise.
        type: str
      password:
        description:
          - The password. The user does not have to change it.
        type: str
      update_password:
        description:
          - V(on_create) sets the password of a user who has none of their own yet.
          - V(always) sets it on every run. Nobody can read a password to compare it, so every run changes something.
        type: str
        choices: [on_create, always]
        default: on_create
      resend_invitation:
        description:
          - Whether the user is invited again whose invitation has expired, with another temporary password. Nothing is
            sent to who has signed in, is disabled, or has a O(users[].password).
          - An invitation is valid for the C(TemporaryPasswordValidityDays) of the pool. Cognito does not tell when it
            was sent, so they count from the user's last change.
        type: bool
        default: false
        version_added: 0.1.0
      attributes:
        description:
          - More attributes of the user; custom ones with AWS's prefix C(custom:). An empty value removes the attribute.
        type: dict
      groups:
        description:
          - The groups to put the user into. They have to exist.
        type: list
        elements: str
      enabled:
        description:
          - Whether the user can sign in.
        type: bool
      update_existing:
        description:
          - What of a user who exists is changed. V(unless_in_other_groups) changes nothing but the membership of a user
            who is in a group that is neither among O(users[].groups) nor begins with O(purge_groups_prefix), so that
            who names somebody else's user takes over neither password nor address.
        type: str
        choices: [always, unless_in_other_groups]
        default: always
      admit_existing:
        description:
          - What happens to a user who exists and joins one of O(users[].groups), without a verified e-mail address that
            is O(users[].email). Whoever made that account knows its password, and may be somebody else.
          - V(always) admits the user. V(same_email) fails with a sentence. V(reset) takes the account over,
            with a warning. The user gets the address, the old password and all sessions end, and the user is invited
            anew, or gets O(users[].password).
          - Groups that begin with O(purge_groups_prefix) do not count.
        type: str
        choices: [always, same_email, reset]
        default: always
        version_added: 0.1.0
  enable_joining:
    description:
      - Whether users without O(users[].enabled) who were in no group, and join one, can sign in again.
    type: bool
    default: false
  purge_groups:
    description:
      - Whether users are taken out of groups that their O(users[].groups) does not name.
    type: bool
    default: false
  purge_groups_prefix:
    description:
      - Limits O(purge_groups) to groups whose names begin so.
    type: str
    default: ""
  exclusive_groups:
    description:
      - Groups that have no other members than O(users). All others are taken out of them, signed out, and stay in
        the pool.
    type: list
    elements: str
    default: []
  purge_all:
    description:
      - Whether O(exclusive_groups) may lose every member because the list of O(users) is empty.
    type: bool
    default: false
  leave_groups:
    description:
      - With O(state=absent), O(users) and all members of these groups leave them and are
        signed out. O(without_group) says what becomes of who is then in no other group.
    type: list
    elements: str
    default: []
  leave_groups_prefix:
    description:
      - With O(leave_groups), groups whose names begin so are left too.
    type: str
    default: ""
  ignored_groups:
    description:
      - With O(without_group), groups that do not count, such as those that an earlier task takes the users out of and
        in check mode did not.
    type: list
    elements: str
    default: []
  without_group:
    description:
      - With O(state=absent), what becomes of those who are in no group any more; V(delete) where only O(leave_groups)
        is given. Who is in another group stays.
    type: str
    choices: [delete, disable, keep]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: The people of a team, and nobody else in their group
  mlplatform.studio.cognito_users:
    user_pool_id: eu-central-1_AbCdEfGhI
    users:
      - name: ada
        email: ada@example.com
        groups: [team1]
      - name: demo-user
        email: demo-user@example.com
        password: "{{ lookup('ansible.builtin.file', '.demo/password') }}"
        groups: [team1]
    exclusive_groups: [team1]

- name: Correct the address of Ada, and invite her again if her invitation has expired
  mlplatform.studio.cognito_users:
    user_pool_id: eu-central-1_AbCdEfGhI
    users:
      - name: ada
        email: ada.lovelace@example.com
        resend_invitation: true

- name: Everybody leaves the team, and who is in no other one leaves the pool
  mlplatform.studio.cognito_users:
    user_pool_id: eu-central-1_AbCdEfGhI
    users: []
    leave_groups: [team1]
    state: absent
"""

RETURN = r"""
users:
  description: The listed users as Cognito describes them after the change.
  returned: success
  type: list
  elements: dict
  contains:
    username:
      description: The user name.
      type: str
      returned: when it exists
      sample: ada
    user_status:
      description: Where the user stands.
      type: str
      returned: when it exists
      sample: CONFIRMED
    password_set:
      description: Whether the user has a password of their own, not the temporary one of an invitation.
      type: bool
      returned: when it exists
      sample: true
    invitation_expired:
      description: Whether the user was invited, and the temporary password is not valid any more.
      type: bool
      returned: when it exists
      sample: false
    enabled:
      description: Whether the user can sign in.
      type: bool
      returned: when it exists
      sample: true
    attributes:
      description: The attributes of the user.
      type: dict
      returned: when it exists
      sample: {"email": "ada@example.com", "email_verified": "true"}
    groups:
      description: The groups of the user.
      type: list
      elements: str
      returned: when it exists
      sample: [team1]
actions:
  description: What was done, by the user's name.
  returned: success
  type: dict
  sample: {"ada": "create"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.cognito_users import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
