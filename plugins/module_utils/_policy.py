# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell whether two IAM policy documents mean the same, however they are written."""

from __future__ import annotations

import json
import re
import typing as t

from ._plan import Whole

ACCOUNT_ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")


def same_policy(left: dict[str, t.Any], right: dict[str, t.Any]) -> bool:
    """Tell whether two policy documents mean the same.

    The order of statements, actions, resources, principals and condition values has no meaning, a list of one equals
    its member, an account equals its root, and everyone equals every AWS principal (IAM user guide, "Policy elements").
    """
    return canonical(left) == canonical(right)


def written_as(actual: dict[str, t.Any], wanted: dict[str, t.Any] | None) -> dict[str, t.Any]:
    """Return the actual document as wanted writes it where both mean the same, else as it is, to be replaced whole."""
    return wanted if wanted is not None and same_policy(actual, wanted) else Whole(actual)


def canonical(policy: dict[str, t.Any]) -> tuple[str, list[str]]:
    """Return the version and the sorted statements of a policy, each as JSON text in one way of writing.

    Without statements no version says anything.
    """
    statements = sorted(json.dumps(_statement(item), sort_keys=True) for item in _list(policy.get("Statement", [])))
    return str(policy.get("Version", "2008-10-17")) if statements else "", statements


def _statement(statement: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: (WRITE.get(key) or _values)(value) for key, value in statement.items()}


def _principal(value: t.Any) -> dict[str, list[str]]:
    kinds: dict[str, t.Any] = {"AWS": value} if isinstance(value, str) else value
    return {kind: _values(names) for kind, names in kinds.items()}


def _condition(value: dict[str, t.Any]) -> dict[str, dict[str, list[str]]]:
    return {operator: {key: _values(wanted) for key, wanted in test.items()} for operator, test in value.items()}


def _values(value: t.Any) -> list[str]:
    return sorted({ACCOUNT_ROOT.sub(r"\1", _text(item)) for item in _list(value)})


def _text(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]


# How the elements of a statement are written; all others are values or lists of them.
WRITE: dict[str, t.Callable[[t.Any], t.Any]] = {
    "Principal": _principal,
    "NotPrincipal": _principal,
    "Condition": _condition,
}
