# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions on policies: ministack's IAM evaluator, given the whole context of a request.

That evaluator (the one behind the emulator's --auth) does deny before allow, actions, resources and operators.
Two things it does otherwise than AWS, so they are done here: it does not fill in policy variables, and it computes keys
such as aws:ResourceAccount by itself. Here every key comes from the request of the test.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field

from ministack.core import iam_evaluator

from tests.unit.policies.rendering import ACCOUNT, REGION

VARIABLE = re.compile(r"\$\{([^}]+)\}")
NEVER = "\0nothing equals this"


@dataclass(frozen=True)
class Request:
    """One API call: AWS decides on it once per resource, and all of these decisions must be Allow.

    resources: ARN -> the tags that the resource carries. context: condition keys of the call itself.
    """

    action: str
    resources: dict[str, dict] = field(default_factory=lambda: {"*": {}})
    context: dict = field(default_factory=dict)
    principal: str = f"arn:aws:iam::{ACCOUNT}:role/anybody"

    def contexts(self):
        """Pairs of resource ARN and everything that conditions can ask about."""
        for arn, tags in self.resources.items():
            account = (arn.split(":") + [""] * 5)[4] or ACCOUNT
            keys = {
                "aws:PrincipalAccount": ACCOUNT,
                "aws:PrincipalArn": self.principal,
                "aws:PrincipalOrgID": "o-ours",
                "aws:ResourceAccount": account,
                "aws:ResourceOrgID": "o-ours",
                "aws:SecureTransport": "true",
                **{f"aws:ResourceTag/{name}": value for name, value in tags.items()},
                **self.context,
            }
            yield arn, {name.lower(): value for name, value in keys.items() if value is not None}


def decide(documents, request):
    """ "Allow", "Deny" or "ImplicitDeny" of identity policies; of several resources the least favourable."""
    found = [
        iam_evaluator.evaluate(_asked(request, arn, context), [_parsed(each, context) for each in documents]).decision
        for arn, context in request.contexts()
    ]
    return min(found, key=["Deny", "ImplicitDeny", "Allow"].index)


def decide_resource_policy(document, request, service=None):
    """The same for a resource policy; service is the calling AWS service, such as events.amazonaws.com."""
    found = [
        iam_evaluator.evaluate_resource_policy(
            _filled(document, context), _asked(request, arn, context), service
        ).decision
        for arn, context in request.contexts()
    ]
    return min(found, key=["Deny", "ImplicitDeny", "Allow"].index)


def _asked(request, arn, context):
    return iam_evaluator.EvalContext(
        principal_arn=request.principal,
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=request.action,
        resource_arn=arn,
        region=REGION,
        service_context={f"test/{name}": value for name, value in context.items()},
    )


def _parsed(document, context):
    return iam_evaluator.parse_policy_document(_filled(document, context))


def _filled(document, context):
    """The document with its variables filled in; one whose key is absent matches nothing (IAM guide)."""
    document = copy.deepcopy(document)
    for statement in document["Statement"]:
        if "Resource" in statement:
            statement["Resource"] = [_fill(value, context) for value in _listed(statement["Resource"])]
        statement["Condition"] = {
            operator: {
                f"test/{key.lower()}": [_fill(value, context) for value in _listed(values)]
                for key, values in keys.items()
            }
            for operator, keys in statement.get("Condition", {}).items()
        }
    return document


def _fill(value, context):
    if any(name.lower() not in context for name in VARIABLE.findall(value)):
        return NEVER
    return VARIABLE.sub(lambda match: context[match[1].lower()], value)


def _listed(value):
    return [value] if isinstance(value, str) else value
