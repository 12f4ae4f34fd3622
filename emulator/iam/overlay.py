# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: documents that AWS refuses, sizes, versions that hold a policy or become its default; installs the other parts.

Sources: IAM API reference (CreateRole, PutRolePolicy, CreatePolicy, DeletePolicy, SetDefaultPolicyVersion), IAM quotas.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from xml.sax.saxutils import escape

from emulator.iam import (
    authorization,
    documents,
    paging,
    policies,
    resources,
    service_linked_roles,
    sessions,
    shown,
    simulation,
    taken_roles,
)
from emulator.iam.tags import TAGGING, tags_refusal
from emulator.shared.patching import wrap_entry
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import iam as upstream

# Status, code and message.
Refusal = tuple[int, str, str]
TABLE = "ministack.services.iam._IAM_HANDLERS"
# Bytes without white space: policies inside a role count together (IAM quotas).
INLINE_ROLE_LIMIT = 10240
MANAGED_LIMIT = 6144
TRUST_LIMIT = 2048
# Action -> the member that names a managed policy which must exist.
NAMING_POLICIES = {
    "AttachRolePolicy": "PolicyArn",
    "AttachUserPolicy": "PolicyArn",
    "AttachGroupPolicy": "PolicyArn",
    "CreateRole": "PermissionsBoundary",
    "CreateUser": "PermissionsBoundary",
    "PutRolePermissionsBoundary": "PermissionsBoundary",
    "PutUserPermissionsBoundary": "PermissionsBoundary",
}


def install() -> None:
    """Guard the calls that take or hold policies."""
    guards = {
        "CreateRole": ("AssumeRolePolicyDocument", trust_refusal),
        "UpdateAssumeRolePolicy": ("PolicyDocument", trust_refusal),
        "CreatePolicy": ("PolicyDocument", managed_refusal),
        "CreatePolicyVersion": ("PolicyDocument", managed_refusal),
        "PutUserPolicy": ("PolicyDocument", document_refusal),
        "PutGroupPolicy": ("PolicyDocument", document_refusal),
    }
    for action, (member, refusal) in guards.items():
        _wrap(action, _of_member(member, refusal))
    _wrap("PutRolePolicy", inline_refusal)
    _wrap("DeleteRole", inline_conflict)
    _wrap("DeletePolicy", versions_refusal)
    _wrap("DeletePolicy", boundary_refusal)
    for action, member in NAMING_POLICIES.items():
        _wrap(action, _of_member(member, attachment_refusal))
    for action in TAGGING:
        _wrap(action, functools.partial(tags_refusal, action))
    _wrap("GetPolicy", _of_member("PolicyArn", attachment_refusal))
    upstream._IAM_HANDLERS.setdefault("SetDefaultPolicyVersion", set_default_policy_version)
    for part in (authorization, resources, simulation, shown, taken_roles, sessions, paging, service_linked_roles):
        part.install()


def _of_member(member: str, refusal: Callable[[str], Refusal | None]) -> Callable[[Structure], Refusal | None]:
    return lambda parameters: refusal(upstream._p(parameters, member))


def _wrap(action: str, refusal: Callable[[Structure], Refusal | None]) -> None:
    def wrapper(original: Handler) -> Handler:
        def handler(parameters: Structure) -> Answer:
            refused = refusal(parameters)
            if not refused:
                return original(parameters)
            status, code, message = refused
            return upstream._error(status, code, escape(message), ns="iam")

        return handler

    wrap_entry(TABLE, upstream._IAM_HANDLERS, action, wrapper)


def _size(document: str) -> int:
    return len("".join(document.split()))


def trust_refusal(document: str) -> Refusal | None:
    """``(status, code, message)`` when AWS refuses a trust policy, or None."""
    if _size(document) > TRUST_LIMIT:
        return 409, "LimitExceeded", f"Cannot exceed quota for ACLSizePerRole: {TRUST_LIMIT}"
    malformed = _malformed_trust(document)
    return (400, "MalformedPolicyDocument", malformed) if malformed else None


def _malformed_trust(document: str) -> str | None:
    try:
        found = policies.statements(document)
        unknown = policies.invalid_principal(document)
    except ValueError:
        return "This policy contains invalid Json"
    # NotPrincipal has its own refusal in ministack.
    if not all(entry.get("Principal") or entry.get("NotPrincipal") for entry in found):
        return "Missing required field Principal"
    if not all(entry.get("Action") for entry in found):
        return "Missing required field Action"
    if any("Resource" in entry for entry in found):
        return "Has prohibited field Resource"
    return 'Invalid principal in policy: "{}":"{}"'.format(*unknown) if unknown else None


def document_refusal(document: str) -> Refusal | None:
    """``(status, code, message)`` when AWS refuses a policy of somebody, or None."""
    malformed = documents.refusal(document)
    return (400, "MalformedPolicyDocument", malformed) if malformed else None


def managed_refusal(document: str) -> Refusal | None:
    """``(status, code, message)`` when AWS refuses a managed policy's document, or None."""
    if _size(document) > MANAGED_LIMIT:
        return 409, "LimitExceeded", f"Cannot exceed quota for PolicySize: {MANAGED_LIMIT}"
    return document_refusal(document)


def inline_refusal(parameters: Structure) -> Refusal | None:
    """``(status, code, message)`` when AWS refuses an inline policy of a role, or None."""
    role = upstream._roles.get(upstream._p(parameters, "RoleName")) or {}
    document, name = upstream._p(parameters, "PolicyDocument"), upstream._p(parameters, "PolicyName")
    others = sum(_size(str(text)) for other, text in (role.get("InlinePolicies") or {}).items() if other != name)
    if role and others + _size(document) > INLINE_ROLE_LIMIT:
        message = f"Maximum policy size of {INLINE_ROLE_LIMIT} bytes exceeded for role {role['RoleName']}"
        return 409, "LimitExceeded", message
    return document_refusal(document)


def inline_conflict(parameters: Structure) -> Refusal | None:
    """DeleteRole of a role with policies of its own is a DeleteConflict (awslabs/aws-orbit-workbench #633)."""
    role = upstream._roles.get(upstream._p(parameters, "RoleName")) or {}
    if role.get("InlinePolicies") and not role.get("AttachedPolicies"):
        return 409, "DeleteConflict", "Cannot delete entity, must delete policies first."
    return None


def set_default_policy_version(parameters: Structure) -> Answer:
    """SetDefaultPolicyVersion: from now on this version of a customer's policy is the one that counts."""
    arn, version_id = upstream._p(parameters, "PolicyArn"), upstream._p(parameters, "VersionId")
    policy = upstream._policies.get(arn)
    if policy is None:
        return upstream._error(404, "NoSuchEntity", f"Policy {arn} was not found.", ns="iam")
    if version_id not in policy["Versions"]:
        message = f"Policy {arn} version {version_id} does not exist or is not attachable."
        return upstream._error(404, "NoSuchEntity", message, ns="iam")
    for version in policy["Versions"].values():
        version["IsDefaultVersion"] = version["VersionId"] == version_id
    policy["DefaultVersionId"] = version_id
    return upstream._xml(200, "SetDefaultPolicyVersionResponse", "", ns="iam")


def versions_refusal(parameters: Structure) -> Refusal | None:
    """DeletePolicy with versions besides the default one is a DeleteConflict."""
    policy = upstream._policies.get(upstream._p(parameters, "PolicyArn")) or {}
    if len(policy.get("Versions") or []) > 1:
        message = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
        return 409, "DeleteConflict", message
    return None


def boundary_refusal(parameters: Structure) -> Refusal | None:
    """DeletePolicy of what bounds somebody's permissions is a DeleteConflict (gruntwork-io/cloud-nuke #972)."""
    arn = upstream._p(parameters, "PolicyArn")
    entities = [*upstream._roles.values(), *upstream._users.values()]
    if any(entity.get("PermissionsBoundary") == arn for entity in entities):
        return 409, "DeleteConflict", "Cannot delete a policy attached to entities."
    return None


def attachment_refusal(arn: str) -> Refusal | None:
    """``(status, code, message)`` for a policy of this account that does not exist, or None.

    AWS's own policies are too many to know: any name is taken for one.
    """
    if not arn or arn.startswith("arn:aws:iam::aws:policy/") or arn in upstream._policies:
        return None
    return 404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable."
