# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter hidden_instance_types."""

from __future__ import annotations

from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.instance_types import without

DOCUMENTATION = r"""
name: hidden_instance_types
short_description: Name the instance types of Studio apps that a team may not use
version_added: 0.1.0
description:
  - Returns the instance types that the installed botocore knows for Studio apps and that none of the patterns matches,
    for C(hidden_instance_types) of a domain's portal settings. C(system) is never among them.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  _input:
    description: The instance types that may be used, such as V(ml.m5.large) or V(ml.t3.*).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
hidden_instance_types: "{{ ['ml.t3.*', 'ml.m5.large'] | mlplatform.studio.hidden_instance_types }}"
"""

RETURN = r"""
_value:
  description: The other instance types.
  type: list
  elements: str
"""


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"hidden_instance_types": without}
