# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find sign-in names that cannot be names of Studio user profiles."""

from __future__ import annotations

import re

DOCUMENTATION = r"""
name: profile_name_mistakes
short_description: Find sign-in names that cannot be names of Studio user profiles
version_added: 0.1.0
description:
  - Returns a sentence, with a suggestion where there is one, for every name that SageMaker would refuse.
  - A user profile has the name with which the person signs in, so both must be possible.
options:
  _input:
    description: The names to check.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
mistakes: "{{ ['ada.lovelace@example.com'] | mlplatform.studio.profile_name_mistakes }}"
"""

RETURN = r"""
_value:
  description: One sentence per impossible name, empty when all are possible.
  type: list
  elements: str
"""

# API reference CreateUserProfile, UserProfileName.
PATTERN = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
LONGEST = 63


def profile_name_mistakes(names: list[str]) -> list[str]:
    """Return one sentence per name that no user profile can have."""
    return [_sentence(str(name)) for name in names if not PATTERN.fullmatch(str(name)) or len(str(name)) > LONGEST]


def _sentence(name: str) -> str:
    suggestion = re.sub(r"[^a-zA-Z0-9]+", "-", name.split("@", maxsplit=1)[0])[:LONGEST].strip("-")
    hint = f"; {suggestion} would do" if suggestion else ""
    return f"{name!r} cannot be a sign-in name: Studio takes up to {LONGEST} letters, digits and inner hyphens{hint}."


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"profile_name_mistakes": profile_name_mistakes}
