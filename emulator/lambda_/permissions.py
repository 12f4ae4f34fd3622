# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A function's policy: statements for somebody who exists, and no policy without a statement.

Source: recordings of AWS (localstack, tests/aws/services/lambda_/test_lambda_api.snapshot.json):
test_permission_exceptions, test_lambda_permission_revisions, test_remove_multi_permissions.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core.responses import error_response_json

from emulator.iam import policies
from emulator.lambda_.requests import constraints, invalid
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import lambda_svc as upstream

STATEMENT_ID = r"([a-zA-Z0-9-_]+)"
PRINCIPAL = re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+|[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")


def install() -> None:
    """Check statements as they come and go."""
    wrap(upstream, "_add_permission", _checked_statement)
    wrap(upstream, "_remove_permission", _known_statement)
    wrap(upstream, "_get_policy", _with_statements)


def _checked_statement(original: Handler) -> Handler:
    def add_permission(
        name: str, data: Structure, query: Structure | None = None, qualifier: str | None = None
    ) -> Answer:
        refused = _refusal(name, data, upstream._qualifier_from_path_or_query(qualifier, query))
        return refused or original(name, data, query, qualifier)

    return add_permission


def _refusal(name: str, data: Structure, qualifier: str | None) -> Answer | None:
    identifier, principal = str(data.get("StatementId", "")), str(data.get("Principal", ""))
    if not re.fullmatch(STATEMENT_ID, identifier):
        return constraints(
            [
                f"Value '{identifier}' at 'statementId' failed to satisfy constraint: Member must satisfy regular "
                f"expression pattern: {STATEMENT_ID}"
            ]
        )
    if qualifier == "$LATEST":
        return invalid("We currently do not support adding policies for $LATEST.")
    document = {"Statement": [{"Principal": {"Service" if "amazonaws.com" in principal else "AWS": principal}}]}
    if not PRINCIPAL.fullmatch(principal) or policies.invalid_principal(document):
        return invalid("The provided principal was invalid. Please check the principal and try again.")
    function = upstream._functions.get(name)
    revision = data.get("RevisionId")
    if function and revision and revision != function["config"]["RevisionId"]:
        message = (
            "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the "
            "latest Revision Id"
        )
        return error_response_json("PreconditionFailedException", message, 412)
    return None


def _known_statement(original: Handler) -> Handler:
    def remove_permission(name: str, identifier: str, query: Structure, qualifier: str | None = None) -> Answer:
        statements = ((upstream._functions.get(name) or {}).get("policy") or {}).get("Statement") or []
        if statements and identifier not in {statement["Sid"] for statement in statements}:
            message = f"Statement {identifier} is not found in resource policy."
            return error_response_json("ResourceNotFoundException", message, 404)
        return original(name, identifier, query, qualifier)

    return remove_permission


def _with_statements(original: Handler) -> Handler:
    def get_policy(name: str, *rest: Any) -> Answer:
        function = upstream._functions.get(name)
        if not function or not function["policy"]["Statement"]:
            return error_response_json("ResourceNotFoundException", "The resource you requested does not exist.", 404)
        return original(name, *rest)

    return get_policy
