# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find misspelt variable names."""

from __future__ import annotations

import difflib

DOCUMENTATION = r"""
name: unknown_names
short_description: Find misspelt variable names
version_added: 0.1.0
description:
  - Returns a sentence for every name that is not among the known ones, with the nearest known name.
  - Role argument specs let unknown top-level variables pass, so a misspelt option would silently do nothing.
positional: _input, known
options:
  _input:
    description: The names to check.
    type: list
    elements: str
    required: true
  known:
    description: The names that exist.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
mistakes: "{{ ['studio_user'] | mlplatform.studio.unknown_names(['studio_users']) }}"
# ["studio_user is not an option; did you mean studio_users?"]
"""

RETURN = r"""
_value:
  description: One sentence per unknown name, empty when all are known.
  type: list
  elements: str
"""


def unknown_names(names: list[str], known: list[str]) -> list[str]:
    """Return one sentence per name that is not known."""
    known = list(known)
    return [
        _sentence(name, difflib.get_close_matches(name, known, n=1, cutoff=0.5))
        for name in sorted(set(names) - set(known))
    ]


def _sentence(name: str, nearest: list[str]) -> str:
    return f"{name} is not an option; did you mean {nearest[0]}?" if nearest else f"{name} is not an option."


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"unknown_names": unknown_names}
