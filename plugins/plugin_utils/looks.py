# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks as the modules that look return them."""

from __future__ import annotations

import typing as t


def unseen(reason: str | None) -> dict[str, t.Any]:
    """Return the look at something that could not be looked at, for a reason that may not be known."""
    error = reason or "It could not be looked at."
    return {"error": error, "differences": [], "left_alone": [], "warnings": [], "result": {}}
