# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why IAM refuses the document of a policy that is of a role, user or group, or of a managed one.

Source: answers of AWS in public reports: kubernetes/kops #13095 and #4951, 99designs/iamy #74,
aws-cloudformation/cfn-lint #2021 and #1376, boto/boto3 #180, trussworks/terraform-aws-s3-anti-virus #21,
aws-samples/aws-health-aware #1, hashicorp/terraform-provider-aws #10419; IAM user guide, "Grammar of the IAM JSON
policy language".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from emulator.iam import policies
from emulator.shared.shapes import Structure

ELEMENTS = frozenset({"Version", "Id", "Statement"})
LISTS = ("Action", "NotAction", "Resource", "NotResource")
OF_STATEMENTS = frozenset({"Sid", "Effect", "Principal", "NotPrincipal", "Condition", *LISTS})
SYNTAX = "Syntax errors in policy."


def refusal(text: str) -> str | None:
    """AWS's message for a document that it refuses, or None; syntax comes first, and then one rule after the other."""
    statements = _statements(text)
    if statements is None:
        return SYNTAX
    return next((message for rule in RULES for message in rule(statements)), None)


def _statements(text: str) -> list[Structure] | None:
    """The statements of what keeps to the grammar, or None."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or set(document) - ELEMENTS:
        return None
    found = policies.as_list(document.get("Statement"))
    return found if found and all(_is_statement(entry) for entry in found) else None


def _is_statement(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and not set(entry) - OF_STATEMENTS
        and entry.get("Effect") in ("Allow", "Deny")
        and all(isinstance(value, str) for key in LISTS for value in policies.as_list(entry.get(key)))
        and isinstance(entry.get("Sid", ""), str)
        and isinstance(entry.get("Condition", {}), dict)
        and not ({"Action", "NotAction"} <= set(entry) or {"Resource", "NotResource"} <= set(entry))
    )


def _of(statement: Structure, key: str) -> list[str]:
    """The values of Action and NotAction, or of Resource and NotResource."""
    return [*policies.as_list(statement.get(key)), *policies.as_list(statement.get(f"Not{key}"))]


def _principals(statements: list[Structure]) -> Iterator[str]:
    if any("Principal" in entry or "NotPrincipal" in entry for entry in statements):
        yield "Policy document should not specify a principal."


def _ids(statements: list[Structure]) -> Iterator[str]:
    ids = [entry["Sid"] for entry in statements if entry.get("Sid")]
    if not all(re.fullmatch("[0-9A-Za-z]*", sid) for sid in ids):
        yield (
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        )
    if len(set(ids)) < len(ids):
        yield "Statement IDs (SID) in a single policy must be unique."


def _actions(statements: list[Structure]) -> Iterator[str]:
    if not all(_of(entry, "Action") for entry in statements):
        yield "Policy statement must contain actions."


def _resources(statements: list[Structure]) -> Iterator[str]:
    for resource in (resource for entry in statements for resource in _of(entry, "Resource")):
        if resource != "*" and ":" not in resource:
            yield f'Resource {resource} must be in ARN format or "*".'


def _vendors(statements: list[Structure]) -> Iterator[str]:
    if any(action != "*" and ":" not in action for entry in statements for action in _of(entry, "Action")):
        yield "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


def _resources_there(statements: list[Structure]) -> Iterator[str]:
    if not all(_of(entry, "Resource") for entry in statements):
        yield "Policy statement must contain resources."


RULES: tuple[Callable[[list[Structure]], Iterator[str]], ...] = (
    _principals,
    _ids,
    _actions,
    _resources,
    _vendors,
    _resources_there,
)
