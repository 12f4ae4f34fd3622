# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lambda functions and the statements of their policies."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import typing as t
import zipfile
from functools import partial
from pathlib import Path

from ._engine import Item, Resource
from ._naming import Operations, unless_missing
from ._ownership import carries
from ._plan import Plan, tag_changes
from ._waiting import StudioError, poll, retry

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

PROPAGATION_TIME = 120  # seconds
# What Lambda says while IAM and KMS have not yet spread what was created a moment ago (terraform-provider-aws repeats
# on the same texts).
PROPAGATING = (
    "cannot be assumed by Lambda",
    "provided execution role does not have permissions",
    "KMS key is invalid for CreateGrant",
)
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first time a zip archive can express


def pack(source_dir: str) -> bytes:
    """Return the files below source_dir as a zip archive that is the same on every machine for the same files.

    Compiled Python is left out. Nothing is compressed, because compression libraries differ. Raises StudioError where
    there is nothing to pack.
    """
    root = Path(source_dir)
    files = sorted(
        (path.relative_to(root).as_posix(), path)
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    )
    if not files:
        raise StudioError(f"source_dir {source_dir} holds no files. Name the directory that holds the function's code.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in files:
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def code_sha256(archive: bytes) -> str:
    """Return the digest of an archive as Lambda shows it (FunctionConfiguration CodeSha256)."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def function_arn(name: str, role_arn: str | None, partition: str, region: str) -> str | None:
    """Return the ARN that a function of this name has. Its account is its role's; None where the role tells none."""
    parts = (role_arn or "").split(":")
    return f"arn:{partition}:lambda:{region}:{parts[4]}:function:{name}" if len(parts) > 5 else None


def is_passing(error: Exception) -> bool:
    """Tell whether error passes: throttling, an earlier update, roles and keys that are still spreading."""
    if not isinstance(error, ClientError):
        return False
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    texts = {"InvalidParameterValueException": PROPAGATING, "ResourceConflictException": ("in progress",)}.get(code, ())
    return code == "TooManyRequestsException" or any(text in message for text in texts)


class Function(Resource):
    """The function called name, made of archive; connect_once makes a client without retries, timeout is in seconds.

    One without all of match_tags is not meant.
    """

    kind = "function"
    unordered = frozenset({"architectures", "vpc_config.subnet_ids", "vpc_config.security_group_ids"})

    def __init__(
        self,
        client: t.Any,
        connect_once: t.Callable[[], t.Any],
        name: str,
        archive: bytes | None,
        timeout: float,
        match_tags: dict[str, t.Any] | None = None,
    ) -> None:
        self.operations, self.connect_once = Operations(client), connect_once
        self.name, self.archive, self.timeout = name, archive, timeout
        self.match_tags = match_tags or {}
        self.key = {"function_name": name}

    def find(self) -> dict[str, t.Any] | None:
        found = unless_missing(lambda: self.operations.call("GetFunction", **self.key), {"ResourceNotFoundException"})
        if found is None or not carries(found.get("tags") or {}, self.match_tags):
            return None
        function = found["configuration"]
        network = function.get("vpc_config") or {}
        return {
            **function,
            "environment": (function.get("environment") or {}).get("variables", {}),
            "vpc_config": {key: network.get(key, []) for key in ("subnet_ids", "security_group_ids")},
            "tags": found.get("tags") or {},
        }

    def create(self, plan: Plan) -> None:
        request = {**_request(plan.after), **self.key, "code": {"zip_file": self.archive}}
        once = Operations(self.connect_once())
        retry(lambda: once.call("CreateFunction", **request), is_passing, PROPAGATION_TIME)

    def update(self, plan: Plan) -> None:
        configuration = self.operations.accepted("UpdateFunctionConfiguration") & set(plan.changes)
        if "tags" in plan.changes:
            self._tag(plan.before["function_arn"], plan.before["tags"], plan.changes["tags"])
        if configuration:
            self.wait(plan)  # Lambda refuses a change while an earlier one is under way
            self._patiently("UpdateFunctionConfiguration", _request({key: plan.changes[key] for key in configuration}))
        if {"code_sha256", "architectures"} & set(plan.changes):
            self.wait(plan)
            code = {"zip_file": self.archive, "architectures": plan.after.get("architectures")}
            self._patiently("UpdateFunctionCode", code)

    def delete(self, plan: Plan) -> None:
        self.operations.call("DeleteFunction", **self.key)

    def wait(self, plan: Plan) -> None:
        if plan.action != "delete":
            poll(self.find, self._settled, self.timeout, f"function {self.name}", thing="function")

    def _patiently(self, operation: str, request: dict[str, t.Any]) -> None:
        retry(lambda: self.operations.call(operation, **{**request, **self.key}), is_passing, PROPAGATION_TIME)

    def _settled(self, function: dict[str, t.Any] | None) -> bool:
        """Raise StudioError where Lambda gave up (API reference FunctionConfiguration, State and LastUpdateStatus)."""
        if function is None:
            return False
        for status, reason in (("state", "state_reason"), ("last_update_status", "last_update_status_reason")):
            if function.get(status) == "Failed":
                raise StudioError(
                    f"Function {self.name} is Failed ({status}): {function.get(reason) or 'AWS gives no reason'} "
                    "Remove the cause and run again; where that does not help, delete it with state: absent first."
                )
        return function.get("state") != "Pending" and function.get("last_update_status") != "InProgress"

    def _tag(self, arn: str, before: dict[str, str], after: dict[str, str]) -> None:
        new, gone = tag_changes(before, after)
        if gone:
            self.operations.call("UntagResource", resource=arn, tag_keys=gone)
        if new:
            self.operations.call("TagResource", resource=arn, tags=new)


def function_item(
    client: t.Any,
    connect_once: t.Callable[[], t.Any],
    name: str,
    desired: dict[str, t.Any],
    source_dir: str | None,
    *,
    state: str,
    timeout: float,
    match_tags: dict[str, t.Any],
) -> Item:
    """Return what has to become of a function; see Function. Raises StudioError where source_dir holds no code.

    The hash of the code and the ARN follow from the options: they are wanted too, so that check mode predicts them.
    """
    archive = pack(source_dir) if source_dir and state == "present" else None
    environment = desired.get("environment")
    wanted = {
        **desired,
        "code_sha256": code_sha256(archive) if archive else None,
        "function_arn": function_arn(name, desired.get("role"), client.meta.partition, client.meta.region_name),
        "environment": environment and {key: str(value) for key, value in environment.items()},
    }
    return Item(Function(client, connect_once, name, archive, timeout, match_tags), wanted, state)


def _request(values: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return attributes in the form of a request: the API wraps the variables of the environment."""
    if "environment" not in values:
        return values
    return {**values, "environment": {"variables": {key: str(item) for key, item in values["environment"].items()}}}


OTHERS = "other_statements"


class Permission(Resource):
    """The statement called statement_id in the policy of a function; connect_once makes a client without retries.

    ``other_statements`` are those that the policy has beside it, each as people read it: wanting none of them takes
    them away.
    """

    kind = "permission"

    def __init__(
        self,
        client: t.Any,
        connect_once: t.Callable[[], t.Any],
        function_name: str,
        statement_id: str,
        principal: str,
    ) -> None:
        self.operations, self.connect_once = Operations(client), connect_once
        self.name, self.principal = f"{statement_id} of function {function_name}", principal
        self.key = {"function_name": function_name, "statement_id": statement_id}
        self.other_ids: list[str] = []

    def find(self) -> dict[str, t.Any] | None:
        found = (
            unless_missing(
                lambda: self.operations.call("GetPolicy", function_name=self.key["function_name"]),
                {"ResourceNotFoundException"},
            )
            or {}
        )
        statements = json.loads(found.get("policy") or "{}").get("Statement", [])
        mine = [statement for statement in statements if statement.get("Sid") == self.key["statement_id"]]
        others = [statement for statement in statements if statement not in mine]
        self.other_ids = [str(statement.get("Sid")) for statement in others]
        if not mine:
            return None
        told = {"other_statements": sorted(map(statement_in_words, others))}
        return {**self.key, **permission_of(mine[0], self.principal), **told}

    def create(self, plan: Plan) -> None:
        self._add(plan)
        self._purge(plan)

    def update(self, plan: Plan) -> None:
        # A statement cannot be changed, only removed and added again.
        if plan.changes.keys() - {OTHERS}:
            self.delete(plan)
            self._add(plan)
        self._purge(plan)

    def _add(self, plan: Plan) -> None:
        request = {**{name: value for name, value in plan.after.items() if name != OTHERS}, **self.key}
        once = Operations(self.connect_once())
        retry(lambda: once.call("AddPermission", **request), is_passing, PROPAGATION_TIME)

    def _purge(self, plan: Plan) -> None:
        for statement_id in self.other_ids if plan.changes.get(OTHERS) == [] else []:
            key = {**self.key, "statement_id": statement_id}
            unless_missing(partial(self.operations.call, "RemovePermission", **key), {"ResourceNotFoundException"})

    def delete(self, plan: Plan) -> None:
        self.operations.call("RemovePermission", **self.key)


def statement_in_words(statement: dict[str, t.Any]) -> str:
    """Return a statement of a function's policy as a person reads it."""
    told = permission_of(statement)
    condition = f" for {told['source_arn']}" if "source_arn" in told else ""
    return f"{statement.get('Sid')}: {told.get('principal')} may {told.get('action')}{condition}"


def permission_of(statement: dict[str, t.Any], principal: str | None = None) -> dict[str, t.Any]:
    """Return the AddPermission options behind a statement of a function's policy.

    AddPermission takes an account's id as principal and the policy shows the ARN of its root; principal, what the user
    wrote, is returned where both mean the same.
    """
    shown = statement.get("Principal")
    if isinstance(shown, dict):
        shown = next(iter(shown.values()), None)
    if str(shown).endswith(":root") and principal == str(shown).split(":")[4]:
        shown = principal
    conditions = {
        key.lower(): value for operator in statement.get("Condition", {}).values() for key, value in operator.items()
    }
    options = {
        "action": statement.get("Action"),
        "principal": shown,
        "source_arn": conditions.get("aws:sourcearn"),
        "source_account": conditions.get("aws:sourceaccount"),
    }
    return {key: value for key, value in options.items() if value is not None}
