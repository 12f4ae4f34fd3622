# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are made."""

from __future__ import annotations

import dataclasses
from typing import Dict


@dataclasses.dataclass(frozen=True)
class Platform:
    """A platform: an account and a region, with what is shared there."""

    name: str
    region: str
    account_id: str
    partition: str = "aws"

    @property
    def tags(self) -> Dict[str, str]:
        """The tag by which what belongs to the platform is known."""
        return {"Platform": self.name}
