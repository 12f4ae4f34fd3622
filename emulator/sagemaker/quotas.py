# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quotas of SageMaker Studio, by the names that Service Quotas gives them.

AWS's defaults differ from account to account, so only the number of domains has one here; ``--quota`` and
POST /_emulator/account set the others.
"""

from __future__ import annotations

from emulator.sagemaker.errors import ResourceLimitExceeded
from emulator.service_quotas import DOMAINS, limit_of

__all__ = ["DOMAINS", "check"]


def check(name: str, used: int, unit: str) -> None:
    """Raise ResourceLimitExceeded if one more would exceed a quota (terraform-provider-aws #17402, text verbatim)."""
    limit = limit_of("sagemaker", name)
    if limit is not None and used >= limit:
        raise ResourceLimitExceeded(
            f"The account-level service limit '{name}' is {limit:.0f} {unit}, with current utilization of {used} "
            f"{unit} and a request delta of 1 {unit}. Please contact AWS support to request an increase for this limit."
        )
