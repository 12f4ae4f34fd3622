# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of confidential app clients: a second one can be valid beside the first, so that they can be rotated.

Source: botocore model cognito-idp (AddUserPoolClientSecret, ListUserPoolClientSecrets, DeleteUserPoolClientSecret and
the shape ClientSecretDescriptorType). The texts of the refusals are not documented.
"""

from __future__ import annotations

import secrets
import string

from ministack.core.responses import error_response_json, json_response

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Headers, Structure
from emulator.shared.upstream import cognito as upstream

MOST = 2
_CHARACTERS = string.ascii_lowercase + string.digits


def install() -> None:
    """Accept every active secret of a client wherever its first is accepted."""
    wrap(upstream, "_authenticate_client", _with_any_active_secret)
    wrap(upstream, "_validate_client_secret_hash", _by_any_active_secret)


def active(pool: Structure, client: Structure) -> list[Structure]:
    """The client's secrets, the oldest first, each ``id``, ``value`` and ``created`` (epoch seconds)."""
    if not client.get("ClientSecret"):
        return []
    created = int(client.get("CreationDate") or 0)
    first = {"id": f"{client['ClientId']}--{created}", "value": client["ClientSecret"], "created": created}
    return pool.setdefault("_client_secrets", {}).setdefault(client["ClientId"], [first])


def _with_any_active_secret(original: Function) -> Function:
    """ministack compares with the client's own secret; any other that is active is handed to it as that one."""

    def authenticate_client(headers: Headers, form: Structure) -> tuple[str, str]:
        client_id, given = original(headers, form)
        _pool_id, pool, client = upstream._find_pool_by_client_id(client_id)
        if client and any(given == secret["value"] for secret in active(pool, client)):
            given = client["ClientSecret"]
        return client_id, given

    return authenticate_client


def _by_any_active_secret(original: Function) -> Function:
    """A SECRET_HASH may be made with any active secret."""

    def validate(action: str, data: Structure) -> Answer | None:
        error = original(action, data)
        _pool_id, pool, client = upstream._find_pool_by_client_id(data.get("ClientId") or "")
        others = active(pool, client)[1:] if error and client else []
        for secret in others:
            own = client["ClientSecret"]
            client["ClientSecret"] = secret["value"]
            try:
                error = error and original(action, data)
            finally:
                client["ClientSecret"] = own
        return error

    return validate


def _found(data: Structure) -> tuple[Structure, list[Structure], Answer | None]:
    """The client, its secrets, and the refusal where there is no such client."""
    pool, error = upstream._resolve_pool(data["UserPoolId"])
    client = None if error else pool["_clients"].get(data["ClientId"])
    if client is None:
        missing = f"User pool client {data['ClientId']} does not exist."
        return {}, [], error or error_response_json("ResourceNotFoundException", missing, 400)
    return client, active(pool, client), None


def _shown(secret: Structure) -> Structure:
    return {"ClientSecretId": secret["id"], "ClientSecretCreateDate": secret["created"]}


def add(data: Structure) -> Answer:
    """AddUserPoolClientSecret: at most two; the value is shown once, and only when Cognito made it."""
    client, found, error = _found(data)
    if error:
        return error
    if not found:
        return error_response_json("InvalidParameterException", "The client is not configured for a secret.", 400)
    if len(found) >= MOST:
        return error_response_json("LimitExceededException", f"A client has {MOST} secrets at most.", 400)
    # The id tells secrets apart by the second in which they were made.
    created = max(int(upstream._now_epoch()), found[-1]["created"] + 1)
    value = data.get("ClientSecret") or "".join(secrets.choice(_CHARACTERS) for _ in range(52))
    secret = {"id": f"{client['ClientId']}--{created}", "value": value, "created": created}
    found.append(secret)
    pool = upstream._user_pools[data["UserPoolId"]]
    pool["_rotated_clients"] = sorted({*pool.get("_rotated_clients", ()), data["ClientId"]})
    given = {} if data.get("ClientSecret") else {"ClientSecretValue": value}
    return json_response({"ClientSecretDescriptor": {**_shown(secret), **given}})


def list_all(data: Structure) -> Answer:
    """ListUserPoolClientSecrets: when each was made, never its value."""
    _client, found, error = _found(data)
    return error or json_response({"ClientSecrets": [_shown(secret) for secret in found]})


def delete(data: Structure) -> Answer:
    """DeleteUserPoolClientSecret: the last one stays."""
    client, found, error = _found(data)
    if error:
        return error
    gone = [secret for secret in found if secret["id"] == data["ClientSecretId"]]
    if not gone:
        missing = f"Client secret {data['ClientSecretId']} does not exist."
        return error_response_json("ResourceNotFoundException", missing, 400)
    if len(found) == 1:
        return error_response_json("InvalidParameterException", "The last secret of a client cannot be deleted.", 400)
    found.remove(gone[0])
    client["ClientSecret"] = found[0]["value"]
    return json_response({})


OPERATIONS = {
    "AddUserPoolClientSecret": add,
    "ListUserPoolClientSecrets": list_all,
    "DeleteUserPoolClientSecret": delete,
}
