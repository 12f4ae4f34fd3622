# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a failure: first the sentence, then what a program printed."""

from __future__ import annotations

import typing as t

# So many last lines of what a program printed.
LAST_LINES = 10
UNSAID = "It does not say why; -vvv shows all of it."


def sentence_of(data: t.Mapping[str, t.Any]) -> list[str]:
    """Return the lines of a failure: its sentence, and the last ones that a command or a module printed."""
    message = data.get("msg")
    if isinstance(message, (list, tuple)):
        message = "\n".join(map(str, message))
    lines = str(message or data.get("reason") or data.get("censored") or UNSAID).splitlines()
    for name in ("module_stderr", "stderr", "module_stdout", "stdout"):
        printed = [line for line in str(data.get(name) or "").splitlines() if line.strip()]
        if printed:
            return lines + [f"  {line}" for line in (printed[-1:] if "module" in name else printed[-LAST_LINES:])]
    return lines


def failed_items(data: t.Mapping[str, t.Any]) -> list[t.Mapping[str, t.Any]]:
    """Return the results of a loop's items that failed."""
    results = data.get("results")
    found = results if isinstance(results, list) else []
    return [one for one in found if isinstance(one, dict) and (one.get("failed") or one.get("unreachable"))]
