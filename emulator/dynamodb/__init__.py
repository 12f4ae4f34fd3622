# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DynamoDB: tables that take time to come and go, and policies about items."""

from __future__ import annotations

from emulator.dynamodb import leading_keys, tables


def install() -> None:
    """Replace what ministack's DynamoDB does too kindly."""
    leading_keys.install()
    tables.install()
