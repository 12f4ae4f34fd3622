# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SimulatePrincipalPolicy and SimulateCustomPolicy: every action on every resource, in the given context.

Source: IAM API reference of both calls, EvaluationResult and ResourceSpecificResult; user guide, "IAM policy testing
with the IAM policy simulator". The simulator knows of a request only what ContextEntries say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from ministack.core.iam_evaluator import EvalContext
from ministack.core.responses import get_account_id

from emulator.shared.patching import replace_entry, require
from emulator.shared.shapes import Answer, Function, Structure
from emulator.shared.upstream import iam as upstream
from emulator.shared.upstream import iam_evaluator

TABLE = "ministack.services.iam._IAM_HANDLERS"
DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny", "ImplicitDeny": "implicitDeny"}
# Kind of entity in an ARN -> ministack's store.
ENTITIES = {"user": upstream._users, "role": upstream._roles, "group": upstream._groups}


class Refused(Exception):
    """An error answer: status, code and message."""


@dataclass
class Simulation:
    """What is asked: parsed statements by the id of their policy, boundary likewise, context by lower-case key."""

    policies: dict[str, list[Any]]
    boundary: dict[str, list[Any]] | None
    principal: str
    actions: list[str]
    resources: list[str]
    resource_policy: str
    context: Structure = field(default_factory=dict)


def install() -> None:
    """Replace both calls."""
    for name in ("_gather_user_policies", "_gather_role_policies", "_resolve_managed_policy_document", "_first_match"):
        require(iam_evaluator, name)
    for action, simulation in (
        ("SimulatePrincipalPolicy", principal_simulation),
        ("SimulateCustomPolicy", custom_simulation),
    ):
        replace_entry(TABLE, upstream._IAM_HANDLERS, action, _answering(action, simulation))


def _answering(action: str, simulation_of: Callable[[Structure], Simulation]) -> Function:
    def handler(parameters: Structure) -> Answer:
        try:
            results = "".join(evaluations(simulation_of(parameters)))
        except Refused as refused:
            return upstream._error(*refused.args, ns="iam")
        inner = (
            f"<{action}Result><EvaluationResults>{results}</EvaluationResults>"
            f"<IsTruncated>false</IsTruncated></{action}Result>"
        )
        return upstream._xml(200, f"{action}Response", inner, ns="iam")

    return handler


# --- requests --------------------------------------------------------------------------------------------------------


def _members(parameters: Structure, name: str) -> list[str]:
    found, number = [], 1
    while f"{name}.member.{number}" in parameters:
        found.append(upstream._p(parameters, f"{name}.member.{number}"))
        number += 1
    return found


def _documents(parameters: Structure, name: str) -> dict[str, list[Any]]:
    documents = {f"{name}.{number}": text for number, text in enumerate(_members(parameters, name), 1)}
    for text in documents.values():
        try:
            json.loads(text)
        except ValueError:
            raise Refused(400, "InvalidInput", "Invalid Policy: the policy document is not valid JSON.") from None
    return {key: iam_evaluator.parse_policy_document(text) for key, text in documents.items()}


def _context(parameters: Structure) -> Structure:
    found, number = {}, 1
    while f"ContextEntries.member.{number}.ContextKeyName" in parameters:
        entry = f"ContextEntries.member.{number}"
        values = _members(parameters, f"{entry}.ContextKeyValues")
        is_list = upstream._p(parameters, f"{entry}.ContextKeyType").endswith("List")
        key = upstream._p(parameters, f"{entry}.ContextKeyName").lower()
        found[key] = values if is_list or len(values) > 1 else (values or [""])[0]
        number += 1
    return found


def _simulation(parameters: Structure, policies: Structure, boundary: Structure | None, principal: str) -> Simulation:
    actions = _members(parameters, "ActionNames")
    for action in actions:
        if ":" not in action:
            raise Refused(400, "InvalidInput", f"Invalid Action: {action}")
    return Simulation(
        policies={**policies, **_documents(parameters, "PolicyInputList")},
        boundary=_documents(parameters, "PermissionsBoundaryPolicyInputList") or boundary,
        principal=upstream._p(parameters, "CallerArn") or principal,
        actions=actions,
        resources=_members(parameters, "ResourceArns") or ["*"],
        resource_policy=upstream._p(parameters, "ResourcePolicy"),
        context=_context(parameters),
    )


def custom_simulation(parameters: Structure) -> Simulation:
    """What a SimulateCustomPolicy asks; raises Refused."""
    return _simulation(parameters, {}, None, f"arn:aws:iam::{get_account_id()}:root")


def principal_simulation(parameters: Structure) -> Simulation:
    """What a SimulatePrincipalPolicy asks; the name of a role or user with a path is what follows its last slash."""
    arn = upstream._p(parameters, "PolicySourceArn")
    kind, _slash, path = arn.rpartition(":")[2].partition("/")
    if not arn.startswith("arn:") or kind not in ENTITIES:
        message = f"Invalid Entity Arn: {arn} does not clearly define entity type and name."
        raise Refused(400, "InvalidInput", message)
    record = ENTITIES[kind].get(path.rpartition("/")[2])
    if record is None or record["Arn"] != arn:
        raise Refused(404, "NoSuchEntity", f"The {kind} with name {path.rpartition('/')[2]} cannot be found.")
    boundary = record.get("PermissionsBoundary")
    limit = {boundary: _managed(boundary)} if boundary else None
    return _simulation(parameters, _policies_of(kind, path.rpartition("/")[2], record), limit, arn)


def _managed(arn: str) -> list[Any]:
    document = iam_evaluator._resolve_managed_policy_document(arn, get_account_id())
    return iam_evaluator.parse_policy_document(document) if document else []


def _policies_of(kind: str, name: str, record: Structure) -> dict[str, list[Any]]:
    """``{policy's name: statements}`` of everything that gives an entity rights."""
    found = {arn.rpartition("/")[2]: _managed(arn) for arn in record.get("AttachedPolicies", [])}
    inline = {
        "role": record.get("InlinePolicies"),
        "user": upstream._user_inline_policies.get(name),
        "group": upstream._group_inline_policies.get(name),
    }[kind]
    for policy, document in (inline or {}).items():
        found[f"{kind}_{name}_{policy}"] = iam_evaluator.parse_policy_document(document)
    groups = [group for group in upstream._groups.values() if kind == "user" and name in group.get("Users", [])]
    for group in groups:
        found.update(_policies_of("group", group["GroupName"], group))
    return found


# --- results ---------------------------------------------------------------------------------------------------------


def evaluations(asked: Simulation) -> Iterator[str]:
    """The ``<member>`` of every combination of action and resource."""
    given: Callable[[str], Any] = asked.context.get
    for action in asked.actions:
        for resource in asked.resources:
            context = EvalContext(
                principal_arn=asked.principal,
                principal_type=asked.principal.rpartition(":")[2].partition("/")[0].capitalize(),
                principal_account=asked.principal.split(":")[4],
                action=action,
                resource_arn=resource,
                region=given("aws:requestedregion"),
                source_ip=given("aws:sourceip"),
                secure_transport=given("aws:securetransport"),
                service_context=asked.context,
            )
            yield _result(asked, context)


def _result(asked: Simulation, context: EvalContext) -> str:
    limits = [list(asked.boundary.values())] if asked.boundary is not None else []
    found = iam_evaluator.evaluate(context, list(asked.policies.values()), *limits)
    if asked.resource_policy:
        found = iam_evaluator.combine_resource_policy(found, context, asked.resource_policy, get_account_id())
    decision = DECISIONS[found.decision]
    matched = "".join(_matched(asked.policies, context, found.decision))
    missing = "".join(f"<member>{escape(key)}</member>" for key in _missing(asked, context))
    boundary = _boundary_detail(asked, context)
    resource = escape(context.resource_arn)
    # Which keys are missing stands with the resource, unless none was named (API reference, MissingContextValues).
    own, specific = (missing, "") if asked.resources == ["*"] else ("", missing)
    results = (
        f"<ResourceSpecificResults><member><EvalResourceName>{resource}</EvalResourceName>"
        f"<EvalResourceDecision>{decision}</EvalResourceDecision><MatchedStatements>{matched}</MatchedStatements>"
        f"<MissingContextValues>{specific}</MissingContextValues>{boundary}</member></ResourceSpecificResults>"
    )
    return (
        f"<member><EvalActionName>{escape(context.action)}</EvalActionName><EvalResourceName>{resource}"
        f"</EvalResourceName><EvalDecision>{decision}</EvalDecision><MatchedStatements>{matched}</MatchedStatements>"
        f"<MissingContextValues>{own}</MissingContextValues>{boundary}"
        f"{results if asked.resources != ['*'] else ''}</member>"
    )


def _matched(policies: dict[str, list[Any]], context: EvalContext, decision: str) -> Iterator[str]:
    """The policies whose statements decided; none did when nothing allows."""
    for name, statements in policies.items():
        if decision != "ImplicitDeny" and iam_evaluator._first_match(context, statements, decision):
            yield (
                f"<member><SourcePolicyId>{escape(name)}</SourcePolicyId>"
                "<SourcePolicyType>IAM Policy</SourcePolicyType></member>"
            )


def _missing(asked: Simulation, context: EvalContext) -> list[str]:
    """Condition keys of the statements for this action that the request does not give."""
    return sorted(
        {
            key
            for statements in asked.policies.values()
            for statement in statements
            if iam_evaluator._action_matches(context.action, statement.actions, statement.not_actions)
            for keys in statement.conditions.values()
            for key in keys
            if key.lower() not in asked.context
        }
    )


def _boundary_detail(asked: Simulation, context: EvalContext) -> str:
    if asked.boundary is None:
        return ""
    allowed = iam_evaluator.evaluate(context, list(asked.boundary.values())).decision == "Allow"
    inner = f"<AllowedByPermissionsBoundary>{str(allowed).lower()}</AllowedByPermissionsBoundary>"
    return f"<PermissionsBoundaryDecisionDetail>{inner}</PermissionsBoundaryDecisionDetail>"
