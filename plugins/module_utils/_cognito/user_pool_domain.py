# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosted sign-in domain of a Cognito user pool."""

from __future__ import annotations

import typing as t

from .._engine import Resource
from .._naming import Operations, unless_missing
from .._plan import Plan
from .._waiting import StudioError, poll
from .common import POOL_MISSING, filled


class UserPoolDomain(Resource):
    """The domain of a user pool: a prefix, or with a certificate a whole name of the user's own.

    cognito is a boto3 client of cognito-idp; wanted is whether it shall exist; timeout is in seconds.
    """

    kind = "user_pool_domain"

    def __init__(self, cognito: t.Any, user_pool_id: str, domain: str, *, wanted: bool, timeout: float) -> None:
        self.operations = Operations(cognito)
        self.name = domain
        self.key = {"user_pool_id": user_pool_id, "domain": domain}
        self.wanted = wanted
        self.timeout = timeout

    def find(self) -> dict[str, t.Any] | None:
        described = self._describe()
        owner = described.get("user_pool_id")
        if owner == self.key["user_pool_id"]:
            return described
        if owner is None and self.wanted:
            self._refuse_second()
        elif self.wanted:
            raise StudioError(
                f"The domain {self.name} belongs to another user pool, {owner}. Domains are unique among all AWS "
                "customers of a region: choose another."
            )
        return None

    def _describe(self) -> dict[str, t.Any]:
        # Where there is no such domain, AWS answers with an empty description (API reference DescribeUserPoolDomain).
        answer = (
            unless_missing(lambda: self.operations.call("DescribeUserPoolDomain", domain=self.name), POOL_MISSING) or {}
        )
        return dict(answer.get("domain_description", {}))

    def _refuse_second(self) -> None:
        answer = unless_missing(
            lambda: self.operations.call("DescribeUserPool", user_pool_id=self.key["user_pool_id"]), POOL_MISSING
        )
        present = answer and answer["user_pool"].get("custom_domain" if "." in self.name else "domain")
        if present:
            raise StudioError(
                f"User pool {self.key['user_pool_id']} has the domain {present} already, and takes no second one of "
                f"its kind. Delete {present} by name before {self.name} is made."
            )

    def create(self, plan: Plan) -> None:
        try:
            self.operations.call("CreateUserPoolDomain", **filled(plan.after), **self.key)
        except self.operations.client.exceptions.InvalidParameterException as error:
            message = error.response["Error"]["Message"]
            if "already" not in message:
                raise
            if self._describe().get("user_pool_id") == self.key["user_pool_id"]:
                return  # an earlier attempt whose answer was lost
            raise StudioError(
                f"The domain {self.name} is taken ({message.rstrip('.')}). Domains are unique among all AWS customers "
                "of a region: choose another."
            ) from error

    def update(self, plan: Plan) -> None:
        wanted = {key: plan.after.get(key) for key in ("managed_login_version", "custom_domain_config")}
        self.operations.call("UpdateUserPoolDomain", **filled(wanted), **self.key)

    def delete(self, plan: Plan) -> None:
        self.operations.call("DeleteUserPoolDomain", **self.key)

    def wait(self, plan: Plan) -> None:
        gone = plan.action == "delete"
        poll(
            self._describe,
            lambda described: self._settled(described, gone),
            self.timeout,
            f"the domain {self.name} to be {'gone' if gone else 'active'}",
            thing="sign-in domain",
        )

    def _settled(self, described: dict[str, t.Any], gone: bool) -> bool:
        status = described.get("status")
        if status == "FAILED":
            raise StudioError(f"AWS reports that the domain {self.name} failed. Delete it by name and run again.")
        return not described.get("user_pool_id") if gone else status == "ACTIVE"
