# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What KMS refuses of tags and names, how it shows a key, and what it says of a key that does not exist.

Sources: recordings of AWS (localstack, tests/aws/services/kms/test_kms.snapshot.json): test_create_key,
test_create_key_with_too_many_tags_raises_error, test_create_key_with_invalid_tag_key,
test_tag_existing_key_with_invalid_tag_key, test_tag_key_with_duplicate_tag_keys_raises_error, test_create_alias,
test_get_key_invalid_uuid; texts on aliases from issues of terraform-provider-aws.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core.responses import error_response_json, get_account_id

from emulator.shared.modelled import constrained
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import kms as upstream

MOST_TAGS = 50
PREFIX = "alias/"
UUID = re.compile(r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
UNKNOWN = re.compile(r"(?:Key|Alias) (?P<name>\S+) not found")
TAKEN = re.compile(r"Alias (?P<name>\S+) already exists")


def install() -> None:
    """Check requests, and answer in AWS's words."""
    wrap(upstream, "handle_request", constrained("kms", "ValidationException"))
    wrap(upstream, "_create_key", _with_sound_tags)
    wrap(upstream, "_tag_resource", _with_sound_tags)
    wrap(upstream, "_create_alias", _with_prefix)
    wrap(upstream, "_key_metadata", _as_shown)
    wrap(upstream, "error_response_json", _in_its_words)


def _with_sound_tags(original: Handler) -> Handler:
    def handler(data: Structure) -> Answer:
        message = tag_refusal(data)
        return error_response_json("TagException", message, 400) if message else original(data)

    return handler


def tag_refusal(data: Structure) -> str | None:
    """Why KMS refuses the tags of CreateKey or TagResource, or None."""
    keys = [tag["TagKey"] for tag in data.get("Tags") or []]
    current = (upstream._resolve_key(data.get("KeyId", "")) or {}).get("Tags") or []
    if any(key.lower().startswith("aws:") for key in keys):
        return "Tags beginning with aws: are reserved"
    if len(keys) > len(set(keys)):
        return "Duplicate tag keys"
    if len({*keys, *(tag["TagKey"] for tag in current)}) > MOST_TAGS:
        return "Too many tags"
    return None


def _with_prefix(original: Handler) -> Handler:
    def create_alias(data: Structure) -> Answer:
        if not data["AliasName"].startswith(PREFIX):
            message = (
                'Alias must start with the prefix "alias/". Please see '
                "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
            )
            return error_response_json("ValidationException", message, 400)
        return original(data)

    return create_alias


def _as_shown(original: Function) -> Function:
    """A key shows its account, and of its algorithms those that it has."""

    def key_metadata(record: Structure) -> Structure:
        shown = {"AWSAccountId": get_account_id(), **original(record)}
        empty = [name for name in ("EncryptionAlgorithms", "SigningAlgorithms") if not shown.get(name)]
        return {name: value for name, value in shown.items() if name not in empty}

    return key_metadata


def _in_its_words(original: Handler) -> Handler:
    def error(code: str, message: str, *rest: Any, **options: Any) -> Answer:
        unknown, taken = UNKNOWN.fullmatch(message), TAKEN.fullmatch(message)
        if unknown:
            message = unknown_text(unknown["name"])
        elif taken:
            message = f"An alias with the name {upstream._alias_arn(taken['name'])} already exists"
        return original(code, message, *rest, **options)

    return error


def unknown_text(name: str) -> str:
    """What KMS says of a key or an alias that does not exist, by id, alias or ARN."""
    last = name.rpartition("/")[2] if name.startswith("arn:") else name
    if name.startswith(PREFIX):
        return f"Alias {upstream._alias_arn(name)} is not found."
    if f":{PREFIX}" in name:
        return f"Alias {name} is not found."
    if not UUID.fullmatch(last):
        return f"Invalid keyId '{name}'"
    return f"Key '{name if name.startswith('arn:') else upstream._arn(name)}' does not exist"
