# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web ACLs of AWS WAF, as far as other resources wear them."""

from __future__ import annotations

import typing as t

from ._engine import Resource
from ._naming import Operations, unless_missing
from ._plan import Plan
from ._waiting import retry

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

# The resource or the ACL was made a moment ago and WAF does not see it yet (API reference AssociateWebACL).
UNAVAILABLE = "WAFUnavailableEntityException"
PATIENCE = 120  # seconds


class Association(Resource):
    """The web ACL of the resource with resource_arn, which has one at most; wafv2 is a boto3 client of wafv2."""

    kind = "web_acl_association"

    def __init__(self, wafv2: t.Any, resource_arn: str) -> None:
        self.operations = Operations(wafv2)
        self.name = resource_arn
        self.key = {"resource_arn": resource_arn}

    def find(self) -> dict[str, t.Any] | None:
        answer = (
            unless_missing(
                lambda: self.operations.call("GetWebACLForResource", **self.key), {"WAFNonexistentItemException"}
            )
            or {}
        )
        acl = answer.get("web_acl")
        return {**self.key, "web_acl_arn": acl["arn"]} if acl else None

    def create(self, plan: Plan) -> None:
        request = {**self.key, "web_acl_arn": plan.after["web_acl_arn"]}
        retry(lambda: self.operations.call("AssociateWebACL", **request), is_unavailable, PATIENCE)

    def update(self, plan: Plan) -> None:
        # A resource has one web ACL at most, so the new one takes the place of the old one.
        self.create(plan)

    def delete(self, plan: Plan) -> None:
        self.operations.call("DisassociateWebACL", **self.key)


def is_unavailable(error: Exception) -> bool:
    """Tell whether WAF cannot see the resource or the web ACL yet."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == UNAVAILABLE
