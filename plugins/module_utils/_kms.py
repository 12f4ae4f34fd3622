# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""KMS keys, found without reading every key of the account, and their aliases."""

from __future__ import annotations

import typing as t

from ._engine import Plan, Resource, in_threads
from ._naming import Operations, unless_missing

MISSING = ("NotFoundException",)


class Alias(Resource):
    """The alias called name, with or without AWS's prefix alias/; kms is a boto3 client of kms.

    target is the id or the ARN of the wanted key, None where none is wanted.
    """

    kind = "alias"

    def __init__(self, kms: t.Any, name: str, target: str | None = None) -> None:
        self.operations = Operations(kms)
        self.target = target
        self.name = name if name.startswith("alias/") else f"alias/{name}"

    def find(self) -> dict[str, t.Any] | None:
        aliases = self.operations.pages("ListAliases", "aliases")
        found = next((alias for alias in aliases if alias["alias_name"] == self.name), None)
        # ListAliases answers ids only (API reference, AliasListEntry), and an ARN names the same key.
        if found and self.target and self.target.rpartition("/")[2] == found.get("target_key_id"):
            return {**found, "target_key_id": self.target}
        return found

    def create(self, plan: Plan) -> None:
        self.operations.call("CreateAlias", alias_name=self.name, target_key_id=plan.after["target_key_id"])

    def update(self, plan: Plan) -> None:
        self.operations.call("UpdateAlias", alias_name=self.name, target_key_id=plan.after["target_key_id"])

    def delete(self, plan: Plan) -> None:
        unless_missing(lambda: self.operations.call("DeleteAlias", alias_name=self.name), MISSING)


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
    names += [alias if alias.startswith("alias/") else f"alias/{alias}"] if alias else []
    found = {key["key_id"]: key for key in in_threads(lambda name: _described(keys, name), names) if key}
    return [found[key_id] for key_id in sorted(found)]


def _described(keys: Operations, name: str) -> dict[str, t.Any] | None:
    answer = unless_missing(lambda: keys.call("DescribeKey", key_id=name), MISSING)
    if answer is None:
        return None
    key = answer["key_metadata"]
    listed = keys.pages("ListResourceTags", "tags", key_id=key["key_id"])
    return {**key, "tags": {tag["tag_key"]: tag["tag_value"] for tag in listed}}
