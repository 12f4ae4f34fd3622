#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_lifecycle_config
short_description: Manage a script that runs when a SageMaker Studio app starts
version_added: 0.1.0
description:
  - Creates a Studio lifecycle configuration from a script, and deletes it with all its earlier versions.
  - AWS never changes the content of a lifecycle configuration. So its name in AWS is O(name), a hyphen and eight
    hexadecimal digits of the script's digest, and a new script makes a new configuration beside the old one.
  - To change a script, run this module, put the new ARN into the settings of the domain, then run this module with
    O(purge_previous=true).
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The base name, with letters, digits and inner hyphens, at most 54 characters.
    type: str
    required: true
  app_type:
    description:
      - The kind of app that runs the script. Needed with O(state=present).
      - With O(state=absent), only versions for this kind are deleted; without it, those for every kind.
    type: str
    choices: [JupyterLab, CodeEditor, JupyterServer, KernelGateway]
  content:
    description:
      - The script as plain text, with LF line ends; the module encodes it. Needed with O(state=present).
      - AWS takes 16384 characters of base64, about 12,000 bytes of script.
    type: str
  purge_previous:
    description:
      - Whether earlier versions that no domain, user profile, space or app refers to any more are deleted.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: A script for JupyterLab
  mlplatform.studio.studio_lifecycle_config:
    name: team1-proxy
    app_type: JupyterLab
    content: "{{ lookup('ansible.builtin.file', 'proxy.sh') }}"
  register: proxy

- name: Delete the script in all its versions
  mlplatform.studio.studio_lifecycle_config:
    name: team1-proxy
    state: absent
"""

RETURN = r"""
studio_lifecycle_config:
  description: The configuration with the given content as AWS describes it, with its tags; empty when it is gone.
  returned: success
  type: dict
  contains:
    studio_lifecycle_config_name:
      description: The name in AWS, which says the content.
      type: str
      returned: when it exists, and in check mode
      sample: team1-proxy-0a1b2c3d
    studio_lifecycle_config_arn:
      description: The ARN, to be used in settings.
      type: str
      returned: when it exists, and in check mode
      sample: arn:aws:sagemaker:eu-central-1:111111111111:studio-lifecycle-config/team1-proxy-0a1b2c3d
    studio_lifecycle_config_app_type:
      description: The kind of app that runs the script.
      type: str
      returned: when it exists, and in check mode
      sample: JupyterLab
    studio_lifecycle_config_content:
      description: The script in base64.
      type: str
      returned: when it exists, and in check mode
      sample: ZWNobyBoZWxsbwo=
    unused_versions:
      description: Earlier versions that nothing refers to; empty after they have been deleted.
      type: list
      elements: str
      returned: with O(purge_previous=true)
      sample: []
    tags:
      description: The tags of the configuration.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_lifecycle_config import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
