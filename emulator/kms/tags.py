# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tags that KMS takes: their signs, and how many.

Sources: KMS API reference, CreateKey and TagResource (TagException); developer guide, "Tags in AWS KMS", with the signs
of the tagging guide; provider-upjet-aws #922 quotes code and text for a value with ``&``; recordings of AWS
(localstack, tests/aws/services/kms/test_kms.snapshot.json): test_create_key_with_too_many_tags_raises_error,
test_create_key_with_invalid_tag_key, test_tag_existing_key_with_invalid_tag_key,
test_tag_key_with_duplicate_tag_keys_raises_error.
"""

from __future__ import annotations

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.tag_rules import KEY, MAXIMUM, VALUE, count_together
from emulator.shared.upstream import kms as upstream
from emulator.shared.validation import compiled


def install() -> None:
    """Guard what gives tags to keys."""
    for name in ("_create_key", "_tag_resource"):
        wrap(upstream, name, _with_sound_tags)


def _with_sound_tags(original: Handler) -> Handler:
    def handler(data: Structure) -> Answer:
        message = refusal(data)
        return error_response_json("TagException", message, 400) if message else original(data)

    return handler


def refusal(data: Structure) -> str | None:
    """Why KMS refuses the tags of CreateKey or TagResource, or None."""
    tags = data.get("Tags") or []
    keys = [tag["TagKey"] for tag in tags]
    present = (upstream._resolve_key(data.get("KeyId", "")) or {}).get("Tags", [])
    if any(key.lower().startswith("aws:") for key in keys):
        return "Tags beginning with aws: are reserved"
    if len(keys) > len(set(keys)):
        return "Duplicate tag keys"
    if not all(_is_sound(tag) for tag in tags):
        return "Invalid tag"
    return "Too many tags" if count_together(present, tags, "TagKey") > MAXIMUM else None


def _is_sound(tag: Structure) -> bool:
    return bool(compiled(KEY).fullmatch(tag["TagKey"]) and compiled(VALUE).fullmatch(tag.get("TagValue", "")))
