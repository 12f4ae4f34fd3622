# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of security groups: as options say them, as EC2 keeps them, and as a person reads them."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass, field

from .._security_groups import PEERS
from .._waiting import StudioError

Permission = t.Dict[str, t.Any]  # an IpPermission of EC2, in option names
ALL = "all"
# The numbers of protocols that EC2 shows by name (API reference, IpPermission).
PROTOCOLS = {"-1": ALL, "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
WITH_PORTS = ("tcp", "udp")
NUMBERED = (*WITH_PORTS, "icmp", "icmpv6")
# All ports, or all kinds of ICMP messages; of other protocols EC2 shows and takes no numbers.
EVERY = -1


@dataclass(frozen=True, order=True)
class Rule:
    """What goes through to, or from, one peer.

    ``peer`` is a range, a prefix list, or a group: its name where it is in the same VPC, so that rules can name groups
    that are made in the same run. ``entry`` is the peer as EC2 shows it, by which the
    rule can be taken away again.
    """

    protocol: str
    first: int
    last: int
    kind: str
    peer: str
    description: str = field(default="", compare=False)
    entry: dict[str, t.Any] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Return the rule as a person reads it, such as tcp 443 10.0.0.0/16 (Browsers)."""
        ports = [] if self.first == EVERY else [_span(self.first, self.last)]
        words = [self.protocol, *ports, self.peer, *([f"({self.description})"] if self.description else [])]
        return " ".join(words)


# What EC2 gives to a new group (VPC user guide, "Security group rules" and "Default security groups").
OPEN = Rule(ALL, EVERY, EVERY, "cidr_ip", "0.0.0.0/0")


def rules_of(permissions: t.Iterable[Permission], names: t.Mapping[str, str], owner: str = "") -> list[Rule]:
    """Return the rules that DescribeSecurityGroups shows as permissions.

    names are the names of the VPC's groups by their ids, owner the account whose groups are called by id alone.
    """
    return sorted(
        Rule(
            PROTOCOLS.get(str(permission["ip_protocol"]), str(permission["ip_protocol"])),
            permission.get("from_port", EVERY),
            permission.get("to_port", EVERY),
            kind,
            _peer(entry, kind, names, owner),
            entry.get("description") or "",
            {name: entry[name] for name in (kind, "user_id", "vpc_peering_connection_id") if name in entry},
        )
        for permission in permissions
        for kind, member in PEERS.items()
        for entry in permission.get(member) or []
    )


def _peer(entry: dict[str, t.Any], kind: str, names: t.Mapping[str, str], owner: str) -> str:
    peer = str(entry[kind])
    if kind == "group_id" and peer not in names and entry.get("user_id") not in (None, owner):
        return f"{entry['user_id']}/{peer}"
    return names.get(peer, peer)


def wanted_rules(options: t.Iterable[dict[str, t.Any]], names: t.Mapping[str, str]) -> list[Rule]:
    """Return the rules that options of the module say, one per range of ports and peer.

    Raises StudioError for an option that is no rule.
    """
    found = [
        Rule(protocol, first, last, kind, peer, option.get("rule_desc") or "")
        for option in options
        for protocol in [_protocol(option)]
        for first, last in _ports(option, protocol)
        for kind, peer in _wanted_peers(option, names)
    ]
    return sorted(dict.fromkeys(found))


def _protocol(option: dict[str, t.Any]) -> str:
    protocol = str(option["proto"]).lower()
    return PROTOCOLS.get(protocol, protocol)


def _ports(option: dict[str, t.Any], protocol: str) -> list[tuple[int, int]]:
    given = [str(port).partition("-") for port in option.get("ports") or []]
    if protocol not in WITH_PORTS:
        return [(EVERY, EVERY)]
    try:
        return [(int(first), int(last or first)) for first, _dash, last in given] or [(0, 65535)]
    except ValueError:
        raise StudioError(f"ports has {option['ports']}, and must be numbers such as 443 or 8000-8100.") from None


def _wanted_peers(option: dict[str, t.Any], names: t.Mapping[str, str]) -> list[tuple[str, str]]:
    peers = [("cidr_ip", _range(one)) for one in option.get("cidr_ip") or []]
    peers += [("cidr_ipv6", _range(one)) for one in option.get("cidr_ipv6") or []]
    peers += [("prefix_list_id", one) for one in [option.get("prefix_list_id")] if one]
    peers += [("group_id", names.get(one, one)) for one in [option.get("group_id")] if one]
    peers += [("group_id", one) for one in [option.get("group_name")] if one]
    if not peers:
        raise StudioError(
            "A rule says neither a range (cidr_ip, cidr_ipv6) nor a group (group_id, group_name) nor a prefix_list_id."
        )
    return peers


def _range(text: str) -> str:
    """Return a range as EC2 keeps it: without bits of a host (API reference, AuthorizeSecurityGroupIngress)."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError as error:
        raise StudioError(f"{text!r} is no range in CIDR notation such as 10.0.0.0/16: {error}.") from error


def permission(rule: Rule, ids: t.Mapping[str, str]) -> Permission:
    """Return a rule as EC2 takes it; ids are those of the VPC's groups by their names."""
    peer = ids.get(rule.peer, rule.peer) if rule.kind == "group_id" else rule.peer
    entry = {**(rule.entry or {rule.kind: peer}), **({"description": rule.description} if rule.description else {})}
    protocol = "-1" if rule.protocol == ALL else rule.protocol
    numbers = {"from_port": rule.first, "to_port": rule.last} if rule.protocol in NUMBERED else {}
    return {"ip_protocol": protocol, **numbers, PEERS[rule.kind]: [entry]}


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
