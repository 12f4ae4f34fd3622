# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell why an address range cannot be a VPC's."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError

from ansible_collections.mlplatform.studio.plugins.filter.subnet_cidrs import subnet_cidrs

DOCUMENTATION = r"""
name: cidr_mistakes
short_description: Tell why an address range cannot be a VPC's
version_added: 0.1.0
description:
  - Returns a sentence where P(mlplatform.studio.subnet_cidrs#filter) would refuse the range, and nothing where not.
positional: _input, count, existing
options:
  _input:
    description: The VPC's IPv4 range in CIDR notation.
    type: str
    required: true
  count:
    description: How many subnets are wanted.
    type: int
    required: true
  existing:
    description: The ranges of the subnets that are there already, in CIDR notation.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
mistakes: "{{ '10.0.0.0/99' | mlplatform.studio.cidr_mistakes(2) }}"
"""

RETURN = r"""
_value:
  description: One sentence, or nothing.
  type: list
  elements: str
"""


def cidr_mistakes(cidr: str, count: int, existing: list[str] | None = None) -> list[str]:
    """Return a list of one sentence when subnet_cidrs(cidr, count, existing) refuses, else []."""
    try:
        subnet_cidrs(cidr, count, existing)
    except AnsibleFilterError as error:
        return [str(error)]
    return []


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"cidr_mistakes": cidr_mistakes}
