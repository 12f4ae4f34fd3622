# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter connection_mistakes."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.connection import connection_mistakes

DOCUMENTATION = r"""
name: connection_mistakes
short_description: Say why a platform's account cannot be worked in
version_added: 0.1.0
description:
  - Returns one sentence, or none, about what assuming a role and asking who we are answered. No secret is in it.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  _input:
    description: The host of the platform.
    type: str
    required: true
  role_arn:
    description: The role that was to be assumed.
    type: str
  account_id:
    description: The account in which the platform is said to be.
    type: str
  endpoint_url:
    description: The address of AWS, where it is not AWS's own.
    type: str
  session:
    description: What M(amazon.aws.sts_assume_role) answered.
    type: dict
  base_caller:
    description: What M(amazon.aws.aws_caller_info) answered without the role.
    type: dict
  caller:
    description: What M(amazon.aws.aws_caller_info) answered.
    type: dict
"""

EXAMPLES = r"""
mistakes: >-
  {{ 'main' | mlplatform.studio.connection_mistakes(account_id='111111111111', caller={'account': '222222222222'}) }}
"""

RETURN = r"""
_value:
  description: One sentence, or nothing.
  type: list
  elements: str
"""


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"connection_mistakes": connection_mistakes}
