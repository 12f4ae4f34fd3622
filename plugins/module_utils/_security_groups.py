# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How security groups end: groups that refer to each other, and interfaces that let go of them late.

Not a service of its own: EC2 keeps the groups, and SageMaker makes some of them.
"""

from __future__ import annotations

import typing as t
from functools import partial

from ._engine import Resource
from ._naming import Operations, tag_dict, unless_missing
from ._plan import Plan
from ._waiting import StudioError, retry

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

MISSING = ("InvalidGroup.NotFound", "InvalidPermission.NotFound")
# What lets something through is in one of these members of a permission, and its value under that key.
PEERS = {
    "cidr_ip": "ip_ranges",
    "cidr_ipv6": "ipv6_ranges",
    "prefix_list_id": "prefix_list_ids",
    "group_id": "user_id_group_pairs",
}
# AWS's own interfaces let go of a group up to a minute or two after what they belonged to is gone.
PATIENCE = 300


class LeavingGroup(Resource):
    """A group that is to be deleted; group is it as DescribeSecurityGroups shows it.

    companions are the ids of groups that are deleted in the same run, so that their rules about it count for nothing.
    patience is for how many seconds AWS's own interfaces are waited for.
    """

    kind = "security_group"

    def __init__(
        self,
        operations: Operations,
        group: dict[str, t.Any],
        companions: t.Collection[str],
        patience: float = PATIENCE,
    ) -> None:
        self.operations = operations
        self.group = group
        self.id = group["group_id"]
        self.name = f"{group['group_name']} ({self.id})"
        self.companions = companions
        self.patience = patience
        self.is_there = True

    def find(self) -> dict[str, t.Any] | None:
        if not self.is_there:
            return None
        tags = tag_dict(self.group.get("tags"))
        return {"id": self.id, "name": self.group["group_name"], "tags": tags}

    def delete(self, plan: Plan) -> None:
        # Groups that name each other can only go when neither has rules any more.
        for operation, direction in (
            ("RevokeSecurityGroupIngress", "ip_permissions"),
            ("RevokeSecurityGroupEgress", "ip_permissions_egress"),
        ):
            if self.group.get(direction):
                self._unless_missing(
                    partial(self.operations.call, operation, group_id=self.id, ip_permissions=self.group[direction])
                )
        try:
            self._unless_missing(
                lambda: retry(
                    lambda: self.operations.call("DeleteSecurityGroup", group_id=self.id),
                    self._passes,
                    self.patience,
                    thing="security group",
                    doing="In use",
                )
            )
        except ClientError as error:
            if not is_dependency(error):
                raise
            raise self._still_used(self._interfaces()) from error
        self.is_there = False

    def _unless_missing(self, call: t.Callable[[], t.Any]) -> None:
        unless_missing(call, MISSING)

    def _passes(self, error: Exception) -> bool:
        """AWS's own interfaces and the rules of companions go by themselves; what somebody else attached does not."""
        if not is_dependency(error):
            return False
        self.refuse_strangers()
        return True

    def refuse_strangers(self) -> None:
        """Raise StudioError naming what somebody else attached to the group."""
        refusal = self.refusal()
        if refusal:
            raise refusal

    def refusal(self) -> StudioError | None:
        """Return the error that names what somebody else attached to the group, None where nobody did."""
        strangers = [interface for interface in self._interfaces() if not is_of_aws(interface)]
        return self._still_used(strangers) if strangers or self._rules() else None

    def _interfaces(self) -> list[dict[str, t.Any]]:
        return self.operations.pages(
            "DescribeNetworkInterfaces", "network_interfaces", filters=[{"name": "group-id", "values": [self.id]}]
        )

    def _rules(self) -> list[str]:
        """Return the ids of groups whose rules name this one and that stay."""
        found: set[str] = set()
        for name in ("ip-permission.group-id", "egress.ip-permission.group-id"):
            groups = find_groups(self.operations, {name: [self.id]})
            found.update(group["group_id"] for group in groups)
        return sorted(found - {self.id, *self.companions})

    def _still_used(self, interfaces: list[dict[str, t.Any]]) -> StudioError:
        users = [
            f"{interface['network_interface_id']} ({interface.get('description') or 'no description'})"
            for interface in interfaces
        ]
        users += [f"a rule of {group_id}" for group_id in self._rules()]
        return StudioError(
            f"Security group {self.name} is still used by {', '.join(users) or 'something that AWS does not name'}, "
            "which was not made here and is left alone. Take the group out there, then run again."
        )


def is_of_aws(interface: dict[str, t.Any]) -> bool:
    """Tell whether an AWS service made a network interface, and takes it away again.

    Those of SageMaker's jobs are made with the rights of the job's role, and those of Lambda may be made with the
    function's, so only description and type tell.
    """
    return (
        bool(interface.get("requester_managed"))
        or interface.get("interface_type") == "lambda"
        or "SageMaker" in interface.get("description", "")
    )


def is_dependency(error: Exception) -> bool:
    """Tell whether EC2 refused a deletion because something still uses the resource."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "DependencyViolation"


def find_groups(operations: Operations, filters: dict[str, list[str]]) -> list[dict[str, t.Any]]:
    """Return the security groups that pass all filters of DescribeSecurityGroups (name: values)."""
    return operations.pages(
        "DescribeSecurityGroups",
        "security_groups",
        filters=[{"name": name, "values": values} for name, values in filters.items()],
    )


def leaving_groups(
    operations: Operations, groups: list[dict[str, t.Any]], patience: float = PATIENCE
) -> list[LeavingGroup]:
    """Return groups as resources that are deleted together."""
    ids = [group["group_id"] for group in groups]
    return [LeavingGroup(operations, group, ids, patience) for group in groups]
