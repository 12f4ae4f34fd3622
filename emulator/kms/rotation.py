# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS: rotation on demand and the list of rotations, which ministack does not have.

Source: KMS API reference (RotateKeyOnDemand, ListKeyRotations); KMS quotas, "On-demand rotation". A rotation is over
at once, automatic ones never come: no key here gets a year old.
"""

from __future__ import annotations

import json
import time

from ministack.core.responses import error_response_json, json_response

from emulator.kms.paging import page
from emulator.kms.requests import unknown_text
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, AsyncHandler, Headers, Structure
from emulator.shared.upstream import kms as upstream

ON_DEMAND_LIMIT = 25


def install() -> None:
    """Serve both calls."""
    wrap(upstream, "handle_request", _with_rotations)


def _with_rotations(original: AsyncHandler) -> AsyncHandler:
    calls = {"RotateKeyOnDemand": rotate_key_on_demand, "ListKeyRotations": list_key_rotations}

    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        call = calls.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return call(json.loads(body or b"{}")) if call else await original(method, path, headers, body, query)

    return handle_request


def _error(code: str, message: str) -> Answer:
    return error_response_json(code, message, 400)


def _not_found(data: Structure) -> Answer:
    return _error("NotFoundException", unknown_text(data.get("KeyId", "")))


def _rotation_refusal(key: Structure) -> Answer | None:
    if key["KeySpec"] != "SYMMETRIC_DEFAULT" or key["Origin"] == "AWS_CLOUDHSM":
        return _error("UnsupportedOperationException", f"{key['Arn']} cannot be rotated.")
    if key["KeyState"] == "Disabled":
        return _error("DisabledException", f"{key['Arn']} is disabled.")
    if key["KeyState"] != "Enabled":
        return _error("KMSInvalidStateException", f"{key['Arn']} is pending deletion.")
    if len(key.get("Rotations", [])) >= ON_DEMAND_LIMIT:
        return _error("LimitExceededException", f"{key['Arn']} was rotated {ON_DEMAND_LIMIT} times on demand.")
    return None


def rotate_key_on_demand(data: Structure) -> Answer:
    """RotateKeyOnDemand of an enabled symmetric key, at most 25 times in its life."""
    key = upstream._resolve_key(data.get("KeyId", ""))
    if not key:
        return _not_found(data)
    refusal = _rotation_refusal(key)
    if refusal is None:
        key.setdefault("Rotations", []).append({"RotationDate": int(time.time()), "RotationType": "ON_DEMAND"})
    return refusal or json_response({"KeyId": key["KeyId"]})


def list_key_rotations(data: Structure) -> Answer:
    """ListKeyRotations in pages, the newest first."""
    key = upstream._resolve_key(data.get("KeyId", ""))
    if not key:
        return _not_found(data)
    rotations = [{"KeyId": key["KeyId"], **entry} for entry in reversed(key.get("Rotations", []))]
    return page("Rotations", rotations, data, 100)
