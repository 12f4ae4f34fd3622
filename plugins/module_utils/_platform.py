# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a team lives on, looked for all at once: the platform's network and its user pool."""

from __future__ import annotations

import typing as t

from ._cognito.user_pool_info import read_user_pools
from ._ec2.vpc_view import listed
from ._engine import in_threads
from ._naming import Operations

Filters = t.Mapping[str, t.Any]
# The lookup of each answer that EC2 gives, and the operation that answers.
IN_EC2 = {
    "subnets": ("subnets", "DescribeSubnets"),
    "security_groups": ("client_group", "DescribeSecurityGroups"),
    "vpc_endpoints": ("package_endpoints", "DescribeVpcEndpoints"),
}


def find_platform(ec2: t.Any, cognito: t.Any, lookups: Filters) -> dict[str, list[t.Any]]:
    """Return {"subnets", "security_groups", "vpc_endpoints", "user_pools"}, each [] where lookups do not ask for it.

    ec2 and cognito are boto3 clients of ec2 and cognito-idp; lookups are the options of studio_platform_info.
    """
    operations = Operations(ec2)

    def look(answer: str) -> list[t.Any]:
        if answer not in IN_EC2:
            return read_user_pools(
                cognito, name=lookups["user_pool_name"], user_pool_id=lookups["user_pool_id"], include_clients=True
            )
        name, operation = IN_EC2[answer]
        filters = lookups[name]
        return listed(operations, operation, answer, filters) if filters else []

    answers = [*IN_EC2, "user_pools"]
    return dict(zip(answers, in_threads(look, answers)))
