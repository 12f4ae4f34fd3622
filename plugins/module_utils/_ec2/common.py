# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What EC2 resources share: tags as lists, and answers that hide failures."""

from __future__ import annotations

import typing as t

from .._naming import Operations, code_of, tag_list
from .._plan import tag_changes
from .._waiting import StudioError

# How long EC2 may take until it knows what it has just made (developer guide, "Eventual consistency").
PROPAGATION_TIME = 60  # seconds


class Refused(StudioError):
    """EC2 answered a call with success and did not do it."""


def is_unknown(error: Exception) -> bool:
    """Tell whether EC2 does not know something, which may be too new to be known everywhere."""
    code = code_of(error)
    # A rule or a route is no thing of its own: that one is missing says so at once.
    return code.endswith(".NotFound") and code not in ("InvalidPermission.NotFound", "InvalidRoute.NotFound")


def tag_specifications(kind: str, tags: dict[str, str] | None) -> list[dict[str, t.Any]] | None:
    """Return tags as a create call takes them, None for none; kind is EC2's resource type, such as vpc-endpoint."""
    return [{"resource_type": kind, "tags": tag_list(tags)}] if tags else None


def change_tags(operations: Operations, resource_id: str, before: dict[str, str], after: dict[str, str]) -> None:
    """Make the tags of a resource what after says."""
    new, gone = tag_changes(before, after)
    if new:
        operations.call("CreateTags", resources=[resource_id], tags=tag_list(new))
    if gone:
        operations.call("DeleteTags", resources=[resource_id], tags=[{"key": key} for key in gone])


def refuse_unsuccessful(answer: dict[str, t.Any], what: str, missing: t.Collection[str] = ()) -> None:
    """Raise Refused for the first item that a bulk call lists as not done; what says which call, for the user.

    missing are the codes of what is gone already, which is no refusal of a deletion.
    """
    errors = [item.get("error", {}) for item in answer.get("unsuccessful", [])]
    for error in errors:
        if error.get("code") not in missing:
            raise Refused(f"EC2 refuses to {what}: {error.get('message')} ({error.get('code')}).")
