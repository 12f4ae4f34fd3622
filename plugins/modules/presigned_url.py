#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: presigned_url
short_description: Make a presigned URL that opens SageMaker Studio
version_added: 0.1.0
description:
  - Makes a URL that signs its bearer in to SageMaker Studio as a user profile, for domains with C(auth_mode=IAM).
  - The URL is a secret. It is written to a file that only its owner can read, and returned only when asked for.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  user_profile_name:
    description:
      - The user profile to sign in as.
    type: str
    required: true
  space_name:
    description:
      - The space to open.
    type: str
  landing_uri:
    description:
      - The page to open, for example V(studio::) or V(app:JupyterLab:).
    type: str
  expires_in:
    description:
      - For how many seconds the URL can be opened, from 5 to 300. AWS's default is 300.
    type: int
    aliases: [expires_in_seconds]
  session_expiration:
    description:
      - How many seconds the session lasts, from 1800 to 43200. AWS's default is 43200.
    type: int
    aliases: [session_expiration_duration_in_seconds]
  dest:
    description:
      - The file to write the URL to, with mode 0600. Its directory must exist; an older file is replaced.
    type: path
  return_url:
    description:
      - Whether to return the URL. Put C(no_log) on the task unless it may be seen.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.domain
attributes:
  check_mode:
    description: Makes no URL in check mode and says so, because a URL cannot be predicted.
    support: partial
    details:
      - The result has C(skipped=true) and C(changed=false).
  diff_mode:
    description: A secret has no difference to show.
    support: none
  idempotent:
    description: Every run makes a new URL.
    support: none
"""

EXAMPLES = r"""
- name: A URL for one minute, in a file
  mlplatform.studio.presigned_url:
    domain_id: d-0123456789ab
    user_profile_name: ada
    expires_in: 60
    dest: "{{ lookup('ansible.builtin.env', 'HOME') }}/studio-url"
"""

RETURN = r"""
dest:
  description: The file that holds the URL.
  returned: with O(dest)
  type: str
  sample: /home/ada/studio-url
expires_at:
  description: Until when the URL can be opened, in UTC.
  returned: success, except in check mode
  type: str
  sample: "2026-01-02T03:04:05+00:00"
authorized_url:
  description: The URL.
  returned: with O(return_url=true), except in check mode
  type: str
  sample: https://d-0123456789ab.studio.eu-central-1.sagemaker.aws/auth?token=...
msg:
  description: Why nothing was done.
  returned: in check mode
  type: str
  sample: No URL is made in check mode.
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.presigned_url import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
