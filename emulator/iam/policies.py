# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several services ask of a policy document: its statements, whom it names, what it allows."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from ministack.core.responses import get_account_id

from emulator.iam import propagation
from emulator.shared.shapes import Structure
from emulator.shared.upstream import iam

# Who may be named as AWS: everybody, an account, an ARN of IAM or STS (IAM user guide, "AWS JSON policy elements:
# Principal"); and which service. A bare amazonaws.com is none (aws-samples/aws-cdk-examples #801).
SOMEBODY = re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::[^:]+:.+")
SERVICE = re.compile(r"\*|([A-Za-z0-9-]+\.)+(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal|aws\.com)")


def statements(document: str | Structure | None) -> list[Structure]:
    """The statements of a policy given as JSON text (also URL-encoded) or dict; ValueError when it is no policy."""
    if isinstance(document, str):
        document = json.loads(unquote(document) if document.startswith("%7B") else document)
    found = document.get("Statement") if isinstance(document, dict) else None
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ValueError("not a policy document")
    return found


def as_list(value: Any) -> list[Any]:
    """``Action``, ``Resource`` and principals may be one value or a list of them."""
    return value if isinstance(value, list) else [] if value is None else [value]


def principals(document: str | Structure | None, kind: str) -> Iterator[str]:
    """Every principal of ``kind`` (AWS, Service, Federated) that the policy names; ``*`` counts as AWS."""
    for statement in statements(document):
        principal = statement.get("Principal")
        if isinstance(principal, dict):
            yield from as_list(principal.get(kind))
        elif principal and kind == "AWS":
            yield principal


def invalid_principal(document: str | Structure | None) -> tuple[str, str] | None:
    """The first principal that AWS refuses, with the name of its kind in AWS's message; None where all are well.

    AWS turns names of this account into ids when a policy is stored, so it refuses names of nobody (IAM user guide,
    "AWS JSON policy elements: Principal"). Of other accounts and services the form is all that can be known here.
    """
    account = get_account_id()
    known = {record["Arn"] for store in (iam._roles, iam._users) for record in store.values()}
    for principal in principals(document, "AWS"):
        own = principal.startswith((f"arn:aws:iam::{account}:role/", f"arn:aws:iam::{account}:user/"))
        if own and (principal not in known or not propagation.seen(principal)):
            return "AWS", principal
        if not own and not SOMEBODY.fullmatch(principal):
            return "AWS", principal
    return next((("SERVICE", name) for name in principals(document, "Service") if not SERVICE.fullmatch(name)), None)


def can_be_assumed(role_arn: str, service: str) -> bool:
    """Whether a role of this account exists, is seen by now, and trusts a service such as lambda.amazonaws.com."""
    role = next((role for role in iam._roles.values() if role["Arn"] == role_arn), None)
    try:
        trusted = role is not None and service in principals(role["AssumeRolePolicyDocument"], "Service")
    except ValueError:
        trusted = False
    return trusted and propagation.seen(role_arn)


def allows(statement: Structure, action: str) -> bool:
    """Whether an Allow statement covers an action, wildcards included."""
    patterns = [str(entry).lower() for entry in as_list(statement.get("Action"))]
    return statement.get("Effect") == "Allow" and any(fnmatch.fnmatchcase(action.lower(), entry) for entry in patterns)
