# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch Logs: the encryption of log groups with KMS keys, which ministack keeps and cannot change.

Source: API reference of Amazon CloudWatch Logs (CreateLogGroup, AssociateKmsKey, DisassociateKmsKey).
"""

from __future__ import annotations

import json

from ministack.core.responses import error_response_json, json_response

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, AsyncHandler, Handler, Headers, Structure
from emulator.shared.upstream import cloudwatch_logs as upstream
from emulator.shared.upstream import kms


def install() -> None:
    """Add the two calls, and refuse a log group with a key that cannot be used."""
    wrap(upstream, "handle_request", _with_key_calls)
    wrap(upstream, "_create_log_group", _with_usable_key)


def _with_key_calls(original: AsyncHandler) -> AsyncHandler:
    calls = {"AssociateKmsKey": associate_kms_key, "DisassociateKmsKey": disassociate_kms_key}

    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        call = calls.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return call(json.loads(body or b"{}")) if call else await original(method, path, headers, body, query)

    return handle_request


def _with_usable_key(original: Handler) -> Handler:
    def create_log_group(data: Structure) -> Answer:
        return (key_refusal(data["kmsKeyId"]) if data.get("kmsKeyId") else None) or original(data)

    return create_log_group


def key_refusal(key_id: str) -> Answer | None:
    """The answer to a key that does not exist or is not enabled, None for one that can be used."""
    key = kms._resolve_key(key_id) if key_id.startswith("arn:") else None
    if key and key.get("KeyState") == "Enabled":
        return None
    return error_response_json(
        "InvalidParameterException", f"The specified KMS key does not exist or is not allowed: '{key_id}'.", 400
    )


def associate_kms_key(data: Structure) -> Answer:
    """AssociateKmsKey: new events of the group are encrypted with the key."""
    return _set_key(data, data["kmsKeyId"])


def disassociate_kms_key(data: Structure) -> Answer:
    """DisassociateKmsKey: new events of the group are encrypted by the service itself."""
    return _set_key(data, None)


def _set_key(data: Structure, key_id: str | None) -> Answer:
    name = data.get("logGroupName")
    group = upstream._log_groups.get(name)
    if group is None:
        return error_response_json("ResourceNotFoundException", "The specified log group does not exist.", 400)
    refusal = key_refusal(key_id) if key_id else None
    if refusal is None:
        group["kmsKeyId"] = key_id
    return refusal or json_response({})
