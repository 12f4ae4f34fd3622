# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut a VPC's address range into equal subnets."""

from __future__ import annotations

import ipaddress

# EC2 user guide, VPC and subnet sizing.
SMALLEST, LARGEST = 28, 16


class NoRoom(ValueError):
    """A range cannot be cut as it is wanted. Its text is the sentence to tell."""


def subnet_cidrs(cidr: str, count: int, existing: list[str] | None = None, spare: int = 1) -> list[str]:
    """Return count equal parts of cidr, the existing ones among them, with spare times as many left free.

    Subnets that are there keep their ranges, which EC2 cannot change, and further ones are as large as they are. Raises
    NoRoom with what EC2 asks for, or with why the existing subnets cannot become so many.
    """
    try:
        network = ipaddress.IPv4Network(str(cidr))
    except ValueError as error:
        raise NoRoom(f"{cidr!r} is not an IPv4 range in CIDR notation such as 10.0.0.0/16: {error}.") from error
    if existing:
        return _grown(network, count, [ipaddress.IPv4Network(one) for one in existing])
    prefix = network.prefixlen + (count * (1 + spare) - 1).bit_length()
    if not LARGEST <= network.prefixlen <= SMALLEST or prefix > SMALLEST:
        raise NoRoom(
            f"{cidr} cannot be cut into {count} subnets: a VPC is between /{LARGEST} and /{SMALLEST}, and no subnet is "
            f"smaller than /{SMALLEST}."
        )
    return _parts(network, prefix, count)


def cidr_mistakes(cidr: str, count: int, existing: list[str] | None = None) -> list[str]:
    """Return a list of one sentence when subnet_cidrs(cidr, count, existing) refuses, else []."""
    try:
        subnet_cidrs(cidr, count, existing)
    except NoRoom as error:
        return [str(error)]
    return []


def _grown(network: ipaddress.IPv4Network, count: int, existing: list[ipaddress.IPv4Network]) -> list[str]:
    names = ", ".join(str(one) for one in sorted(existing))
    if count < len(existing):
        raise NoRoom(
            f"There are {len(existing)} subnets ({names}), and {count} would leave out some that domains, endpoints "
            f"and file systems are in. Say {len(existing)} or more."
        )
    prefix = existing[0].prefixlen
    room = 2 ** (prefix - network.prefixlen)
    if count > room:
        raise NoRoom(
            f"{network} has room for {room} subnets as large as those that are there ({names}), and EC2 cannot "
            f"make these smaller. Say {room} or less, or make another platform."
        )
    return _parts(network, prefix, count)


def _parts(network: ipaddress.IPv4Network, prefix: int, count: int) -> list[str]:
    return [str(part) for part, _number in zip(network.subnets(new_prefix=prefix), range(count))]
