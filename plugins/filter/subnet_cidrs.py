# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cut a VPC's address range into equal subnets."""

from __future__ import annotations

import ipaddress

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: subnet_cidrs
short_description: Cut a VPC's address range into equal subnets
version_added: 0.1.0
description:
  - Returns the first O(count) of the equal parts into which the range is cut, with O(spare) times as many left free.
  - Subnets that are there keep their ranges, which EC2 cannot change, and further ones are as large as they are.
  - Refuses what EC2 refuses, a range that is not IPv4, has host bits set, or is not between /16 and /28.
positional: _input, count, existing
options:
  _input:
    description: The VPC's IPv4 range in CIDR notation.
    type: str
    required: true
  count:
    description: How many subnets are wanted.
    type: int
    required: true
  existing:
    description: The ranges of the subnets that are there already, in CIDR notation.
    type: list
    elements: str
    default: []
  spare:
    description: How many times the wanted address space stays free for later.
    type: int
    default: 1
"""

EXAMPLES = r"""
subnets: "{{ '10.0.0.0/16' | mlplatform.studio.subnet_cidrs(2) }}"  # 10.0.0.0/18 and 10.0.64.0/18
# 10.0.0.0/18, 10.0.64.0/18 and 10.0.128.0/18
more_subnets: "{{ '10.0.0.0/16' | mlplatform.studio.subnet_cidrs(3, ['10.0.0.0/18', '10.0.64.0/18']) }}"
"""

RETURN = r"""
_value:
  description: The subnets' ranges in CIDR notation.
  type: list
  elements: str
"""

# EC2's limits for the prefix of a VPC and of a subnet.
SMALLEST = 28
LARGEST = 16


def subnet_cidrs(cidr: str, count: int, existing: list[str] | None = None, spare: int = 1) -> list[str]:
    """Return count equal parts of cidr, the existing ones among them.

    Raises AnsibleFilterError with what EC2 asks for, or with why the existing subnets cannot become so many.
    """
    try:
        network = ipaddress.IPv4Network(str(cidr))
    except ValueError as error:
        raise AnsibleFilterError(
            f"{cidr!r} is not an IPv4 range in CIDR notation such as 10.0.0.0/16: {error}."
        ) from error
    if existing:
        return _grown(network, count, [ipaddress.IPv4Network(one) for one in existing])
    prefix = network.prefixlen + (count * (1 + spare) - 1).bit_length()
    if not LARGEST <= network.prefixlen <= SMALLEST or prefix > SMALLEST:
        raise AnsibleFilterError(
            f"{cidr} cannot be cut into {count} subnets: a VPC is between /{LARGEST} and /{SMALLEST}, and no subnet is "
            f"smaller than /{SMALLEST}."
        )
    return [str(part) for part, _number in zip(network.subnets(new_prefix=prefix), range(count))]


def _grown(network: ipaddress.IPv4Network, count: int, existing: list[ipaddress.IPv4Network]) -> list[str]:
    names = ", ".join(str(one) for one in sorted(existing))
    if count < len(existing):
        raise AnsibleFilterError(
            f"There are {len(existing)} subnets ({names}), and {count} would leave out some that domains, endpoints "
            f"and file systems are in. Say {len(existing)} or more."
        )
    prefix = existing[0].prefixlen
    room = 2 ** (prefix - network.prefixlen)
    if count > room:
        raise AnsibleFilterError(
            f"{network} has room for {room} subnets as large as those that are there ({names}), and EC2 cannot "
            f"make these smaller. Say {room} or less, or make another platform."
        )
    return [str(part) for part, _number in zip(network.subnets(new_prefix=prefix), range(count))]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"subnet_cidrs": subnet_cidrs}
