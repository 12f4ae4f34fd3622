# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tags that KMS takes: their signs, and how many.

Sources: KMS API reference, CreateKey and TagResource (TagException, LimitExceededException); developer guide, "Tags in
AWS KMS", with the signs of the tagging guide; provider-upjet-aws #922 quotes code and text for a value with ``&``. The
text of LimitExceededException is ours.
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
        tags = data.get("Tags") or []
        if not all(_is_sound(tag) for tag in tags):
            return error_response_json("TagException", "Invalid tag", 400)
        present = (upstream._resolve_key(data.get("KeyId", "")) or {}).get("Tags", [])
        if count_together(present, tags, "TagKey") > MAXIMUM:
            return error_response_json("LimitExceededException", f"A key can have at most {MAXIMUM} tags.", 400)
        return original(data)

    return handler


def _is_sound(tag: Structure) -> bool:
    key, value = tag.get("TagKey", ""), tag.get("TagValue", "")
    return bool(compiled(KEY).fullmatch(key) and compiled(VALUE).fullmatch(value)) and not key.startswith("aws:")
