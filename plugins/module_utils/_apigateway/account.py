# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""API Gateway's settings for a whole account and region: the role with which it writes logs."""

from __future__ import annotations

import typing as t

from .._engine import Item, Resource
from .._naming import Operations
from .._plan import Plan
from .._waiting import retry

PROPAGATION_TIME = 120  # seconds
# What UpdateAccount says while a role that was made a moment ago spreads (terraform-provider-aws repeats on these).
PROPAGATING = ("does not have required permissions", "could not successfully write to CloudWatch Logs")


class Account(Resource):
    """The account behind a boto3 client of apigateway, as far as cloudwatch_role_arn is concerned.

    There is an account always; it counts as missing while it has no role, and as gone (state absent) while it has
    another one than cloudwatch_role_arn.
    """

    kind = "account"
    name = "of API Gateway"

    def __init__(self, client: t.Any, cloudwatch_role_arn: str, state: str) -> None:
        self.operations, self.role, self.state = Operations(client), cloudwatch_role_arn, state

    def find(self) -> dict[str, t.Any] | None:
        account = self.operations.call("GetAccount")
        role = account.get("cloudwatch_role_arn")
        return None if not role or (self.state == "absent" and role != self.role) else account

    def create(self, plan: Plan) -> None:
        self._set(plan.after["cloudwatch_role_arn"])

    def update(self, plan: Plan) -> None:
        self._set(plan.changes["cloudwatch_role_arn"])

    def delete(self, plan: Plan) -> None:
        self._set("")

    def _set(self, role: str) -> None:
        patches = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
        retry(
            lambda: self.operations.call("UpdateAccount", patch_operations=patches),
            lambda error: any(text in str(error) for text in PROPAGATING),
            PROPAGATION_TIME,
        )


def account_item(client: t.Any, cloudwatch_role_arn: str, only_when_unset: bool, state: str) -> Item:
    """Return what has to become of the account's role: nothing where another one is set that is to stay."""
    account = Account(client, cloudwatch_role_arn, state)
    stays = only_when_unset and account.find()
    return Item(account, {"cloudwatch_role_arn": None if stays else cloudwatch_role_arn}, state)
