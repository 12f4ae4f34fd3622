# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one form in which a wanted policy and the policy that API Gateway shows can be compared."""

from __future__ import annotations

import json
import re
import typing as t

from .._engine import StudioError

ACCOUNT = re.compile(r"\d{12}")
# API Gateway stores the short form execute-api:/STAGE/METHOD/PATH and shows it with the API's own ARN in front.
OWN_ARN = re.compile(r"arn:[^:]+:execute-api:[^:]*:[^:]*:[^/]+(/.*)")
AS_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def canonical_policy(policy: t.Any) -> dict[str, t.Any]:
    """Return a resource policy (dict, JSON text or the escaped JSON text of GetRestApi) in its canonical form.

    Every value is a sorted list, statements are sorted too, and the API itself is written execute-api:/. No policy is
    {}. Raises StudioError where the text is no JSON object.
    """
    document = _document(policy)
    if not document:
        return {}
    statements = document.get("Statement", [])
    statements = [statements] if isinstance(statements, dict) else statements
    canonical = sorted((_statement(statement) for statement in statements), key=_text)
    return {"Version": document.get("Version", "2008-10-17"), "Statement": canonical}


def _document(policy: t.Any) -> dict[str, t.Any]:
    if not policy:
        return {}
    document = policy
    if isinstance(policy, str):
        try:
            # GetRestApi shows the text with its quotation marks escaped (terraform-provider-aws, flattenAPIPolicy).
            document = json.loads(json.loads(f'"{policy}"') if policy.startswith('{\\"') else policy)
        except ValueError as error:
            raise StudioError(f"policy is not valid JSON: {error}.") from error
    if not isinstance(document, dict):
        raise StudioError("policy must be a policy document, a dict with Version and Statement.")
    return document


def _text(value: t.Any) -> str:
    return json.dumps(value, sort_keys=True)


def _listed(value: t.Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return sorted(str(item).lower() if isinstance(item, bool) else str(item) for item in values)


def _statement(statement: dict[str, t.Any]) -> dict[str, t.Any]:
    result = dict(statement)
    for key in AS_LISTS:
        if key in result:
            result[key] = sorted(OWN_ARN.sub(r"execute-api:\1", item) for item in _listed(result[key]))
    for key in ("Principal", "NotPrincipal"):
        if key in result:
            result[key] = _principal(result[key])
    if "Condition" in result:
        result["Condition"] = {
            operator: {key: _listed(value) for key, value in keys.items()}
            for operator, keys in result["Condition"].items()
        }
    return result


def _principal(principal: t.Any) -> dict[str, list[str]]:
    """IAM reads "*" as {"AWS": "*"} and an account's id as the ARN of its root (IAM guide, policy elements)."""
    kinds = principal if isinstance(principal, dict) else {"AWS": principal}
    return {
        kind: [f"arn:aws:iam::{item}:root" if ACCOUNT.fullmatch(item) else item for item in _listed(value)]
        for kind, value in kinds.items()
    }
