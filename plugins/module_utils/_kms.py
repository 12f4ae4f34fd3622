# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""KMS keys: found without reading every key of the account, and on their way out."""

from __future__ import annotations

import typing as t

from ._engine import Item, Listed, Resource, in_threads
from ._naming import Operations, unless_missing
from ._plan import Plan

MISSING = ("NotFoundException",)
PENDING_DELETION = "PendingDeletion"


class LeavingKey(Listed):
    """A key that is to be deleted: KMS schedules that, window (days) ahead, and keeps it as PendingDeletion until then.

    key is what described() answers, keys the Operations of kms.
    """

    kind = "kms_key"

    def __init__(self, keys: Operations, key: dict[str, t.Any], window: int) -> None:
        super().__init__(key)
        self.keys = keys
        self.name = key["key_id"]
        self.window = window

    def find(self) -> dict[str, t.Any] | None:
        return described(self.keys, self.name)

    def update(self, plan: Plan) -> None:
        self.keys.call("ScheduleKeyDeletion", key_id=self.name, pending_window_in_days=self.window)


class LeavingAlias(Resource):
    """An alias that is to be deleted; name is with or without AWS's prefix alias/, keys the Operations of kms."""

    kind = "alias"

    def __init__(self, keys: Operations, name: str) -> None:
        self.keys = keys
        self.name = alias_name(name)

    def find(self) -> dict[str, t.Any] | None:
        # An alias goes on naming a key that is scheduled for deletion (KMS developer guide, aliases).
        key = described(self.keys, self.name)
        return key and {"alias_name": self.name, "target_key_id": key["key_id"]}

    def delete(self, plan: Plan) -> None:
        unless_missing(lambda: self.keys.call("DeleteAlias", alias_name=self.name), MISSING)


def removal_stages(kms: t.Any, key_ids: list[str], alias: str | None, window: int) -> list[tuple[str, list[Item]]]:
    """Return what has to become of keys, and after them of their alias: as long as that is there, the keys are found.

    kms is a boto3 client of kms, window in days. Ids that no key has are passed over.
    """
    keys = Operations(kms)
    found = [key for key in in_threads(lambda key_id: described(keys, key_id), key_ids) if key]
    wanted = {"key_state": PENDING_DELETION}
    return [
        ("kms_keys", [Item(LeavingKey(keys, key, window), wanted) for key in found]),
        ("aliases", [Item(LeavingAlias(keys, alias), state="absent")] if alias else []),
    ]


def alias_name(alias: str) -> str:
    """Return an alias with AWS's prefix alias/, which it may have already."""
    return alias if alias.startswith("alias/") else f"alias/{alias}"


def find_keys(kms: t.Any, tagging: t.Any, tags: dict[str, str], alias: str | None = None) -> list[dict[str, t.Any]]:
    """Return the keys that carry all of tags, and the one that alias names, as DescribeKey shows them, with their tags.

    kms and tagging are boto3 clients of kms and resourcegroupstaggingapi. KMS itself can only list all keys and answer
    the tags of each; the tagging API knows a new tag after seconds only, so who has an alias gives it too.
    """
    keys = Operations(kms)
    filters = [{"key": key, "values": [value]} for key, value in tags.items()]
    tagged = Operations(tagging).pages(
        "GetResources", "resource_tag_mapping_list", resource_type_filters=["kms:key"], tag_filters=filters
    )
    names = [resource["resource_arn"] for resource in tagged]
    names += [alias_name(alias)] if alias else []
    found = {key["key_id"]: key for key in in_threads(lambda name: described(keys, name), names) if key}
    return [found[key_id] for key_id in sorted(found)]


def described(keys: Operations, name: str) -> dict[str, t.Any] | None:
    """Return a key as DescribeKey shows it, with its tags, or None; name is its id, its ARN or an alias."""
    answer = unless_missing(lambda: keys.call("DescribeKey", key_id=name), MISSING)
    if answer is None:
        return None
    key = answer["key_metadata"]
    listed = keys.pages("ListResourceTags", "tags", key_id=key["key_id"])
    return {**key, "tags": {tag["tag_key"]: tag["tag_value"] for tag in listed}}
