# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorization that ministack leaves out: iam:PassRole and other second decisions, iam:PermissionsBoundary, tag
conditions of EC2, policy variables.

Only with ``--auth``. Sources: Service Authorization Reference (condition keys of IAM and EC2, dependent actions of
Lambda, EC2, API Gateway and SageMaker); IAM user guide, "Granting a user permissions to pass a role" and "Variables and
tags".
"""

from __future__ import annotations

import contextvars
import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.iam_evaluator import EvalContext, ParsedStatement
from ministack.core.responses import get_account_id, get_region

from emulator.iam.decisions import Decision, dependent
from emulator.iam.ec2_resources import arn_of, values
from emulator.iam.resources import as_matched
from emulator.settings import settings
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Function, Handler, Headers, Structure
from emulator.shared.upstream import app, ec2, iam, iam_actions, iam_evaluator, tagging

# aws:RequestedRegion of these is always the same (IAM user guide, global condition keys).
GLOBAL_SERVICES = {"iam", "budgets", "ce", "route53", "cloudfront", "organizations"}
HOME_OF_GLOBAL_SERVICES = "us-east-1"
# Services whose tags ministack knows and does not decide by.
WITH_RESOURCE_TAGS = ("ec2", "cognito-idp", "elasticfilesystem", "backup")
TAG_MEMBERS = ("UserPoolTags", "BackupPlanTags", "BackupVaultTags")
# Condition keys of s3:PutObject that ministack leaves out (Service Authorization Reference, S3).
ENCRYPTION = ("x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-aws-kms-key-id")
S3_WITH_ROLES = ("s3:PutReplicationConfiguration", "s3:CreateBucketMetadata", "s3:UpdateBucketMetadata")
VARIABLE = re.compile(r"\$\{([^},]+)(?:,\s*'([^']*)')?\}")


@dataclasses.dataclass(frozen=True)
class Rules:
    """What a service adds: functions of (operation, request).

    ``context`` gives further condition keys; ``decisions`` also takes the whole context and gives Decisions.
    """

    context: Callable[[str, Structure], Structure]
    decisions: Callable[[str, Structure, Structure], list[Decision]]


RULES: dict[str, Rules] = {}
# (action, Decisions) of the request that is being authorized, and the Decision that went against it.
_further: contextvars.ContextVar[tuple[str, list[Decision]] | None] = contextvars.ContextVar("further", default=None)
_refused: contextvars.ContextVar[Decision | None] = contextvars.ContextVar("refused", default=None)


def install() -> None:
    """Extend the context of every decision, make further decisions, and fill in policy variables."""
    replace(iam_actions, "_TAG_MEMBERS", iam_actions._TAG_MEMBERS | {"TagSpecifications", "TagKeyList", *TAG_MEMBERS})
    wrap(app, "pin_request_origin", _assuming_tls)
    wrap(iam_actions, "request_tag_context", _with_rules)
    wrap(iam_actions, "_s3_object_context", _with_encryption)
    wrap(iam_actions, "access_denied_response", _naming_what_was_refused)
    wrap(iam_evaluator, "enforce", _deciding_further)
    wrap(iam_evaluator, "_first_match", _with_variables)
    collectors = tagging._COLLECTORS
    collectors["ec2"] = ec2_tags
    tagging._RESOURCE_TAG_COLLECTORS.update({name: collectors[name] for name in WITH_RESOURCE_TAGS})


def ec2_tags() -> Iterator[tuple[str, list[Structure]]]:
    """``(ARN, tags)`` of everything with tags in EC2, for conditions and for the tagging API."""
    for resource_id, tags in ec2._tags.items():
        yield arn_of(resource_id, get_region(), get_account_id()), tags


def _assuming_tls(original: Function) -> Function:
    """The emulator listens without TLS; whoever asks AWS comes over TLS."""

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        original(source_ip, secure_transport or settings.assume_tls)

    return pin_request_origin


def _with_rules(original: Function) -> Function:
    def request_tag_context(service: str, iam_action: str, body: bytes, params: Structure) -> Structure:
        document = _xml_roles(body) if iam_action.startswith(S3_WITH_ROLES) else _document(body)
        context = original(service, iam_action, _with_tags(document, body), params)
        rules = RULES.get(service)
        operation = iam_action.partition(":")[2]
        if rules and isinstance(document, dict):
            context = {**context, **rules.context(operation, document)}
        if service == "iam":
            context = {**context, **_iam_keys(iam_action, params)}
        if service == "apigateway":
            context = {**context, **_rest_api_keys(document)}
        further = dependent(iam_action, document, params, context)
        if rules and isinstance(document, dict):
            further += rules.decisions(operation, document, context)
        _further.set((iam_action, further) if further else None)
        _refused.set(None)
        return context

    return request_tag_context


def _document(body: bytes) -> Any:
    try:
        return json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        return {}


def _xml_roles(body: bytes) -> Structure:
    """The roles in a configuration of a bucket, as a JSON body would have them."""
    return {"Role": [role.decode() for role in re.findall(rb"<Role>\s*([!-~]+?)\s*</Role>", body)]}


def _with_tags(document: Any, body: bytes) -> bytes:
    """Cognito and Backup have names of their own for tags and their keys; the condition keys are the same."""
    if not isinstance(document, dict):
        return body
    named = [document[name] for name in TAG_MEMBERS if document.get(name)]
    tags = {"Tags": named[0]} if named else {}
    keys = {"TagKeys": document["TagKeyList"]} if document.get("TagKeyList") else {}
    return json.dumps({**document, **tags, **keys}).encode() if tags or keys else body


def _iam_keys(iam_action: str, params: Structure) -> Structure:
    """iam:PermissionsBoundary, and iam:PolicyARN of calls that attach or detach a policy."""
    found = {"iam:PermissionsBoundary": _permissions_boundary(iam_action, params)}
    if iam_action.startswith(("iam:Attach", "iam:Detach")):
        found["iam:PolicyARN"] = next(iter(values(params.get("PolicyArn"))), None)
    return {key: value for key, value in found.items() if value}


def _rest_api_keys(document: Any) -> Structure:
    """aws:RequestTag and aws:TagKeys of a request to API Gateway, whose actions are verbs and tell nothing of tags."""
    tags = document.get("tags") if isinstance(document, dict) else None
    if not isinstance(tags, dict):
        return {}
    return {**{f"aws:requesttag/{key.lower()}": str(value) for key, value in tags.items()}, "aws:TagKeys": [*tags]}


def _permissions_boundary(iam_action: str, params: Structure) -> str | None:
    """The boundary that a call sets, or that the role or user it changes has."""
    asked = values(params.get("PermissionsBoundary"))
    if asked or iam_action in ("iam:CreateRole", "iam:CreateUser"):
        return asked[0] if asked else None
    for member, store in (("RoleName", iam._roles), ("UserName", iam._users)):
        for name in values(params.get(member)):
            return (store.get(name) or {}).get("PermissionsBoundary")
    return None


def _with_encryption(original: Function) -> Function:
    def object_context(iam_action: str, query_params: Structure, path: str, headers: Headers) -> Structure:
        context = original(iam_action, query_params, path, headers)
        if iam_action != "s3:PutObject":
            return dict(context)
        return {**context, **{f"s3:{name}": headers[name] for name in ENCRYPTION if headers.get(name)}}

    return object_context


def _deciding_further(original: Function) -> Function:
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Structure | None = None,
    ) -> Any:
        region = HOME_OF_GLOBAL_SERVICES if service in GLOBAL_SERVICES else region
        denied = original(
            access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=service_context
        )
        action, decisions = _further.get() or (None, [])
        if denied:
            _refused.set(Decision(iam_action, service, resource_arn, {}))
        if denied or action != iam_action:
            return denied
        for decision in decisions:
            context = dict(decision.context)
            if decision.action == "iam:PassRole":
                context["iam:AssociatedResourceArn"] = resource_arn
            resource = decision.resource or resource_arn
            refused = original(
                access_key_id, decision.action, decision.service, region, resource_arn=resource, service_context=context
            )
            if refused:
                _refused.set(dataclasses.replace(decision, resource=resource))
                return refused
        return None

    return enforce


def still_allowed(principal_arn: str, action: str, resource: str, context: Structure, source_ip: str) -> bool:
    """Whether the policies of a role's session or of a user of this account allow an action that it takes no part in.

    For what AWS decides with the policies of somebody who called before; root is always allowed.
    """
    account, name = principal_arn.split(":")[4], principal_arn.split("/")
    if principal_arn.endswith(":root"):
        return True
    if ":assumed-role/" in principal_arn:
        kind, policies = "AssumedRole", iam_evaluator._gather_role_policies(name[1], account)
    else:
        kind, policies = "User", iam_evaluator._gather_user_policies(name[-1], account)
    ctx = EvalContext(
        principal_arn=principal_arn,
        principal_type=kind,
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        source_ip=source_ip,
        service_context={key.lower(): value for key, value in context.items()},
    )
    return iam_evaluator.evaluate(ctx, policies).decision == "Allow"


def _naming_what_was_refused(original: Handler) -> Handler:
    """The refusal names the action that was refused, a further one too, and its resource, as AWS does."""

    def access_denied_response(
        service: str, action: str, principal_arn: str, request_id: str, **options: Any
    ) -> Answer:
        refused = _refused.get()
        if refused:
            action, options = refused.action, {**options, "resource_arn": refused.resource}
            told = iam_actions.identity_denial_message(
                action, principal_arn, refused.resource or "*", options.get("explicit_deny", False)
            )
            # ministack words a denial by the resource's own policy.
            if not (options.get("explicit_deny") and options.get("resource_policy_arn")):
                options["message"] = options.get("message") or told
        return original(service, action, principal_arn, request_id, **options)

    return access_denied_response


def _with_variables(original: Function) -> Function:
    """ministack compares ``${aws:PrincipalTag/team}`` as it stands; IAM puts the value of the key there first."""

    def first_match(ctx: EvalContext, statements: list[ParsedStatement], effect: str) -> ParsedStatement | None:
        ctx = dataclasses.replace(ctx, resource_arn=as_matched(ctx.action, ctx.resource_arn))
        return original(ctx, [_filled_in(statement, ctx) for statement in statements], effect)

    return first_match


def _filled_in(statement: ParsedStatement, ctx: EvalContext) -> ParsedStatement:
    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return VARIABLE.sub(lambda found: _value_of(found, ctx), value)
        if isinstance(value, list):
            return [fill(item) for item in value]
        return {name: fill(item) for name, item in value.items()} if isinstance(value, dict) else value

    members = ("resources", "not_resources", "conditions")
    return dataclasses.replace(statement, **{name: fill(getattr(statement, name)) for name in members})


def _value_of(found: re.Match[str], ctx: EvalContext) -> str:
    """The value of a variable, its default, or the text itself, which no resource and no value equals."""
    value = iam_evaluator._resolve_condition_key(found[1].strip(), ctx)
    return value if isinstance(value, str) else found[2] if found[2] is not None else found[0]
