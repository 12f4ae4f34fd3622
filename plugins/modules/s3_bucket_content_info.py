#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: s3_bucket_content_info
short_description: Tell which buckets exist, and how much is in them
version_added: 0.1.0
description:
  - Tells which of some Amazon S3 buckets exist, their tags and, on request, how many versions of objects they hold
    and how large these are together.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  names:
    description:
      - The names of the buckets. Those that do not exist are left out of the answer.
    type: list
    elements: str
    required: true
  measure:
    description:
      - Whether to count. S3 has to be asked once for every thousand versions.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes.info
"""

EXAMPLES = r"""
- name: See what would be lost
  mlplatform.studio.s3_bucket_content_info:
    names: [team1-data]
"""

RETURN = r"""
buckets:
  description: The buckets that exist.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the bucket.
      type: str
      returned: always
      sample: team1-data
    tags:
      description: The tags of the bucket.
      type: dict
      returned: always
      sample: {"DomainName": "team1"}
    versions:
      description: How many versions of objects it holds, without delete markers.
      type: int
      returned: with O(measure)
      sample: 12
    size_in_bytes:
      description: The size of all these versions.
      type: int
      returned: with O(measure)
      sample: 4096
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.s3_bucket_content_info import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
