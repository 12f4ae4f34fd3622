#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: studio_lifecycle_configs
short_description: Manage a set of scripts that run when SageMaker Studio apps start
version_added: 0.1.0
description:
  - Creates Studio lifecycle configurations from scripts, and deletes those of the same set that nothing refers to any
    more.
  - AWS never changes the content of a lifecycle configuration. So its name in AWS is the given one, a hyphen and eight
    hexadecimal digits of the script's digest, and a new script makes a new configuration beside the old one.
  - To change scripts, run this module, put the new ARNs into the settings of the domain, then run this module with
    O(create=false) and O(purge=true). A run that was stopped in between is finished by the next.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  lifecycle_configs:
    description:
      - The scripts of the set.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The base name, with letters, digits and inner hyphens, at most 54 characters.
        type: str
        required: true
      app_type:
        description:
          - The kind of app that runs the script.
        type: str
        required: true
        choices: [JupyterLab, CodeEditor, JupyterServer, KernelGateway]
      content:
        description:
          - The script as plain text, with LF line ends; the module encodes it.
          - AWS takes 16384 characters of base64, about 12,000 bytes of script.
        type: str
        required: true
  create:
    description:
      - Whether the listed configurations are made. Without it they are only kept from O(purge).
    type: bool
    default: true
  purge:
    description:
      - Whether configurations that are not listed are deleted, as soon as no domain, user profile, space or running app
        refers to them. Earlier contents of listed scripts are among them.
      - Only configurations are meant whose names begin with O(name_prefix) and that carry all of O(match_tags).
    type: bool
    default: false
  purge_all:
    description:
      - Must be true to purge with an empty O(lifecycle_configs).
    type: bool
    default: false
  refuse_used:
    description:
      - Whether O(purge) fails, and names what refers to a configuration, where it would otherwise leave that one alone.
      - AWS is what refuses, so check mode predicts the deletion all the same.
    type: bool
    default: false
  match_tags:
    description:
      - The tags by which O(purge) tells the set from other configurations.
    type: dict
  name_prefix:
    description:
      - What all names of the set begin with.
    type: str
    default: ''
  ignored_domain_ids:
    description:
      - Domains whose settings do not keep a configuration from being deleted. In check mode they still name what an
        earlier task would have taken out.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - amazon.aws.boto3
  - mlplatform.studio.attributes
"""

EXAMPLES = r"""
- name: Scripts of team1
  mlplatform.studio.studio_lifecycle_configs:
    lifecycle_configs:
      - name: team1-proxy
        app_type: JupyterLab
        content: "{{ lookup('ansible.builtin.file', 'proxy.sh') }}"
    tags:
      DomainName: team1
  register: scripts

- name: Delete whatever nothing of team1 uses, after its domain has let go of all scripts
  mlplatform.studio.studio_lifecycle_configs:
    lifecycle_configs: []
    purge: true
    purge_all: true
    name_prefix: team1-
    match_tags:
      DomainName: team1
"""

RETURN = r"""
studio_lifecycle_configs:
  description: The listed configurations as AWS describes them, in their order; empty with O(create=false).
  returned: success
  type: list
  elements: dict
  contains:
    studio_lifecycle_config_name:
      description: The name in AWS, which says the content.
      type: str
      returned: always
      sample: team1-proxy-846c51f7
    studio_lifecycle_config_arn:
      description: The ARN, to be used in settings.
      type: str
      returned: always
      sample: arn:aws:sagemaker:eu-central-1:111111111111:studio-lifecycle-config/team1-proxy-846c51f7
    studio_lifecycle_config_app_type:
      description: The kind of app that runs the script.
      type: str
      returned: always
      sample: JupyterLab
    tags:
      description: The tags of the configuration.
      type: dict
      returned: always
      sample: {"DomainName": "team1"}
actions:
  description: What was done, by the name in AWS.
  returned: success
  type: dict
  sample: {"team1-proxy-846c51f7": "create"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.studio_lifecycle_configs import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
