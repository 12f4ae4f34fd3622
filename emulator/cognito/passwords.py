# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user pool's policy asks of a password.

Source: Amazon Cognito developer guide, "Adding user pool password requirements": letters of Basic Latin, digits, and
symbols, among which it counts a space that is neither first nor last. ministack counts letters of any alphabet, and no
space. What no pool takes is in the model (emulator/shared/models.py).
"""

from __future__ import annotations

import re

from emulator.shared.patching import replace
from emulator.shared.shapes import Structure
from emulator.shared.upstream import cognito as upstream

SYMBOL = r"""[\^$*.\[\]{}()?"!@#%&/\\,><':;|_~`=+ -]"""
# By the setting of the policy: what a password must have, and what Cognito calls it.
WANTED = {
    "RequireUppercase": ("[A-Z]", "uppercase"),
    "RequireLowercase": ("[a-z]", "lowercase"),
    "RequireNumbers": ("[0-9]", "numeric"),
    "RequireSymbols": (SYMBOL, "symbol"),
}


def install() -> None:
    """Replace ministack's own judgement."""
    replace(upstream, "_password_policy_errors", errors)


def errors(pool: Structure, password: str) -> list[str]:
    """What a password lacks by the policy of a pool, in Cognito's words."""
    policy = pool.get("Policies", {}).get("PasswordPolicy", {})
    shortest = policy.get("MinimumLength", 8)
    found = [] if len(password) >= shortest else ["Password not long enough"]
    return found + [
        f"Password must have {kind} characters"
        for setting, (pattern, kind) in WANTED.items()
        if policy.get(setting, True) and not re.search(pattern, password.strip())
    ]
