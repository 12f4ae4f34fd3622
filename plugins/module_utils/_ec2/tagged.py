# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags on what somebody else made."""

from __future__ import annotations

import typing as t

from .._engine import Item, Listed, refuse_duplicates, wait_until_shown
from .._naming import Operations
from .._plan import Plan
from .common import change_tags


class TaggedResource(Listed):
    """Anything of EC2 that has tags; name is its id, timeout in seconds."""

    kind = "tagged_resource"

    def __init__(self, operations: Operations, name: str, tags: dict[str, str], timeout: float) -> None:
        super().__init__({"resource_id": name, "tags": tags})
        self.operations = operations
        self.name = name
        self.timeout = timeout

    def find(self) -> dict[str, t.Any] | None:
        return {"resource_id": self.name, "tags": read_tags(self.operations, [self.name])[self.name]}

    def update(self, plan: Plan) -> None:
        change_tags(self.operations, self.name, plan.before["tags"], plan.after["tags"])

    def wait(self, plan: Plan) -> None:
        wait_until_shown(self, plan, self.timeout)


def read_tags(operations: Operations, ids: list[str]) -> dict[str, dict[str, str]]:
    """Return the tags of resources by their ids."""
    found: dict[str, dict[str, str]] = {resource_id: {} for resource_id in ids}
    filters = [{"name": "resource-id", "values": ids}]
    for tag in operations.pages("DescribeTags", "tags", filters=filters) if ids else []:
        found[tag["resource_id"]][tag["key"]] = tag.get("value", "")
    return found


def tag_items(ec2: t.Any, ids: list[str], tags: dict[str, t.Any], state: str, timeout: float) -> list[Item]:
    """Return what has to become of the tags of resources: with tags, or (absent) without those that are as in tags."""
    refuse_duplicates(ids, "resources")
    operations, wanted = Operations(ec2), {key: str(value) for key, value in tags.items()}

    def after(present: dict[str, str]) -> dict[str, str]:
        if state == "present":
            return {**present, **wanted}
        return {key: value for key, value in present.items() if wanted.get(key) != value}

    return [
        Item(TaggedResource(operations, resource_id, present, timeout), {"tags": after(present)})
        for resource_id, present in read_tags(operations, ids).items()
    ]
