# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS: a key is scheduled for deletion once, and its policy locks nobody out and names nobody unknown.

Installs the other parts too.

Sources: KMS API reference (ScheduleKeyDeletion, PutKeyPolicy, CreateKey); developer guide, default key policy.
"""

from __future__ import annotations

from ministack.core.responses import error_response_json, get_account_id

from emulator.iam import policies
from emulator.kms import paging, requests, rotation, states, tags
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import kms as upstream

LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."


def install() -> None:
    """Guard deletion and policies of keys."""
    wrap(upstream, "_schedule_key_deletion", _once)
    wrap(upstream, "_create_key", _with_sound_policy)
    wrap(upstream, "_put_key_policy", _with_sound_policy)
    for part in (paging, requests, rotation, states, tags):
        part.install()


def _once(original: Handler) -> Handler:
    def schedule_key_deletion(data: Structure) -> Answer:
        key = upstream._resolve_key(data.get("KeyId", "")) or {}
        if key.get("KeyState") in ("PendingDeletion", "PendingReplicaDeletion"):
            return error_response_json("KMSInvalidStateException", f"{key['Arn']} is pending deletion.", 400)
        return original(data)

    return schedule_key_deletion


def _with_sound_policy(original: Handler) -> Handler:
    def change_policy(data: Structure) -> Answer:
        refusal = (
            policy_refusal(data["Policy"], data.get("BypassPolicyLockoutSafetyCheck")) if data.get("Policy") else None
        )
        return error_response_json("MalformedPolicyDocumentException", refusal, 400) if refusal else original(data)

    return change_policy


def policy_refusal(document: str, bypass: bool | None) -> str | None:
    """Why KMS refuses a key policy, or None."""
    try:
        found = policies.statements(document)
        unknown = policies.invalid_principal(document)
    except ValueError:
        return "The policy is not a valid JSON policy document."
    if unknown:
        return "Policy contains a statement with one or more invalid principals."
    keepers = [entry for entry in found if policies.allows(entry, "kms:PutKeyPolicy")]
    own = f"arn:aws:iam::{get_account_id()}:"
    named = list(policies.principals({"Statement": keepers}, "AWS"))
    if not bypass and not any(who == "*" or who == get_account_id() or who.startswith(own) for who in named):
        return LOCKED_OUT
    return None
