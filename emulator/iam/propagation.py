# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time until what was created in IAM is known elsewhere (IAM user guide, "changes that I make are not always
immediately visible"); only a fault with "propagation" makes it longer than nothing.
"""

from __future__ import annotations

import time
from functools import partial

from ministack.core.iam_evaluator import caller_arn

from emulator.shared.faults import faults
from emulator.shared.patching import wrap, wrap_entry
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import Records, iam, sts

TABLE = "ministack.services.iam._IAM_HANDLERS"
# Action -> the member that names the principal, and the store that then holds its record.
CREATED = {"CreateRole": ("RoleName", iam._roles), "CreateUser": ("UserName", iam._users)}
SEEN_FROM = "_seen_from"


def install() -> None:
    """Mark new principals that a fault hides, and refuse to assume a hidden role."""
    for action, (member, store) in CREATED.items():
        wrap_entry(TABLE, iam._IAM_HANDLERS, action, partial(_marking, member=member, store=store))
    wrap(sts, "_assumed_role_arn", _of_seen_role)


def _marking(original: Handler, member: str, store: Records) -> Handler:
    def handler(parameters: Structure) -> Answer:
        answer = original(parameters)
        fault = faults.strike("propagation") if answer[0] == 200 else None
        if fault:
            store[iam._p(parameters, member)][SEEN_FROM] = time.time() + fault["propagation"]
        return answer

    return handler


def _of_seen_role(original: Function) -> Function:
    """AWS answers for a role that it does not know as for one that the caller may not assume."""

    def assumed_role_arn(role_arn: str, session_name: str) -> tuple[str | None, Answer | None]:
        if not seen(role_arn):
            message = f"User: {caller_arn()} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            return None, sts._error(403, "AccessDenied", message, ns="sts")
        return original(role_arn, session_name)

    return assumed_role_arn


def seen(arn: str) -> bool:
    """False while a role or user of this account is hidden from services other than IAM."""
    records = (record for _member, store in CREATED.values() for record in store.values())
    return all(record.get(SEEN_FROM, 0) <= time.time() for record in records if record["Arn"] == arn)
