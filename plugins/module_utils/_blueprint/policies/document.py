# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a policy document."""

from __future__ import annotations

from typing import Any, Dict, List

Statement = Dict[str, Any]
Document = Dict[str, Any]


def document(statements: List[Statement]) -> Document:
    """Return a policy document with these statements."""
    return {"Version": "2012-10-17", "Statement": statements}
