# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every resource on which EC2 decides about a call: what is to be made, and what the call names.

Source: Service Authorization Reference, actions of EC2. A caller needs the right on each of them. Tags that a request
gives belong to what it makes, and no condition on the others sees them.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2

# What a call makes.
MADE = {
    "CreateFlowLogs": "vpc-flow-log",
    "CreateNetworkInterface": "network-interface",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
# Calls that name resources which they work on, beside those that make something.
WORK_ON = re.compile(
    r"(Associate|Disassociate|Replace|Create|Delete)(RouteTable|Route|RouteTableAssociation)$"
    r"|Modify(Vpc|Subnet|VpcEndpoint)(Attribute)?$"
    r"|Delete(Vpc|VpcEndpoints|Subnet|SecurityGroup|FlowLogs|NetworkInterface)$"
    r"|(Authorize|Revoke)SecurityGroup(Ingress|Egress)$"
    r"|UpdateSecurityGroupRuleDescriptions(Ingress|Egress)$"
)
# A resource that is a parameter itself. Those within rules and within sets of options are only mentioned.
NAMED = re.compile(r"\w+(\.\d+)?")
KINDS = {
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
IDENTIFIER = re.compile(rf"({'|'.join(KINDS)})-[0-9a-f]+")


def resources_of(query: Structure, region: str, account_id: str) -> list[str]:
    """The ARNs on which a call is decided, what it makes first; [] where ministack knows."""
    action = next(iter(values(query.get("Action"))), "")
    if action not in MADE and not WORK_ON.match(action):
        return []
    named = [value for name, value in query.items() if NAMED.fullmatch(name) for value in values(value)]
    found = [IDENTIFIER.fullmatch(value) for value in (_table_of(value) for value in named)]
    made = [f"arn:aws:ec2:{region}:{account_id}:{MADE[action]}/*"] if action in MADE else []
    return [*made, *dict.fromkeys(arn_of(one[0], region, account_id) for one in found if one)]


def arn_of(identifier: str, region: str, account_id: str) -> str:
    """The ARN of anything in EC2 by its id."""
    kind = KINDS.get(identifier.partition("-")[0]) or ec2._guess_resource_type(identifier)
    return f"arn:aws:ec2:{region}:{account_id}:{kind}/{identifier}"


def values(value: Any) -> list[str]:
    """A parameter of the query protocol as a list."""
    return value if isinstance(value, list) else [value] if value else []


def _table_of(identifier: str) -> str:
    """The route table of an association, which AWS decides about in its place; other ids as they are."""
    if not identifier.startswith("rtbassoc-"):
        return identifier
    for table_id, table in ec2._route_tables.items():
        associations = [association.get("RouteTableAssociationId") for association in table.get("Associations", [])]
        if identifier in associations:
            return str(table_id)
    return identifier
