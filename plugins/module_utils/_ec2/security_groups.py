# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups that are found by name and tags in order to be deleted, or to know whether they could be."""

from __future__ import annotations

import typing as t

from .._engine import Item
from .._naming import Operations
from .._security_groups import find_groups, leaving_groups


def removal_items(ec2: t.Any, names: list[str], match_tags: dict[str, t.Any], timeout: float) -> list[Item]:
    """Return an Item to delete for every group that has one of names and carries all of match_tags.

    timeout is for how many seconds each waits for AWS's own interfaces to let go of it. Raises StudioError where one of
    them is somebody's.
    """
    operations = Operations(ec2)
    groups = leaving_groups(operations, _named(operations, names, match_tags), timeout)
    for group in groups:
        group.refuse_strangers()
    return [Item(group, state="absent") for group in groups]


def users_of_groups(ec2: t.Any, names: list[str], match_tags: dict[str, t.Any]) -> list[str]:
    """Return a sentence for every such group that somebody else's interface wears, or somebody else's rule names."""
    operations = Operations(ec2)
    groups = leaving_groups(operations, _named(operations, names, match_tags))
    refusals = [group.refusal() for group in groups]
    return [str(refusal) for refusal in refusals if refusal]


def _named(operations: Operations, names: list[str], match_tags: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    tags = {f"tag:{key}": [str(value)] for key, value in match_tags.items()}
    return find_groups(operations, {"group-name": names, **tags}) if names else []
