# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""KMS keys: made once, found without reading every key of the account, and on their way out."""

from __future__ import annotations

import json
import re
import typing as t

from ._engine import Item, Listed, Resource, in_threads, wait_until_shown
from ._naming import Operations, code_of, unless_missing
from ._plan import Plan, tag_changes
from ._policy import written_as
from ._waiting import StudioError, retry

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

MISSING = ("NotFoundException",)
ENABLED, DISABLED, PENDING_DELETION = "Enabled", "Disabled", "PendingDeletion"
# KMS's rules for keys that it does not rotate: asymmetric ones and those of custom key stores.
UNROTATED = ("UnsupportedOperationException",)
POLICY_NAME = "default"  # the only name that KMS takes
# KMS API reference, CreateAlias: of the name, behind alias/. A key that gets no alias is one that nobody finds again.
LONGEST_ALIAS = 250
ALIAS = re.compile(rf"alias/(?!aws/)[A-Za-z0-9/_-]{{1,{LONGEST_ALIAS}}}")
# How long KMS may take until it knows a key that it has just made (developer guide, "AWS KMS eventual consistency").
PROPAGATION_TIME = 120  # seconds


class Key(Resource):
    """The key that an alias names; name is with or without AWS's prefix alias/.

    wanted are the attributes as the user gave them, creator the Operations of a client without retries: KMS has no
    idempotency token. warn is called with a sentence where the key cannot be used at present. timeout in seconds.
    """

    kind = "kms_key"

    def __init__(
        self,
        keys: Operations,
        creator: Operations,
        tagging: t.Any,
        name: str,
        wanted: dict[str, t.Any],
        *,
        warn: t.Callable[[str], None],
        timeout: float,
    ) -> None:
        self.keys = keys
        self.creator = creator
        self.tagging = tagging
        self.name = alias_name(name)
        self.wanted = wanted
        self.warn = warn
        self.timeout = timeout
        self.id = ""

    def find_before(self) -> dict[str, t.Any] | None:
        key = self.find()
        if key and key["key_state"] in (DISABLED, PENDING_DELETION):
            state = "disabled" if key["key_state"] == DISABLED else "scheduled for deletion"
            self.warn(
                f"Key {key['key_id']} ({self.name}) is {state}, so nothing that it encrypts opens. It is enabled."
            )
        return key

    def find(self) -> dict[str, t.Any] | None:
        key = described(self.keys, self.id or self.name)
        found = unless_missing(lambda: self._with_settings(key), MISSING) if key else None
        return found or (None if self.id else self._left_without_alias())

    def _left_without_alias(self) -> dict[str, t.Any] | None:
        """Return the key that an earlier run made and was stopped before it had its alias.

        It carries the wanted tags and description, and no alias. A key on its way out is no such key.
        """
        tags = {key: str(value) for key, value in (self.wanted.get("tags") or {}).items()}
        description = self.wanted.get("description")
        if not (tags and description):
            return None
        keys = find_keys(self.keys.client, self.tagging, tags)
        alike = [key for key in keys if key["key_state"] == ENABLED and key["description"] == description]
        left = [key for key in alike if not self.keys.pages("ListAliases", "aliases", key_id=key["key_id"])]
        return self._with_settings(left[0]) if left else None

    def _with_settings(self, key: dict[str, t.Any]) -> dict[str, t.Any]:
        self.id = key_id = key["key_id"]
        policy = self.keys.call("GetKeyPolicy", key_id=key_id, policy_name=POLICY_NAME)["policy"]
        rotation = unless_missing(lambda: self.keys.call("GetKeyRotationStatus", key_id=key_id), UNROTATED)
        aliases = self.keys.pages("ListAliases", "aliases", key_id=key_id)
        return {
            **key,
            "alias": self.name if self.name in [alias["alias_name"] for alias in aliases] else "",
            "policy": written_as(json.loads(policy), self.wanted.get("policy")),
            "enable_key_rotation": rotation and rotation["key_rotation_enabled"],
        }

    def create(self, plan: Plan) -> None:
        after = plan.after
        made = self.creator.call(
            "CreateKey",
            description=after.get("description"),
            policy=json.dumps(after["policy"]) if "policy" in after else None,
            tags=_key_tags(after.get("tags") or {}),
        )
        self.id = made["key_metadata"]["key_id"]
        self._write({name: after[name] for name in ("alias", "enable_key_rotation") if after.get(name)})

    def update(self, plan: Plan) -> None:
        if plan.before["key_state"] == PENDING_DELETION:
            self.keys.call("CancelKeyDeletion", key_id=self.id)
        self._write(plan.changes, plan.before["tags"])

    def _write(self, changes: dict[str, t.Any], old_tags: t.Mapping[str, str] | None = None) -> None:
        """Make the key what changes say. Enabled first: a disabled one takes little else."""
        if "key_state" in changes:
            self._call("EnableKey")
        if "alias" in changes:
            self._create_alias()
        if "description" in changes:
            self._call("UpdateKeyDescription", description=changes["description"])
        if "policy" in changes:
            self._call("PutKeyPolicy", policy_name=POLICY_NAME, policy=json.dumps(changes["policy"]))
        if "enable_key_rotation" in changes:
            self._call("EnableKeyRotation" if changes["enable_key_rotation"] else "DisableKeyRotation")
        if "tags" in changes:
            self._change_tags(old_tags or {}, changes["tags"])

    def _create_alias(self) -> None:
        try:
            self._call("CreateAlias", target_key_id=self.id, alias_name=self.name)
        except ClientError as error:
            # The answer to an earlier attempt was lost, unless the alias is of another key.
            taken = code_of(error) == "AlreadyExistsException"
            if not taken or (described(self.keys, self.name) or {}).get("key_id") != self.id:
                raise

    def _change_tags(self, before: t.Mapping[str, str], after: dict[str, str]) -> None:
        new, gone = tag_changes(before, after)
        if gone:
            self._call("UntagResource", tag_keys=gone)
        if new:
            self._call("TagResource", tags=_key_tags(new))

    def _call(self, operation: str, **values: t.Any) -> None:
        retry(lambda: self.keys.call(operation, key_id=self.id, **values), is_missing, PROPAGATION_TIME)

    def wait(self, plan: Plan) -> None:
        wait_until_shown(self, plan, self.timeout)


def key_item(
    kms: t.Any,
    once: t.Any,
    tagging: t.Any,
    alias: str,
    wanted: dict[str, t.Any],
    *,
    warn: t.Callable[[str], None],
    timeout: float,
) -> Item:
    """Return what is wanted of the key that alias names: the attributes of wanted, the alias, and that it is enabled.

    kms, once and tagging are boto3 clients: of kms, of kms without retries, and of resourcegroupstaggingapi.
    """
    if not ALIAS.fullmatch(alias_name(alias)):
        raise StudioError(
            f"alias is {alias!r}, and must be up to {LONGEST_ALIAS} letters, digits and / _ -. It must not begin with "
            "aws/, which AWS keeps for itself."
        )
    key = Key(Operations(kms), Operations(once), tagging, alias, wanted, warn=warn, timeout=timeout)
    return Item(key, {**wanted, "key_state": ENABLED, "alias": key.name})


def is_missing(error: Exception) -> bool:
    """Tell whether KMS does not know a key, which may be too new to be known everywhere."""
    return code_of(error) in MISSING


def _key_tags(tags: t.Mapping[str, t.Any]) -> list[dict[str, str]]:
    """Return tags as KMS takes them."""
    return [{"tag_key": key, "tag_value": str(value)} for key, value in sorted(tags.items())]


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
