# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Styles of managed login: an app client has one or none, and without one its pages are not shown.

Source: botocore model cognito-idp (CreateManagedLoginBranding, DescribeManagedLoginBrandingByClient,
DeleteManagedLoginBranding, CreateUserPoolDomain.ManagedLoginVersion); Amazon Cognito developer guide, "Managed login".
The texts of the refusals are not documented.
"""

from __future__ import annotations

from ministack.core.responses import error_response_json, json_response, new_uuid

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import cognito as upstream

MANAGED = 2
UNAVAILABLE: Answer = (403, {"Content-Type": "text/html"}, b"Login pages unavailable. Please contact an administrator.")


def install() -> None:
    """Let styles end with their client."""
    wrap(upstream, "_delete_user_pool_client", _with_its_style)


def _styles(pool: Structure) -> dict[str, Structure]:
    """The styles of a pool by client."""
    styles: dict[str, Structure] = pool.setdefault("_managed_login_branding", {})
    return styles


def has_pages(pool: Structure, client_id: str) -> bool:
    """Whether a client has pages: always in the classic version, and with a style in managed login."""
    versions = (pool.get("_managed_login_versions") or {}).values()
    return MANAGED not in versions or client_id in _styles(pool)


def _with_its_style(original: Handler) -> Handler:
    def delete_user_pool_client(data: Structure) -> Answer:
        answer = original(data)
        pool = upstream._user_pools.get(data.get("UserPoolId"))
        if answer[0] == 200 and pool:
            _styles(pool).pop(data.get("ClientId", ""), None)
        return answer

    return delete_user_pool_client


def _missing(what: str) -> Answer:
    return error_response_json("ResourceNotFoundException", f"{what} does not exist.", 400)


def create(data: Structure) -> Answer:
    """CreateManagedLoginBranding: one for each client."""
    pool, error = upstream._resolve_pool(data["UserPoolId"])
    if error:
        return error
    client_id = data["ClientId"]
    if client_id not in pool["_clients"]:
        return _missing(f"User pool client {client_id}")
    if client_id in _styles(pool):
        text = "The client has a managed login branding style already."
        return error_response_json("ManagedLoginBrandingExistsException", text, 400)
    given: Structure = {name: data[name] for name in ("Settings", "Assets") if name in data}
    defaults = bool(data.get("UseCognitoProvidedValues"))
    if defaults and given:
        text = "Settings and Assets cannot be given with UseCognitoProvidedValues."
        return error_response_json("InvalidParameterException", text, 400)
    now = upstream._now_epoch()
    style: Structure = {"ManagedLoginBrandingId": new_uuid(), "UserPoolId": pool["Id"]}
    style["UseCognitoProvidedValues"] = defaults
    _styles(pool)[client_id] = {**style, **given, "CreationDate": now, "LastModifiedDate": now}
    return json_response({"ManagedLoginBranding": _styles(pool)[client_id]})


def describe_by_client(data: Structure) -> Answer:
    """DescribeManagedLoginBrandingByClient."""
    pool, error = upstream._resolve_pool(data["UserPoolId"])
    if error:
        return error
    style = _styles(pool).get(data["ClientId"])
    return json_response({"ManagedLoginBranding": style}) if style else _missing("The managed login branding style")


def delete(data: Structure) -> Answer:
    """DeleteManagedLoginBranding."""
    pool, error = upstream._resolve_pool(data["UserPoolId"])
    if error:
        return error
    styles = _styles(pool)
    found = [key for key, style in styles.items() if style["ManagedLoginBrandingId"] == data["ManagedLoginBrandingId"]]
    for key in found:
        del styles[key]
    return json_response({}) if found else _missing("The managed login branding style")


OPERATIONS = {
    "CreateManagedLoginBranding": create,
    "DescribeManagedLoginBrandingByClient": describe_by_client,
    "DeleteManagedLoginBranding": delete,
}
