# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An app client of a Cognito user pool."""

from __future__ import annotations

import typing as t

from .._engine import Resource
from .._naming import Operations, unless_missing
from .._plan import Plan
from .._waiting import StudioError
from .common import POOL_MISSING, filled


class UserPoolClient(Resource):
    """The app client called name in a user pool; cognito is a boto3 client of cognito-idp.

    create_once is one without retries, for the call that would make a second client.
    """

    kind = "user_pool_client"
    immutable = frozenset({"generate_secret"})
    unordered = frozenset(
        {
            "allowed_o_auth_flows",
            "allowed_o_auth_scopes",
            "callback_urls",
            "explicit_auth_flows",
            "logout_urls",
            "read_attributes",
            "supported_identity_providers",
            "write_attributes",
        }
    )
    secret = frozenset({"client_secret"})

    def __init__(
        self,
        cognito: t.Any,
        create_once: t.Any,
        user_pool_id: str,
        name: str,
        *,
        wants_secret: bool = False,
        wants_style: bool = False,
    ) -> None:
        self.operations = Operations(cognito)
        self.create_once = Operations(create_once)
        self.name = name
        self.key = {"user_pool_id": user_pool_id, "client_name": name}
        self.wants_secret = wants_secret
        self.wants_style = wants_style

    def find(self) -> dict[str, t.Any] | None:
        listed = (
            unless_missing(
                lambda: self.operations.pages("ListUserPoolClients", "user_pool_clients", max_results=60, **self.key),
                POOL_MISSING,
            )
            or []
        )
        ids = [client["client_id"] for client in listed if client["client_name"] == self.name]
        if len(ids) > 1:
            raise StudioError(f"{len(ids)} app clients are called {self.name}: {', '.join(ids)}. Delete all but one.")
        if not ids:
            return None
        client = self.operations.call("DescribeUserPoolClient", client_id=ids[0], **self.key)["user_pool_client"]
        return {
            **client,
            "generate_secret": "client_secret" in client or self._has_secrets(ids[0]),
            **({"managed_login_style": bool(self._style(ids[0]))} if self.wants_style else {}),
        }

    def _style(self, client_id: str) -> dict[str, t.Any]:
        """Return the style of managed login that a client has, {} for none."""
        described = unless_missing(
            lambda: self.operations.call("DescribeManagedLoginBrandingByClient", client_id=client_id, **self.key),
            POOL_MISSING,
        )
        return dict((described or {}).get("managed_login_branding", {}))

    def _have_style(self, client_id: str) -> None:
        try:
            self.operations.call(
                "CreateManagedLoginBranding", client_id=client_id, use_cognito_provided_values=True, **self.key
            )
        except self.operations.client.exceptions.ManagedLoginBrandingExistsException:
            pass  # an earlier attempt whose answer was lost

    def _has_secrets(self, client_id: str) -> bool:
        """Tell whether a client has secrets that its description does not show.

        AWS does not say what that shows of a client whose first secret was replaced by another.
        """
        if not (self.wants_secret and self.operations.knows("ListUserPoolClientSecrets")):
            return False
        return bool(
            self.operations.call("ListUserPoolClientSecrets", client_id=client_id, **self.key)["client_secrets"]
        )

    def create(self, plan: Plan) -> None:
        made = self.create_once.call("CreateUserPoolClient", **{**filled(plan.after), **self.key})
        if plan.after.get("managed_login_style"):
            self._have_style(made["user_pool_client"]["client_id"])

    def update(self, plan: Plan) -> None:
        if plan.changes.get("managed_login_style"):
            self._have_style(plan.before["client_id"])
        if plan.changes.keys() - {"managed_login_style"}:
            # UpdateUserPoolClient resets whatever is omitted, so everything is sent.
            self.operations.call("UpdateUserPoolClient", **{**filled(plan.after), **self.key})

    def delete(self, plan: Plan) -> None:
        client_id = plan.before["client_id"]
        style = self._style(client_id) if self.operations.knows("DeleteManagedLoginBranding") else {}
        if style:
            unless_missing(
                lambda: self.operations.call(
                    "DeleteManagedLoginBranding",
                    managed_login_branding_id=style["managed_login_branding_id"],
                    **self.key,
                ),
                POOL_MISSING,
            )
        self.operations.call("DeleteUserPoolClient", client_id=client_id, **self.key)
