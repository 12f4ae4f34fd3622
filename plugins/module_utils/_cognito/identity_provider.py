# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A SAML or OpenID Connect identity provider of a user pool."""

from __future__ import annotations

import typing as t

from .._engine import Resource
from .._naming import Operations, unless_missing
from .._plan import Plan
from .common import POOL_MISSING, filled

SECRET = "client_secret"  # noqa: S105 the name of a member
# What DescribeIdentityProvider adds by itself and nobody can set (API reference, ProviderDetails).
MADE_BY_AWS = {
    "ActiveEncryptionCertificate",
    "SLORedirectBindingURI",
    "SSORedirectBindingURI",
    "attributes_url_add_attributes",
}


class IdentityProvider(Resource):
    """The identity provider called name in a user pool; cognito is a boto3 client of cognito-idp.

    ``provider_details`` is shown and taken without the secret, which is the attribute ``client_secret``.
    """

    kind = "identity_provider"
    immutable = frozenset({"provider_type"})
    unordered = frozenset({"idp_identifiers"})
    secret = frozenset({SECRET})

    def __init__(self, cognito: t.Any, user_pool_id: str, name: str) -> None:
        self.operations = Operations(cognito)
        self.name = name
        self.key = {"user_pool_id": user_pool_id, "provider_name": name}

    def find(self) -> dict[str, t.Any] | None:
        answer = unless_missing(lambda: self.operations.call("DescribeIdentityProvider", **self.key), POOL_MISSING)
        if answer is None:
            return None
        provider = answer["identity_provider"]
        details = dict(provider.get("provider_details") or {})
        secret = details.pop(SECRET, None)
        return {**provider, "provider_details": details, **({SECRET: secret} if secret is not None else {})}

    def create(self, plan: Plan) -> None:
        self.operations.call("CreateIdentityProvider", **request(plan.after), **self.key)

    def update(self, plan: Plan) -> None:
        # Details, mapping and identifiers are each replaced as a whole.
        self.operations.call("UpdateIdentityProvider", **request(plan.after), **self.key)

    def delete(self, plan: Plan) -> None:
        self.operations.call("DeleteIdentityProvider", **self.key)


def as_texts(details: dict[str, t.Any] | None) -> dict[str, str] | None:
    """Return details as Cognito keeps them, None for none: true and 1 become text."""
    if details is None:
        return None
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in details.items()}


def request(provider: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments of CreateIdentityProvider and UpdateIdentityProvider for a provider as find() shows it."""
    details = {key: value for key, value in provider["provider_details"].items() if key not in MADE_BY_AWS}
    if provider.get(SECRET):
        details[SECRET] = provider[SECRET]
    wanted = ("provider_type", "attribute_mapping", "idp_identifiers")
    return filled({"provider_details": details, **{key: provider.get(key) for key in wanted}})
