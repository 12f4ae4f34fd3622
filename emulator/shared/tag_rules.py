# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS takes as tags: "Tag naming limits and requirements" of the tagging guide, and the services' models."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.shared.shapes import Structure

MAXIMUM = 50
LONGEST_KEY, LONGEST_VALUE = 128, 256
# Of keys and values, as IAM's model writes it (tagKeyType, tagValueType).
KEY, VALUE = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"


def count_together(present: Iterable[Structure], new: Iterable[Structure], key: str = "Key") -> int:
    """How many tags a resource has after new ones; ``key`` names the member that has a tag's key."""
    return len({tag[key] for tag in (*present, *new)})
