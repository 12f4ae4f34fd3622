# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a team needs of its platform, asked of several services at the same time."""

from __future__ import annotations

import typing as t

from ._cognito.user_pool_info import read_user_pools
from ._engine import in_threads
from ._naming import Operations, tag_dict

Filters = t.Mapping[str, t.Any]
Things = t.List[t.Dict[str, t.Any]]
# What is asked of EC2: the operation, and the member of its answer.
SUBNETS = ("DescribeSubnets", "subnets")
SECURITY_GROUPS = ("DescribeSecurityGroups", "security_groups")
VPC_ENDPOINTS = ("DescribeVpcEndpoints", "vpc_endpoints")


def read_platform(
    ec2: t.Any,
    cognito: t.Any,
    *,
    subnets: Filters,
    client_group: Filters,
    package_endpoints: Filters | None,
    user_pool_name: str | None,
    user_pool_id: str | None,
) -> dict[str, Things]:
    """Return what studio_platform_info returns. What is looked for in EC2 is named by EC2's filters, {name: values}."""
    operations = Operations(ec2)
    pool: dict[str, t.Any] = {"name": user_pool_name, "user_pool_id": user_pool_id, "include_clients": True}
    questions: list[tuple[str, t.Callable[[], Things]]] = [
        ("subnets", lambda: _filtered(operations, SUBNETS, subnets)),
        ("security_groups", lambda: _filtered(operations, SECURITY_GROUPS, client_group)),
        ("vpc_endpoints", lambda: _filtered(operations, VPC_ENDPOINTS, package_endpoints)),
        ("user_pools", lambda: read_user_pools(cognito, **pool) if user_pool_name or user_pool_id else []),
    ]
    answers = in_threads(lambda question: question[1](), questions)
    return {name: answer for (name, _ask), answer in zip(questions, answers)}


def _filtered(operations: Operations, what: tuple[str, str], filters: Filters | None) -> Things:
    """Return what passes all filters, its tags as a dict; nothing where there is nothing to look for."""
    if not filters:
        return []
    operation, member = what
    wanted = [
        {"name": name, "values": [str(value) for value in (values if isinstance(values, list) else [values])]}
        for name, values in filters.items()
    ]
    found = operations.pages(operation, member, filters=wanted)
    return [{**thing, "tags": tag_dict(thing.get("tags"))} for thing in found]
