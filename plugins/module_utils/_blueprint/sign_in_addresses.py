# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a sign-in is found: what modules answered about it, and the addresses that follow."""

from __future__ import annotations

import dataclasses
import typing as t

from .found import Results, Thing, tags_of
from .sign_in import STAGE, SignIn

PORTAL, PROGRAMS = CLIENTS = ("portal", "api")


@dataclasses.dataclass(frozen=True)
class FoundSignIn:
    """What modules answered so far about the sign-in; empty where a run has not come so far."""

    user_pool: Thing = dataclasses.field(default_factory=dict)
    user_pool_differences: Thing = dataclasses.field(default_factory=dict)
    managed_login_version: int = 0
    rest_api_id: str = ""
    # The ids of the app clients, in the order of CLIENTS, and all app clients that the pool has.
    client_ids: t.Sequence[str] = ()
    user_pool_clients: t.Sequence[Thing] = ()
    function_group_id: str = ""
    # Those of the name or id that the platform's has.
    user_pools: t.Sequence[Thing] = ()
    # Of a sign-in that is taken down.
    rest_apis: t.Sequence[Thing] = ()


def found_sign_in(results: Results) -> FoundSignIn:
    """Return what the modules answered. results: what each step answered, by its name (steps.py)."""

    def of(step: str, key: str) -> t.Any:
        return (results.get(step) or {}).get(key)

    clients = [one.get("user_pool_client") or {} for one in of("made_app_clients", "results") or ()]
    return FoundSignIn(
        user_pool=of("made_user_pool", "user_pool") or {},
        user_pool_differences=of("made_user_pool", "differences") or {},
        managed_login_version=(of("made_hosted_sign_in", "user_pool_domain") or {}).get("managed_login_version") or 0,
        rest_api_id=(of("made_api", "rest_api") or {}).get("id") or "",
        client_ids=[client.get("client_id") or "predicted" for client in clients],
        user_pool_clients=[
            client for pool in of("all_app_clients", "user_pools") or () for client in pool["user_pool_clients"]
        ],
        function_group_id=next(
            (group.get("group_id") or "" for group in of("made_security_group", "security_groups") or ()), ""
        ),
        rest_apis=of("found_apis", "rest_apis") or (),
        user_pools=of("found_pools", "user_pools") or (),
    )


# Versions of the pages of a hosted sign-in (model, ManagedLoginVersion).
CLASSIC, MANAGED = 1, 2


class Addresses:
    """Where the sign-in is found, with stand-ins for ids that are not there yet."""

    def __init__(self, sign_in: SignIn, found: FoundSignIn) -> None:
        self._sign_in = sign_in
        self._found = found
        place = sign_in.platform
        self.user_pool_id = str(found.user_pool.get("id") or f"{place.region}_predicted")
        pools = f"arn:{place.partition}:cognito-idp:{place.region}:{place.account_id}:userpool"
        self.user_pool_arn = f"{pools}/{self.user_pool_id}"
        self.rest_api_id = found.rest_api_id or "predicted"
        self.api_arn = f"arn:{place.partition}:execute-api:{place.region}:{place.account_id}:{self.rest_api_id}"

    @property
    def pool_is_adopted(self) -> bool:
        """Whether somebody else made the pool."""
        return "Adopted" in tags_of(self._found.user_pool)

    @property
    def pool_domain(self) -> str:
        """The first part of the hosted sign-in's address. A pool that was taken over keeps the one that it has."""
        present = self._found.user_pool.get("domain") if self.pool_is_adopted else None
        return str(present or self._sign_in.hosted_ui_prefix)

    @property
    def managed_login_version(self) -> int | None:
        """The version of the hosted sign-in's pages: the classic ones, but for an address that is taken over."""
        return None if self.pool_is_adopted and self._found.user_pool.get("domain") else CLASSIC

    @property
    def needs_style(self) -> bool:
        """Whether an app client has no pages until it has a style."""
        return self._found.managed_login_version == MANAGED

    @property
    def hosted_ui_url(self) -> str:
        """The address of the hosted sign-in."""
        form = f"https://{self.pool_domain}.{self._sign_in.platform.sign_in_domain}"
        return self._sign_in.hosted_ui_url or form

    @property
    def api_url(self) -> str:
        """The address of the API, stage included. That of a private API names its VPC endpoint."""
        place = self._sign_in.platform
        form = f"https://{{rest_api_id}}.execute-api.{place.region}.{place.dns_suffix}/{{stage}}"
        api = f"{self.rest_api_id}-{self.api_endpoint_id}" if self._sign_in.is_private else self.rest_api_id
        return (self._sign_in.api_url or form).replace("{rest_api_id}", api).replace("{stage}", STAGE)

    @property
    def portal_url(self) -> str:
        """The address of the portal."""
        return f"{self.api_url}/portal"

    @property
    def client_ids(self) -> dict[str, str]:
        """The ids of the app clients by their purpose."""
        return dict(zip(CLIENTS, self._found.client_ids or ("predicted",) * len(CLIENTS)))

    @property
    def stage_arn(self) -> str:
        """The ARN of the API's stage."""
        return stage_arn(self._sign_in, self.rest_api_id)

    @property
    def api_endpoint_id(self) -> str:
        """The VPC endpoint through which alone a private API is reached."""
        return self._endpoint_id(f"com.amazonaws.{self._sign_in.platform.region}.execute-api")

    @property
    def presigned_url_endpoint_ids(self) -> list[str]:
        """The VPC endpoints through which alone the URLs of a private sign-in open.

        SageMaker judges the browser's requests by the rights of who made the URL too, so both ways are among them.
        """
        region = self._sign_in.platform.region
        services = (f"com.amazonaws.{region}.sagemaker.api", f"aws.sagemaker.{region}.studio")
        return [self._endpoint_id(service) for service in services]

    def _endpoint_id(self, service: str) -> str:
        return str((self._sign_in.network.get("vpc_endpoints") or {}).get(service) or "vpce-predicted")


def stage_arn(sign_in: SignIn, rest_api_id: str) -> str:
    """Return the ARN of the stage of a REST API."""
    place = sign_in.platform
    return f"arn:{place.partition}:apigateway:{place.region}::/restapis/{rest_api_id}/stages/{STAGE}"
