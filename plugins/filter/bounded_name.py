# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep names within AWS's limits."""

from __future__ import annotations

import hashlib

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: bounded_name
short_description: Shorten a name that would pass an AWS limit
version_added: 0.1.0
description:
  - Returns the name unchanged when it is short enough.
  - Otherwise returns its head, a hyphen and the first 8 hexadecimal digits of the SHA-256 of the whole name, so that
    two long names stay different and the same name is always shortened in the same way.
positional: _input, limit
options:
  _input:
    description: The name.
    type: str
    required: true
  limit:
    description: How many characters AWS takes, at least 10.
    type: int
    required: true
"""

EXAMPLES = r"""
name: "{{ (platform_name ~ '-' ~ team ~ '-execution') | mlplatform.studio.bounded_name(64) }}"
"""

RETURN = r"""
_value:
  description: A name of at most O(limit) characters.
  type: str
"""

DIGITS = 8


def bounded_name(name: str, limit: int) -> str:
    """Return name, or its head and a hash where it has more than limit characters. Raises AnsibleFilterError."""
    shortest = DIGITS + 2
    if limit < shortest:
        raise AnsibleFilterError(f"bounded_name needs a limit of at least {shortest} characters, not {limit}.")
    if len(name) <= limit:
        return name
    # A head that ends in a hyphen would give two in a row, which several services refuse.
    head = name[: limit - DIGITS - 1].rstrip("-")
    return f"{head}-{hashlib.sha256(name.encode()).hexdigest()[:DIGITS]}"


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"bounded_name": bounded_name}
