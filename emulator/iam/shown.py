# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How IAM shows a role, what it says of what does not exist, and which groups it does not delete.

Sources: recordings of AWS (localstack, tests/aws/services/iam/test_iam.snapshot.json test_create_describe_role,
test_role_with_tags, test_delete_non_existent_policy_returns_no_such_entity; cloud-custodian, test_iam_group_delete,
test_iam_policy_delete, test_iam_instance_profile_set_policy_nosuchentity); IAM user guide, "Delete an IAM user group".
"""

from __future__ import annotations

import re
from typing import Any

from emulator.shared.patching import wrap, wrap_entry
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import iam as upstream

TABLE = "ministack.services.iam._IAM_HANDLERS"
# What ministack says -> what AWS says.
WORDS = (
    (re.compile(r"Role (\S+) not found\."), r"The role with name \1 cannot be found."),
    (
        re.compile(r"Policy (\S+) (?:not found|is not attached to (?:role|user|group) \S+)\."),
        r"Policy \1 was not found.",
    ),
)
DURATION = re.compile(rb"<MaxSessionDuration>\d+</MaxSessionDuration>")
TAGS = re.compile(r"<Tags>.*?</Tags>", re.DOTALL)


def install() -> None:
    """Show roles as AWS does, and keep groups that are in use."""
    wrap(upstream, "_error", _in_its_words)
    wrap(upstream, "_role_xml", _without_unset_members)
    wrap_entry(TABLE, upstream._IAM_HANDLERS, "CreateRole", _without_default_duration)
    wrap_entry(TABLE, upstream._IAM_HANDLERS, "GetRole", _with_last_use)
    wrap_entry(TABLE, upstream._IAM_HANDLERS, "DeleteGroup", _unused_group)


def _in_its_words(original: Handler) -> Handler:
    def error(status: int, code: str, message: str, *rest: Any, **options: Any) -> Answer:
        for pattern, words in WORDS:
            message = pattern.sub(words, message) if pattern.fullmatch(message) else message
        return original(status, code, message, *rest, **options)

    return error


def _without_unset_members(original: Function) -> Function:
    """Lists show neither tags nor boundaries."""

    def role_xml(name: str, boundary: bool = True) -> str:
        shown = str(original(name, boundary=boundary)).replace("<Description></Description>", "")
        return shown if boundary else TAGS.sub("", shown)

    return role_xml


def _without_default_duration(original: Handler) -> Handler:
    def create_role(parameters: Structure) -> Answer:
        status, headers, body = original(parameters)
        given = upstream._p(parameters, "MaxSessionDuration")
        return status, headers, body if given else DURATION.sub(b"", body)

    return create_role


def _with_last_use(original: Handler) -> Handler:
    def get_role(parameters: Structure) -> Answer:
        status, headers, body = original(parameters)
        return status, headers, body.replace(b"</Role></GetRoleResult>", b"<RoleLastUsed/></Role></GetRoleResult>")

    return get_role


def _unused_group(original: Handler) -> Handler:
    def delete_group(parameters: Structure) -> Answer:
        name = upstream._p(parameters, "GroupName")
        group = upstream._groups.get(name) or {}
        used = {
            "remove users from group": group.get("Users"),
            "detach all policies": group.get("AttachedPolicies"),
            "delete policies": upstream._group_inline_policies.get(name),
        }
        for first, users in used.items():
            if users:
                return upstream._error(409, "DeleteConflict", f"Cannot delete entity, must {first} first.", ns="iam")
        return original(parameters)

    return delete_group
