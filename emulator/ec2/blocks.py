# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4 blocks of VPCs, subnets and routes: what is none is refused, and host bits are taken off.

Source: EC2 API reference, CreateVpc, CreateSubnet, CreateRoute ("We modify the specified CIDR block to its canonical
form"); text from https://github.com/ansible-collections/amazon.aws/issues/477.
"""

from __future__ import annotations

import ipaddress

from emulator.ec2.protocol import Ec2Error, install_action
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import ec2 as upstream

# Operation -> ministack's function, and the parameter with the block.
TAKEN = {
    "CreateVpc": ("_create_vpc", "CidrBlock"),
    "CreateSubnet": ("_create_subnet", "CidrBlock"),
    "CreateRoute": ("_create_route", "DestinationCidrBlock"),
}


def install() -> None:
    """Have each operation see the canonical form of its block."""
    for operation, (name, parameter) in TAKEN.items():
        install_action(operation, name, _with_canonical(parameter))


def _with_canonical(parameter: str) -> Wrapper:
    def wrapper(original: Handler) -> Handler:
        def action(parameters: Structure) -> Answer:
            given = upstream._p(parameters, parameter)
            try:
                taken = str(ipaddress.IPv4Network(given, strict=False))
            except ValueError:
                return original(parameters)
            return original({**parameters, parameter: [taken]})

        return action

    return wrapper


def block(given: str, parameter: str) -> ipaddress.IPv4Network:
    """The block that a parameter gives; Ec2Error InvalidParameterValue where it is none."""
    try:
        return ipaddress.IPv4Network(given, strict=False)
    except ValueError:
        message = f"Value ({given}) for parameter {parameter} is invalid. This is not a valid CIDR block."
        raise Ec2Error("InvalidParameterValue", message) from None
