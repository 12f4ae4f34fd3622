# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity providers of a user pool: names and details that Cognito wants of the social ones, and one of each name.

Sources: https://github.com/aws/aws-cli/issues/3179 (names), https://github.com/aws-amplify/amplify-cli/issues/8266
(details), https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1287 (twice); model,
CreateIdentityProvider.ProviderDetails.
"""

from __future__ import annotations

from emulator.cognito.refusals import refused
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import cognito as upstream

SOCIAL = ("Facebook", "Google", "LoginWithAmazon", "SignInWithApple")
# The social providers that want the same three details, and what Cognito says of them.
WITH_A_SECRET = ("Facebook", "Google", "LoginWithAmazon")
DETAILS = ("client_id", "client_secret", "authorize_scopes")
INCOMPLETE = "client_id, client_secret and authorize_scopes are all required idp details"


def install() -> None:
    """Put the checks in front of both calls."""
    wrap(upstream, "_create_identity_provider", _checked_creation)
    wrap(upstream, "_update_identity_provider", _checked_update)


def _incomplete(kind: str | None, details: Structure) -> bool:
    return kind in WITH_A_SECRET and not all(details.get(name) for name in DETAILS)


def _checked_creation(original: Handler) -> Handler:
    def create_identity_provider(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        name, kind = data.get("ProviderName"), data.get("ProviderType")
        if name in (pool.get("_identity_providers") or {}):
            return refused(f"{name} already exists in user pool {pool['Id']}.", "DuplicateProviderException")
        if kind in SOCIAL and name != kind:
            return refused(f"Provider {name} cannot be of type {kind}.")
        if _incomplete(kind, data.get("ProviderDetails") or {}):
            return refused(INCOMPLETE)
        return original(data)

    return create_identity_provider


def _checked_update(original: Handler) -> Handler:
    def update_identity_provider(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        provider = (pool.get("_identity_providers") or {}).get(data.get("ProviderName")) or {}
        if "ProviderDetails" in data and _incomplete(provider.get("ProviderType"), data["ProviderDetails"]):
            return refused(INCOMPLETE)
        return original(data)

    return update_identity_provider
