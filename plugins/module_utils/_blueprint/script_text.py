# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a lifecycle script could not run, or does not fit."""

from __future__ import annotations

import base64

# Characters of base64 (botocore model, StudioLifecycleConfigContent).
MAXIMUM_CONTENT = 16384
BYTE_ORDER_MARK = "\ufeff"


def script_fault(content: str | None) -> str | None:
    """Return why a script could not run or does not fit, as the rest of a sentence about it, or None."""
    text = content or ""
    if not text.strip():
        return "is empty; a lifecycle configuration needs a script."
    if text.startswith(BYTE_ORDER_MARK):
        return "begins with a byte order mark, which no shell understands. Save the script as UTF-8 without one."
    if "\r" in text:
        return "has Windows line ends (CRLF), which no shell understands. Save the script with LF."
    if not text.startswith("#!") and (text.lstrip().startswith("#!") or "\n#!" in text):
        return "has its #! line below other text, where nobody heeds it. Let the script begin with it."
    length = len(base64.b64encode(text.encode()))
    if length > MAXIMUM_CONTENT:
        return (
            f"is {length} characters long as base64; AWS takes {MAXIMUM_CONTENT} (about 12,000 bytes of script). Let "
            "the script fetch the rest from S3."
        )
    return None


def read_script(content: bytes) -> tuple[str, str | None]:
    """Return (text, fault) of a script's file; the fault is the rest of a sentence about it, or None."""
    try:
        return content.decode(), None
    except UnicodeDecodeError:
        return "", "is not UTF-8 text; save it as UTF-8."
