# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the user pools API refuses."""

from __future__ import annotations

from ministack.core.responses import error_response_json

from emulator.shared.shapes import Answer


def refused(message: str, code: str = "InvalidParameterException") -> Answer:
    """An error answer of the user pools API."""
    return error_response_json(code, message, 400)
