# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a policy document."""

from __future__ import annotations

from typing import Any, Dict, List, Union

Statement = Dict[str, Any]
Document = Dict[str, Any]


def document(statements: List[Statement]) -> Document:
    """Return a policy document with these statements."""
    return {"Version": "2012-10-17", "Statement": statements}


def allow(sid: str, actions: List[str], resources: Union[str, List[str]], **conditions: Dict[str, Any]) -> Statement:
    """Return a statement that allows actions on resources; conditions are by their operator."""
    condition = {"Condition": conditions} if conditions else {}
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, **condition}


def deny(sid: str, actions: List[str], resources: Union[str, List[str]], **conditions: Dict[str, Any]) -> Statement:
    """Return the same as allow(), but what it refuses stays refused."""
    return {**allow(sid, actions, resources, **conditions), "Effect": "Deny"}
