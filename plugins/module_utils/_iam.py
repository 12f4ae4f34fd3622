# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM roles, and the customer-managed policies that they carry."""

from __future__ import annotations

import json
import re
import typing as t
from functools import partial

from ._blueprint.names import LONGEST_POLICY, LONGEST_ROLE
from ._engine import Item, Resource, refuse_duplicates
from ._naming import Operations, tag_dict, tag_list, unless_missing
from ._plan import Plan, same, tag_changes
from ._policy import written_as
from ._waiting import StudioError, poll, retry

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

MISSING = ("NoSuchEntity",)
# IAM is eventually consistent (IAM guide, troubleshooting): for so many seconds its answers may be old.
PROPAGATION = 60
# A managed policy has at most five versions (IAM quotas).
MOST_VERSIONS = 5
# IAM API reference, CreateRole and CreatePolicy, and how long the name of each may be.
NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
LONGEST = {"policies": LONGEST_POLICY, "roles": LONGEST_ROLE}


def check_names(names: t.Mapping[str, t.Sequence[str]]) -> None:
    """Raise StudioError for the first name that IAM refuses, before anything is written."""
    for option, most in LONGEST.items():
        for number, name in enumerate(names[option]):
            if not NAME.fullmatch(name) or len(name) > most:
                raise StudioError(
                    f"{option}[{number}].name is {name[:most]!r}, and must be 1 to {most} letters, digits and "
                    "_ + = , . @ -."
                )


class Changing(Resource):
    """Something of IAM, whose reads may lag behind its writes. Subclasses find it by name."""

    def __init__(self, operations: Operations, name: str) -> None:
        self.operations = operations
        self.name = name

    def wait(self, plan: Plan) -> None:
        if plan.action in ("create", "update"):
            poll(self.find, lambda found: self._shows(found, plan), PROPAGATION, f"IAM to show {self.kind} {self.name}")

    def _shows(self, found: dict[str, t.Any] | None, plan: Plan) -> bool:
        return found is not None and all(
            same(found.get(key), value, self.lists(), key) for key, value in plan.changes.items()
        )

    def change_tags(self, noun: str, key: dict[str, str], plan: Plan) -> None:
        """Bring the tags to plan.after's, with TagPolicy, UntagRole and so on."""
        if "tags" not in plan.changes:
            return
        new, gone = tag_changes(plan.before["tags"], plan.after["tags"])
        if new:
            self.operations.call(f"Tag{noun}", tags=tag_list(new), **key)
        if gone:
            self.operations.call(f"Untag{noun}", tag_keys=gone, **key)


class ManagedPolicy(Changing):
    """The customer-managed policy with an ARN. A changed document becomes its default version.

    description is set when the policy is made: AWS never changes it.
    """

    kind = "policy"

    def __init__(
        self, operations: Operations, arn: str, document: dict[str, t.Any] | None = None, description: str | None = None
    ) -> None:
        super().__init__(operations, arn.rpartition("/")[2])
        self.key = {"policy_arn": arn}
        self.wanted = document
        self.description = description

    def find(self) -> dict[str, t.Any] | None:
        answer = unless_missing(lambda: self.operations.call("GetPolicy", **self.key), MISSING)
        if answer is None:
            return None
        policy = answer["policy"]
        version = self.operations.call("GetPolicyVersion", version_id=policy["default_version_id"], **self.key)
        return {
            "policy_name": policy["policy_name"],
            "arn": policy["arn"],
            "document": written_as(version["policy_version"]["document"], self.wanted),
            "tags": tag_dict(policy.get("tags")),
        }

    def create(self, plan: Plan) -> None:
        try:
            self.operations.call(
                "CreatePolicy",
                policy_name=self.name,
                description=self.description,
                policy_document=compact(plan.after["document"]),
                tags=tag_list(plan.after.get("tags") or {}),
            )
        except self.operations.client.exceptions.EntityAlreadyExistsException as error:
            if self.find() is not None:
                raise
            raise StudioError(
                f"{self.label} exists at another path than /, and names are unique whatever the path. Delete it."
            ) from error

    def update(self, plan: Plan) -> None:
        if "document" in plan.changes:
            self._make_room()
            document = compact(plan.after["document"])
            self.operations.call("CreatePolicyVersion", policy_document=document, set_as_default=True, **self.key)
        self.change_tags("Policy", self.key, plan)

    def _make_room(self) -> None:
        versions = self._other_versions()
        for version in versions[: max(0, len(versions) + 2 - MOST_VERSIONS)]:
            self.operations.call("DeletePolicyVersion", version_id=version, **self.key)

    def _other_versions(self) -> list[str]:
        """The ids of the versions that are not the default one, oldest first."""
        versions = self.operations.pages("ListPolicyVersions", "versions", **self.key)
        others = [version["version_id"] for version in versions if not version["is_default_version"]]
        return sorted(others, key=lambda version: int(version.lstrip("v")))

    def delete(self, plan: Plan) -> None:
        for name in attached_roles(self.operations, **self.key):
            unless_missing(partial(self.operations.call, "DetachRolePolicy", role_name=name, **self.key), MISSING)
        for version in self._other_versions():
            self.operations.call("DeletePolicyVersion", version_id=version, **self.key)
        unless_missing(lambda: self.operations.call("DeletePolicy", **self.key), MISSING)


BOUNDARY = "permissions_boundary"


class Role(Changing):
    """The role called name; wanted are the options that describe it.

    A boundary that they do not name stays, and is told.
    """

    kind = "role"
    immutable = frozenset({"path"})
    unordered = frozenset({"policy_arns", "inline_policies"})

    def __init__(self, operations: Operations, name: str, wanted: dict[str, t.Any] | None = None) -> None:
        super().__init__(operations, name)
        self.key = {"role_name": name}
        self.wanted = wanted or {}
        if self.wanted.get(BOUNDARY) is None:
            self.told = {BOUNDARY}

    def find(self) -> dict[str, t.Any] | None:
        answer = unless_missing(lambda: self.operations.call("GetRole", **self.key), MISSING)
        if answer is None:
            return None
        role = answer["role"]
        trust = written_as(role["assume_role_policy_document"], self.wanted.get("assume_role_policy_document"))
        return {
            **{name: role.get(name) for name in ("role_name", "arn", "path", "description", "max_session_duration")},
            "assume_role_policy_document": trust,
            "permissions_boundary": role.get("permissions_boundary", {}).get("permissions_boundary_arn", ""),
            "policy_arns": sorted(self._policy_arns()),
            "inline_policies": self._inline_policies(),
            "tags": tag_dict(role.get("tags")),
        }

    def _policy_arns(self) -> list[str]:
        attached = self.operations.pages("ListAttachedRolePolicies", "attached_policies", **self.key)
        return [policy["policy_arn"] for policy in attached]

    def _inline_policies(self) -> list[dict[str, t.Any]]:
        wanted = {policy["name"]: policy["document"] for policy in self.wanted.get("inline_policies") or []}

        def document(name: str) -> dict[str, t.Any]:
            found = self.operations.call("GetRolePolicy", policy_name=name, **self.key)
            return written_as(found["policy_document"], wanted.get(name))

        names = self.operations.pages("ListRolePolicies", "policy_names", **self.key)
        return [{"name": name, "document": document(name)} for name in sorted(names)]

    def create(self, plan: Plan) -> None:
        trust = compact(plan.after["assume_role_policy_document"])
        tags = tag_list(plan.after.get("tags") or {})
        values = {**plan.after, "assume_role_policy_document": trust, "tags": tags}
        self.operations.call("CreateRole", **{name: value for name, value in values.items() if value != ""})
        self._attach(plan.after.get("policy_arns") or [])
        self._put(plan.after.get("inline_policies") or [])

    def update(self, plan: Plan) -> None:
        if "assume_role_policy_document" in plan.changes:
            trust = compact(plan.after["assume_role_policy_document"])
            self.operations.call("UpdateAssumeRolePolicy", policy_document=trust, **self.key)
        if {"description", "max_session_duration"} & set(plan.changes):
            # What is left out goes back to its default (API reference UpdateRole).
            self.operations.call("UpdateRole", **plan.after)
        if "permissions_boundary" in plan.changes:
            self._set_boundary(plan.after["permissions_boundary"])
        before, after = set(plan.before["policy_arns"]), set(plan.after["policy_arns"])
        self._attach(sorted(after - before))
        self._detach(sorted(before - after))
        if "inline_policies" in plan.changes:
            self._put(plan.after["inline_policies"])
            kept = {policy["name"] for policy in plan.after["inline_policies"]}
            self._remove(policy["name"] for policy in plan.before["inline_policies"] if policy["name"] not in kept)
        self.change_tags("Role", self.key, plan)

    def delete(self, plan: Plan) -> None:
        self._detach(plan.before["policy_arns"])
        self._remove(policy["name"] for policy in plan.before["inline_policies"])
        unless_missing(lambda: self.operations.call("DeleteRole", **self.key), MISSING)

    def _set_boundary(self, arn: str) -> None:
        if arn:
            self.operations.call("PutRolePermissionsBoundary", permissions_boundary=arn, **self.key)
        else:
            self.operations.call("DeleteRolePermissionsBoundary", **self.key)

    def _attach(self, arns: t.Iterable[str]) -> None:
        for arn in arns:
            # A policy that was made a moment ago may not be known everywhere yet.
            retry(partial(self.operations.call, "AttachRolePolicy", policy_arn=arn, **self.key), is_missing, 15)

    def _detach(self, arns: t.Iterable[str]) -> None:
        for arn in arns:
            unless_missing(partial(self.operations.call, "DetachRolePolicy", policy_arn=arn, **self.key), MISSING)

    def _put(self, policies: t.Iterable[dict[str, t.Any]]) -> None:
        for policy in policies:
            document = compact(policy["document"])
            self.operations.call("PutRolePolicy", policy_name=policy["name"], policy_document=document, **self.key)

    def _remove(self, names: t.Iterable[str]) -> None:
        for name in names:
            unless_missing(partial(self.operations.call, "DeleteRolePolicy", policy_name=name, **self.key), MISSING)


def compact(document: dict[str, t.Any]) -> str:
    """Return a policy document as the text that is sent, without white space."""
    return json.dumps(document, separators=(",", ":"))


def is_missing(error: Exception) -> bool:
    """Tell whether AWS says that something does not exist."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in MISSING


def attached_roles(operations: Operations, policy_arn: str) -> list[str]:
    """Return the names of the roles that carry a policy."""
    found = operations.pages("ListEntitiesForPolicy", "policy_roles", policy_arn=policy_arn, entity_filter="Role")
    return [role["role_name"] for role in found]


def policy_prefix(sts: t.Any) -> str:
    """Return the ARN of a policy of the caller's account, up to its name."""
    partition, account = sts.get_caller_identity()["Arn"].split(":")[1:5:3]
    return f"arn:{partition}:iam::{account}:policy/"


def policy_items(
    iam: t.Any, prefix: str, policies: list[dict[str, t.Any]], tags: dict[str, str] | None, state: str
) -> list[Item]:
    """Return what has to become of each policy; prefix is the ARN up to the name.

    policies holds dicts with ``name``, ``description`` and ``document``. Raises StudioError for one listed twice.
    """
    refuse_duplicates((policy["name"] for policy in policies), "policies")
    operations = Operations(iam)
    return [
        Item(
            ManagedPolicy(operations, prefix + policy["name"], policy.get("document"), policy.get("description")),
            {"policy_name": policy["name"], "document": policy.get("document"), "tags": tags},
            state,
        )
        for policy in policies
    ]


def refuse_wide_path(path: str | None) -> None:
    """Raise StudioError for a path that does not name a folder of roles: under / there are all of the account."""
    if path is not None and not re.fullmatch(r"(/[!-.0-~]+)+/", path):
        raise StudioError(
            f"purge_path {path!r} is not the path of roles of your own. Give one with a name in it, such as '/team1/'."
        )


def role_items(
    iam: t.Any,
    roles: list[dict[str, t.Any]],
    tags: dict[str, str] | None,
    *,
    state: str,
    purge_path: str | None,
) -> list[Item]:
    """Return what has to become of each role that is listed, and of each other one under purge_path.

    Raises StudioError for a role that is listed twice, and for a path that is not one's own.
    """
    names = [role["name"] for role in roles]
    refuse_wide_path(purge_path)
    refuse_duplicates(names, "roles")
    operations = Operations(iam)
    wanted = [Item(Role(operations, role["name"], role), _wanted_role(role, tags), state) for role in roles]
    found = operations.pages("ListRoles", "roles", path_prefix=purge_path) if purge_path else []
    others = sorted({role["role_name"] for role in found} - set(names))
    return wanted + [Item(Role(operations, name), state="absent") for name in others]


def _wanted_role(role: dict[str, t.Any], tags: dict[str, str] | None) -> dict[str, t.Any]:
    described = {key: value for key, value in role.items() if key != "name"}
    boundary = role.get(BOUNDARY)
    return {"role_name": role["name"], **described, BOUNDARY: "" if boundary is None else boundary, "tags": tags}
