# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource policies of REST APIs: how they are written and read."""

from __future__ import annotations

import json
import re
import typing as t

from .._waiting import StudioError


def policy_document(policy: t.Any, api_id: str | None = None) -> dict[str, t.Any]:
    """Return a policy (dict, JSON text, or the escaped JSON text of GetRestApi) as a dict, {} where there is none.

    API Gateway stores execute-api:/STAGE/METHOD/PATH and shows it with the API's own ARN in front; with api_id that is
    taken off again. Raises StudioError where the text is no JSON object.
    """
    document = _parsed(policy) if policy else {}
    if not isinstance(document, dict):
        raise StudioError("policy must be a policy document, a dict with Version and Statement.")
    if api_id is None or "Statement" not in document:
        return document
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return {**document, "Statement": [_without_own_arn(statement, api_id) for statement in statements]}


def _parsed(policy: t.Any) -> t.Any:
    if not isinstance(policy, str):
        return policy
    try:
        # GetRestApi shows the text with its quotation marks escaped (terraform-provider-aws, flattenAPIPolicy).
        return json.loads(json.loads(f'"{policy}"') if policy.startswith('{\\"') else policy)
    except ValueError as error:
        raise StudioError(f"policy is not valid JSON: {error}.") from error


def _without_own_arn(statement: dict[str, t.Any], api_id: str) -> dict[str, t.Any]:
    own = re.compile(rf"arn:[^:]+:execute-api:[^:]*:[^:]*:{re.escape(api_id)}/")
    short = {
        key: [own.sub("execute-api:/", item) for item in value]
        if isinstance(value, list)
        else own.sub("execute-api:/", value)
        for key, value in statement.items()
        if key in ("Resource", "NotResource")
    }
    return {**statement, **short}
