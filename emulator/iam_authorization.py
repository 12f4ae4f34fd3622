# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorization that ministack leaves out: iam:PassRole, iam:PermissionsBoundary, tag conditions of EC2.

Only with ``--auth``. Sources: Service Authorization Reference (condition keys of IAM and EC2, iam:PassRole of Lambda,
EC2 and API Gateway); IAM user guide, "Granting a user permissions to pass a role".
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Iterator

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, iam, tagging

from emulator.patching import replace, require, wrap

# Action -> (service that gets the role, members of the request that hold role ARNs).
PASSED_ROLES = {
    "lambda:CreateFunction": ("lambda.amazonaws.com", ("Role",)),
    "lambda:UpdateFunctionConfiguration": ("lambda.amazonaws.com", ("Role",)),
    "ec2:CreateFlowLogs": ("vpc-flow-logs.amazonaws.com", ("DeliverLogsPermissionArn",)),
    "cognito-idp:CreateGroup": ("cognito-idp.amazonaws.com", ("RoleArn",)),
    "cognito-idp:UpdateGroup": ("cognito-idp.amazonaws.com", ("RoleArn",)),
    "sagemaker:CreateDomain": ("sagemaker.amazonaws.com", ("ExecutionRole",)),
    "sagemaker:UpdateDomain": ("sagemaker.amazonaws.com", ("ExecutionRole",)),
    "sagemaker:CreateUserProfile": ("sagemaker.amazonaws.com", ("ExecutionRole",)),
    "sagemaker:UpdateUserProfile": ("sagemaker.amazonaws.com", ("ExecutionRole",)),
}

# (action, service, role ARNs) of the request being authorized, and the role that could not be passed.
_passing: contextvars.ContextVar[tuple | None] = contextvars.ContextVar("passing", default=None)
_refused_role: contextvars.ContextVar[str | None] = contextvars.ContextVar("refused_role", default=None)


def install() -> None:
    """Extend the context of every decision, and make a second decision for passed roles."""
    members = require(iam_actions, "_TAG_MEMBERS")
    replace(iam_actions, "_TAG_MEMBERS", members | {"TagSpecifications"})
    wrap(iam_actions, "request_tag_context", _with_roles)
    wrap(iam_actions, "access_denied_response", _naming_pass_role)
    wrap(iam_evaluator, "enforce", _enforcing_pass_role)
    require(tagging, "_COLLECTORS")["ec2"] = ec2_tags
    require(tagging, "_RESOURCE_TAG_COLLECTORS")["ec2"] = ec2_tags


def ec2_tags() -> Iterator[tuple[str, list[dict]]]:
    """``(ARN, tags)`` of everything with tags in EC2, for conditions and for the tagging API."""
    for resource_id, tags in ec2._tags.items():
        kind = ec2._guess_resource_type(resource_id)
        yield f"arn:aws:ec2:{get_region()}:{get_account_id()}:{kind}/{resource_id}", tags


def _with_roles(original):
    def request_tag_context(service, iam_action, body, params):
        context = original(service, iam_action, body, params)
        service_name, members = PASSED_ROLES.get(iam_action, (None, ()))
        roles = list(_role_arns(_document(body), members)) + [
            value for name in members for value in _values(params.get(name))
        ]
        _passing.set((iam_action, service_name, roles) if roles else None)
        _refused_role.set(None)
        boundary = _permissions_boundary(iam_action, params) if service == "iam" else None
        return {**context, "iam:PermissionsBoundary": boundary} if boundary else context

    return request_tag_context


def _document(body: bytes):
    try:
        return json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        return {}


def _values(value) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _role_arns(document, members: tuple[str, ...]) -> Iterator[str]:
    """Values of ``members`` anywhere in a JSON request, once each."""
    if isinstance(document, list):
        for entry in document:
            yield from _role_arns(entry, members)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in members and isinstance(value, str):
                yield value
            else:
                yield from _role_arns(value, members)


def _permissions_boundary(iam_action: str, params: dict) -> str | None:
    """The boundary that a call sets, or that the role or user it changes has."""
    asked = _values(params.get("PermissionsBoundary"))
    if asked or iam_action in ("iam:CreateRole", "iam:CreateUser"):
        return asked[0] if asked else None
    for member, store in (("RoleName", iam._roles), ("UserName", iam._users)):
        for name in _values(params.get(member)):
            return (store.get(name) or {}).get("PermissionsBoundary")
    return None


def _enforcing_pass_role(original):
    def enforce(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = original(
            access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=service_context
        )
        passing = _passing.get()
        if denied or not passing or passing[0] != iam_action:
            return denied
        for role in dict.fromkeys(passing[2]):
            context = {"iam:PassedToService": passing[1], "iam:AssociatedResourceArn": resource_arn}
            refused = original(access_key_id, "iam:PassRole", "iam", region, resource_arn=role, service_context=context)
            if refused:
                _refused_role.set(role)
                return refused
        return None

    return enforce


def _naming_pass_role(original):
    """The refusal says that the role could not be passed, as AWS does."""

    def access_denied_response(service, action, principal_arn, request_id, **options):
        role = _refused_role.get()
        if role:
            action, options = "iam:PassRole", {**options, "resource_arn": role}
        return original(service, action, principal_arn, request_id, **options)

    return access_denied_response
