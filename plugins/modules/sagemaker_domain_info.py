#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_domain_info
short_description: Describe Amazon SageMaker Studio domains
version_added: 0.1.0
description:
  - Returns the full description of Studio domains, with their tags, whatever their status.
  - AWS does not promise that names are unique, so a name can give several domains.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  domain_name:
    description:
      - Return only domains of this name.
    type: str
    aliases: [name]
  domain_id:
    description:
      - Return only the domain with this id.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: Find the domain of a team
  mlplatform.studio.sagemaker_domain_info:
    domain_name: team1
  register: found

- name: Describe all domains of the region
  mlplatform.studio.sagemaker_domain_info:
"""

RETURN = r"""
domains:
  description: The domains, the oldest first; empty where there is none.
  returned: success
  type: list
  elements: dict
  contains:
    domain_id:
      description: The id of the domain.
      type: str
      returned: always
      sample: d-0123456789ab
    domain_name:
      description: The name of the domain.
      type: str
      returned: always
      sample: team1
    status:
      description: The status of the domain.
      type: str
      returned: always
      sample: InService
    failure_reason:
      description: Why a creation, an update or a deletion failed.
      type: str
      returned: when something failed
      sample: InternalFailure
    tags:
      description: The tags of the domain.
      type: dict
      returned: always
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_domain_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
