# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge a password by a user pool's policy before anything is written. No function here ever shows a password."""

from __future__ import annotations

import re
import typing as t

# The symbols that Cognito counts (developer guide, "Adding user pool password requirements"). A space within a password
# is one of them. The API model forbids all space ([\S]+), but the service has another pattern, which it quotes when it
# refuses a password: ^[\S]+.*[\S]+$ (cds-snc/platform-forms-client #5635; public logs show it of AdminSetUserPassword).
SYMBOLS = set("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`=+ ")
LONGEST = 256


def password_faults(password: str, policy: dict[str, t.Any]) -> list[str]:
    """Return what a password lacks by policy (a pool's PasswordPolicy with option names), as parts of a sentence."""
    shortest = policy.get("minimum_length", 6)
    rules = [
        (True, len(password) >= shortest, f"at least {shortest} characters"),
        (True, len(password) <= LONGEST, f"at most {LONGEST} characters"),
        (True, password == password.strip(), "no space at its beginning or end"),
        (True, not re.search(r"[\n\r\u0085\u2028\u2029]", password.strip()), "no line end within it"),
        (policy.get("require_uppercase"), re.search("[A-Z]", password), "an upper-case letter (A-Z)"),
        (policy.get("require_lowercase"), re.search("[a-z]", password), "a lower-case letter (a-z)"),
        (policy.get("require_numbers"), re.search("[0-9]", password), "a digit"),
        (policy.get("require_symbols"), SYMBOLS & set(password.strip()), "a symbol such as ! or -"),
    ]
    return [text for applies, kept, text in rules if applies and not kept]
