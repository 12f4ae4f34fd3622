# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find people whose password a user pool would refuse, without showing the password."""

from __future__ import annotations

from ansible_collections.mlplatform.studio.plugins.module_utils._cognito.passwords import password_faults

DOCUMENTATION = r"""
name: password_mistakes
short_description: Find people whose password a user pool would refuse
version_added: 0.1.0
description:
  - Returns a sentence for every person whose password lacks what the policy asks for. No password is shown.
positional: _input, policy
options:
  _input:
    description: The people, dicts with C(name) and perhaps C(password).
    type: list
    elements: dict
    required: true
  policy:
    description: The pool's password policy, in the names of Cognito.
    type: dict
    required: true
"""

EXAMPLES = r"""
mistakes: "{{ studio_users | mlplatform.studio.password_mistakes({'minimum_length': 14}) }}"
"""

RETURN = r"""
_value:
  description: One sentence per person, empty when the pool would take all passwords.
  type: list
  elements: str
"""


def password_mistakes(people: list[dict], policy: dict) -> list[str]:
    """Return one sentence per person whose password the policy refuses."""
    faults = {
        person["name"]: password_faults(str(person["password"]), policy) for person in people if person.get("password")
    }
    return [f"The password of {name} needs {', '.join(needs)}." for name, needs in faults.items() if needs]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"password_mistakes": password_mistakes}
