# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups of one VPC: first all groups, then their rules, which may name any of them."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._engine import Item, Listed, Resource, refuse_duplicates, wait_until_shown
from .._naming import Operations, code_of, tag_dict
from .._plan import Plan
from .._security_groups import find_groups
from .._waiting import StudioError, poll, retry
from .common import PROPAGATION_TIME, change_tags, is_unknown, tag_specifications
from .rules import ALL, EVERY, OPEN, Rule, permission, rules_of, wanted_rules

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

DEFAULT = "default"  # EC2 makes it with its VPC, and nobody can make another
DIRECTIONS = {"rules": "ip_permissions", "rules_egress": "ip_permissions_egress"}
ADD = {"rules": "AuthorizeSecurityGroupIngress", "rules_egress": "AuthorizeSecurityGroupEgress"}
REVOKE = {"rules": "RevokeSecurityGroupIngress", "rules_egress": "RevokeSecurityGroupEgress"}
DESCRIBE = {
    "rules": "UpdateSecurityGroupRuleDescriptionsIngress",
    "rules_egress": "UpdateSecurityGroupRuleDescriptionsEgress",
}


class Groups:
    """The groups of a VPC as they are known so far: ids by name."""

    def __init__(self, operations: Operations, vpc_id: str) -> None:
        self.operations = operations
        self.vpc_id = vpc_id
        self.listed = {group["group_name"]: group for group in self._read({})}
        self.ids = {name: group["group_id"] for name, group in self.listed.items()}

    @property
    def names(self) -> dict[str, str]:
        """The names of the groups by their ids."""
        return {group_id: name for name, group_id in self.ids.items()}

    def read(self, name: str) -> dict[str, t.Any] | None:
        """Return a group as DescribeSecurityGroups shows it now, None where there is none."""
        for group in self._read({"group-name": [name]}):
            self.ids[name] = group["group_id"]
            return group
        return None

    def _read(self, filters: dict[str, list[str]]) -> list[dict[str, t.Any]]:
        return find_groups(self.operations, {"vpc-id": [self.vpc_id], **filters})


class SecurityGroup(Listed):
    """A group without its rules; timeout in seconds."""

    kind = "security_group"
    immutable = frozenset({"description"})

    def __init__(self, groups: Groups, name: str, timeout: float) -> None:
        listed = groups.listed.get(name)
        super().__init__(listed and shown_group(listed))
        self.may_be_untagged = name == DEFAULT
        self.groups = groups
        self.name = name
        self.timeout = timeout

    def find(self) -> dict[str, t.Any] | None:
        group = self.groups.read(self.name)
        return group and shown_group(group)

    def create(self, plan: Plan) -> None:
        try:
            self.groups.operations.call(
                "CreateSecurityGroup",
                group_name=self.name,
                vpc_id=self.groups.vpc_id,
                description=plan.after["description"],
                tag_specifications=tag_specifications("security-group", plan.after.get("tags")),
            )
        except ClientError as error:
            # Another run was faster, or the answer to an earlier attempt was lost.
            if code_of(error) != "InvalidGroup.Duplicate":
                raise

    def update(self, plan: Plan) -> None:
        change_tags(self.groups.operations, plan.before["group_id"], plan.before["tags"], plan.after["tags"])

    def wait(self, plan: Plan) -> None:
        if plan.action == "create":
            poll(self.find, lambda group: group is not None, self.timeout, f"{self.label} to be there")


class GroupRules(Resource):
    """The rules of a group; wanted has those of each direction that the user says something about."""

    kind = "rules"
    unordered = frozenset(DIRECTIONS)

    def __init__(self, groups: Groups, name: str, wanted: dict[str, list[Rule]], timeout: float) -> None:
        self.groups = groups
        self.name = name
        self.wanted = wanted
        self.timeout = timeout
        self.present: dict[str, list[Rule]] = {}

    def find_before(self) -> dict[str, t.Any] | None:
        listed = self.groups.listed.get(self.name)
        if listed:
            return self._shown(listed)
        # In check mode the group is not there yet: EC2 will make it with these rules.
        return self.find() if self.name in self.groups.ids else self._as_made()

    def find(self) -> dict[str, t.Any] | None:
        group = self.groups.read(self.name)
        return self._shown(group) if group else None

    def _shown(self, group: dict[str, t.Any]) -> dict[str, t.Any]:
        owner = group.get("owner_id", "")
        self.present = {
            direction: rules_of(group.get(member) or [], self.groups.names, owner)
            for direction, member in DIRECTIONS.items()
        }
        return {"group_name": self.name, **texts(self.present)}

    def _as_made(self) -> dict[str, t.Any]:
        own = [Rule(ALL, EVERY, EVERY, "group_id", DEFAULT)] if self.name == DEFAULT else []
        return {"group_name": self.name, **texts({"rules": own, "rules_egress": [OPEN]})}

    def update(self, plan: Plan) -> None:
        if self.name not in self.groups.ids:
            raise StudioError(f"VPC {self.groups.vpc_id} has no security group {self.name}.")
        for direction in set(plan.changes) & set(DIRECTIONS):
            wanted, present = self.wanted[direction], self.present[direction]
            described = {rule: rule.description for rule in present}
            # What is new comes first, so that nothing is shut out meanwhile.
            new = [rule for rule in wanted if rule not in described]
            self._write(ADD[direction], new, "InvalidPermission.Duplicate")
            old = [replace(rule, description="") for rule in present if rule not in wanted]
            self._write(REVOKE[direction], old, "InvalidPermission.NotFound")
            told = [rule for rule in wanted if described.get(rule, rule.description) != rule.description]
            self._write(DESCRIBE[direction], told, "InvalidPermission.NotFound")

    def _write(self, operation: str, rules: list[Rule], settled: str) -> None:
        """Call operation with rules. EC2 does all or nothing, and settled is its code for one that needs nothing."""
        if not rules:
            return
        try:
            retry(
                lambda: self.groups.operations.call(
                    operation,
                    group_id=self.groups.ids[self.name],
                    ip_permissions=[permission(rule, self.groups.ids) for rule in rules],
                ),
                is_unknown,
                PROPAGATION_TIME,
            )
        except ClientError as error:
            if code_of(error) != settled:
                raise
            # Another run did the same at the same time, with some of them or with all.
            for rule in rules if len(rules) > 1 else []:
                self._write(operation, [rule], settled)

    def wait(self, plan: Plan) -> None:
        wait_until_shown(self, plan, self.timeout)


def shown_group(group: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a group of DescribeSecurityGroups as the module shows it, without its rules."""
    shown = {name: group.get(name) for name in ("group_id", "group_name", "description", "vpc_id", "owner_id")}
    return {**shown, "tags": tag_dict(group.get("tags"))}


def texts(rules: dict[str, list[Rule]]) -> dict[str, list[str]]:
    """Return the rules of each direction as people read them."""
    return {direction: [str(rule) for rule in found] for direction, found in rules.items()}


def group_stages(
    ec2: t.Any, vpc_id: str, wanted: list[dict[str, t.Any]], tags: dict[str, str] | None, timeout: float
) -> list[tuple[str, list[Item]]]:
    """Return what has to become of groups, and after them of their rules.

    wanted are the groups as the user gave them; tags go on all but the default group. Raises StudioError for a group
    that is listed twice, and for a rule that names a group that is neither there nor made.
    """
    refuse_duplicates([group["name"] for group in wanted], "security groups")
    groups = Groups(Operations(ec2), vpc_id)
    rules = {group["name"]: _rules(group, groups.names) for group in wanted}
    _refuse_unknown_groups(rules, groups, {group["name"] for group in wanted})
    return [
        (
            "security_groups",
            [
                Item(SecurityGroup(groups, group["name"], timeout), _desired(group, tags))
                for group in wanted
                if group["name"] != DEFAULT or DEFAULT in groups.listed
            ],
        ),
        (
            "rules",
            [
                Item(GroupRules(groups, name, directions, timeout), dict(texts(directions)))
                for name, directions in rules.items()
                if directions
            ],
        ),
    ]


def _desired(group: dict[str, t.Any], tags: dict[str, str] | None) -> dict[str, t.Any]:
    if group["name"] == DEFAULT:
        return {"tags": group["tags"]}
    if not group["description"]:
        raise StudioError(f"Security group {group['name']} has no description, and EC2 makes none without.")
    own = None if tags is None and group["tags"] is None else {**(tags or {}), **(group["tags"] or {})}
    return {"group_name": group["name"], "description": group["description"], "tags": own}


def _rules(group: dict[str, t.Any], names: t.Mapping[str, str]) -> dict[str, list[Rule]]:
    return {
        direction: wanted_rules(group[direction], names) for direction in DIRECTIONS if group[direction] is not None
    }


def _refuse_unknown_groups(rules: dict[str, dict[str, list[Rule]]], groups: Groups, made: t.Collection[str]) -> None:
    peers = {
        rule.peer
        for directions in rules.values()
        for found in directions.values()
        for rule in found
        if rule.kind == "group_id" and not rule.peer.startswith("sg-")
    }
    unknown = sorted(peers - groups.ids.keys() - set(made))
    if unknown:
        raise StudioError(f"Rules name groups that VPC {groups.vpc_id} does not have: {', '.join(unknown)}.")
