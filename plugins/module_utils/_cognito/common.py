# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the parts of a user pool share."""

from __future__ import annotations

import typing as t

# The pool is not there; check mode on an empty account asks with the id of a pool that does not exist yet.
POOL_MISSING = ("ResourceNotFoundException",)


def filled(values: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return values without its empty members.

    Cognito's Create and Update operations refuse empty texts and set what is omitted to its default, so leaving an
    attribute out is how it is emptied (API reference UpdateUserPool, UpdateUserPoolClient).
    """
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
