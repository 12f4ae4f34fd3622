# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which teams exist on a platform, by what is left of them."""

from __future__ import annotations

import typing as t

from .found import Thing


def existing_teams(
    platform: str,
    region: str,
    domains: t.Sequence[Thing],
    keys: t.Sequence[Thing],
    groups: t.Sequence[Thing],
    buckets: t.Sequence[Thing],
) -> list[str]:
    """Return the names of the teams that have something on the platform. What was retained on purpose does not count.

    Buckets are listed for the whole account, where a platform of another region may have the same name. A key that is
    scheduled for deletion is as good as gone.
    """
    own_buckets = (one for one in buckets if (one.get("bucket_location") or {}).get("LocationConstraint") == region)
    tags = [
        *(domain.get("tags") for domain in domains),
        *(key.get("tags") for key in keys if key.get("key_state") != "PendingDeletion"),
        *(group.get("tags") for group in groups),
        *(bucket.get("bucket_tagging") for bucket in own_buckets),
    ]
    ours = (one for one in tags if one and one.get("Platform") == platform and "Retained" not in one)
    return sorted({str(one["DomainName"]) for one in ours if "DomainName" in one})
