# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS: what a key's state keeps from being done to it.

Source: KMS developer guide, "Key states of AWS KMS keys", table of states and operations; API reference
GetKeyRotationStatus.
"""

from __future__ import annotations

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import kms as upstream

ROTATION = ("_enable_key_rotation", "_disable_key_rotation")
NOT_WHILE_PENDING = (
    *ROTATION,
    "_create_alias",
    "_disable_key",
    "_enable_key",
    "_tag_resource",
    "_untag_resource",
    "_update_key_description",
)


def install() -> None:
    """Guard what depends on a key's state."""
    for name in NOT_WHILE_PENDING:
        wrap(upstream, name, _guarded(name in ROTATION))
    wrap(upstream, "_cancel_key_deletion", _only_while_pending)
    wrap(upstream, "_get_key_rotation_status", _not_rotated_while_pending)


def _state(data: Structure) -> str:
    key = upstream._resolve_key(data.get("KeyId") or data.get("TargetKeyId", "")) or {}
    return str(key.get("KeyState", ""))


def _refusal(code: str, data: Structure, why: str) -> Answer:
    key = upstream._resolve_key(data.get("KeyId") or data.get("TargetKeyId", "")) or {}
    return error_response_json(code, f"{key.get('Arn')} is {why}.", 400)


def _guarded(needs_enabled: bool) -> Wrapper:
    def wrapper(original: Handler) -> Handler:
        def handler(data: Structure) -> Answer:
            state = _state(data)
            if state == "PendingDeletion":
                return _refusal("KMSInvalidStateException", data, "pending deletion")
            if state == "Disabled" and needs_enabled:
                return _refusal("DisabledException", data, "disabled")
            return original(data)

        return handler

    return wrapper


def _only_while_pending(original: Handler) -> Handler:
    def cancel_key_deletion(data: Structure) -> Answer:
        if _state(data) not in ("", "PendingDeletion"):
            return _refusal("KMSInvalidStateException", data, "not pending deletion")
        return original(data)

    return cancel_key_deletion


def _not_rotated_while_pending(original: Handler) -> Handler:
    """The status is false while a key waits for its end, and what it was before when that is cancelled."""

    def get_key_rotation_status(data: Structure) -> Answer:
        key = upstream._resolve_key(data.get("KeyId", "")) or {}
        rotated = key.get("KeyRotationEnabled", False)
        if _state(data) != "PendingDeletion":
            return original(data)
        key["KeyRotationEnabled"] = False
        try:
            return original(data)
        finally:
            key["KeyRotationEnabled"] = rotated

    return get_key_rotation_status
