# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that miss what was just created, outside SageMaker (which does this itself, see emulator/sagemaker/store.py).

Only a fault with "lag" makes them. A read by id or name misses; lists and filters do not. Codes and texts: EC2 error
codes; API references of IAM GetRole and GetPolicy, EFS DescribeFileSystems, Lambda GetFunction; KMS developer guide,
"AWS KMS eventual consistency".
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from emulator.shared.access_levels import writes
from emulator.shared.faults import faults
from emulator.shared.operations import Request, form
from emulator.shared.shapes import Identity

# Seconds after which everybody sees everything, whether or not anybody looked: consistency is eventual.
LONGEST = 60.0


@dataclass(frozen=True)
class Creation:
    """How an answer names what was created, and what a read that misses it answers: code, and text with the name."""

    name: str
    code: str
    text: str

    def name_in(self, body: bytes) -> str | None:
        """The new thing's id or name in an answer, XML or JSON."""
        found = re.search(rf'(?:<{self.name}>|"{self.name}": ?")([^<"]+)', body.decode("utf-8", "replace"))
        return found and found[1]


CREATIONS = {
    ("ec2", "CreateVpc"): Creation("vpcId", "InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"),
    ("ec2", "CreateSubnet"): Creation("subnetId", "InvalidSubnetID.NotFound", "The subnet ID '{}' does not exist"),
    ("ec2", "CreateSecurityGroup"): Creation(
        "groupId", "InvalidGroup.NotFound", "The security group '{}' does not exist"
    ),
    ("ec2", "CreateRouteTable"): Creation(
        "routeTableId", "InvalidRouteTableID.NotFound", "The routeTable ID '{}' does not exist"
    ),
    ("ec2", "CreateVpcEndpoint"): Creation(
        "vpcEndpointId", "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '{}' does not exist"
    ),
    ("efs", "CreateFileSystem"): Creation("FileSystemId", "FileSystemNotFound", "File system '{}' does not exist."),
    ("iam", "CreateRole"): Creation("RoleName", "NoSuchEntity", "The role with name {} cannot be found."),
    ("iam", "CreatePolicy"): Creation("Arn", "NoSuchEntity", "Policy {} was not found."),
    ("kms", "CreateKey"): Creation("KeyId", "NotFoundException", "Key '{}' does not exist"),
    ("lambda", "CreateFunction"): Creation("FunctionName", "ResourceNotFoundException", "Function not found: {}"),
}


@dataclass
class Lag:
    """How many reads still miss what was created, at most until a moment (epoch seconds)."""

    reads: int
    creation: Creation
    until: float


class Lags:
    """What reads still miss."""

    def __init__(self) -> None:
        self._left: dict[tuple[str | None, str, str], Lag] = {}

    def created(self, identity: Identity, account: str | None, body: bytes) -> None:
        """A call (service, operation) of an account succeeded with ``body``: from now on reads may miss its result."""
        creation = CREATIONS[identity]
        name = creation.name_in(body)
        fault = faults.strike("lag") if name else None
        if fault and name:
            self._left[account, identity[0], name] = Lag(fault["lag"], creation, time.time() + LONGEST)

    def missing(self, identity: Identity, account: str | None, request: Request) -> tuple[str, str] | None:
        """``(code, text)`` if this call is a read that misses what it names, counting it; else None."""
        if not self._left or writes(*identity):
            return None
        for name in _named(request):
            left = self._left.get((account, identity[0], name))
            if left:
                left.reads -= 1
                is_over = time.time() > left.until
                if is_over or not left.reads:
                    del self._left[account, identity[0], name]
                if is_over:
                    continue
                return left.creation.code, left.creation.text.format(name)
        return None

    def clear(self) -> None:
        """Let every read see everything."""
        self._left.clear()


lags = Lags()


def _named(request: Request) -> Iterator[str]:
    """What a request names: parameters, but not the values of filters, segments of the path, and texts in JSON."""
    yield from re.findall(r'(?<=["/])[\w-]+(?=")', request.body.decode("utf-8", "replace"))
    parameters = {**form(request), **request.parameters}
    yield from (value for name, values in parameters.items() if not name.startswith("Filter") for value in values)
    yield from unquote(request.path).split("/")
