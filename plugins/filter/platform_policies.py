# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter platform_policies."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._blueprint.platform import Platform, platform_mistakes
from ..module_utils._blueprint.policies.operators import platform_policies
from ..module_utils._blueprint.regions import partition_of

DOCUMENTATION = r"""
name: platform_policies
short_description: Make the IAM policies of those who run the playbooks for a platform
version_added: 0.1.0
description:
  - Returns the policies that somebody needs to make, change and take down network and sign-in of a platform, or to look
    at it, each within the size of a managed policy.
  - C(docs/iam) shows them for an example.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
positional: _input, region, account_id
options:
  _input:
    description: The platform's name.
    type: str
    required: true
  region:
    description: The platform's region.
    type: str
    required: true
  account_id:
    description: The platform's account.
    type: str
    required: true
"""

EXAMPLES = r"""
reader: "{{ ('sagemaker-studio' | mlplatform.studio.platform_policies('eu-central-1', '111111111111')).reader }}"
"""

RETURN = r"""
_value:
  description: The policy documents, by C(reader), C(platform-network) and C(platform-sign-in).
  type: dict
"""


def policies(platform_name: str, region: str, account_id: str) -> dict[str, t.Any]:
    """Return the documents by their names. Raises AnsibleFilterError where the platform cannot be one."""
    mistakes = platform_mistakes(platform_name, region, account_id)
    if mistakes or not account_id:
        raise AnsibleFilterError(" ".join(mistakes) or "Name the account, with -e aws_account_id='123456789012'.")
    return platform_policies(Platform(platform_name, region, account_id, partition_of(region) or "aws"))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"platform_policies": policies}
