# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups: strict creation, one record per rule with its own id, the errors of duplicate and unknown rules."""

from __future__ import annotations

import ipaddress
import re
import secrets
from functools import partial
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.ec2.protocol import (
    Ec2Error,
    guard,
    install_action,
    install_new_operation,
    install_operation,
    matches,
    page,
    tags_of,
)
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import ec2 as upstream

INGRESS, EGRESS = "IpPermissions", "IpPermissionsEgress"
PROTOCOL_NAMES = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
FORM_OF_IDS = re.compile(r"sg-[0-9a-f]{8,17}")
PROTOCOL_NUMBERS = {str(number) for number in range(-1, 256)}
# The member that holds a rule's single source or destination, and the key of its value in there.
SOURCES = {
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "PrefixListIds": "PrefixListId",
    "UserIdGroupPairs": "GroupId",
}
CHARACTERS = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def install() -> None:
    """Replace the rule actions and guard the creation of groups."""
    guard("CreateSecurityGroup", "_create_security_group", check_new_group)
    install_action("CreateVpc", "_create_vpc", with_open_default_group)
    install_operation("DescribeSecurityGroups", "_describe_security_groups", describe_groups)
    install_operation("DescribeSecurityGroupRules", "_describe_security_group_rules", describe_rules)
    for direction, word, key in (("Ingress", "ingress", INGRESS), ("Egress", "egress", EGRESS)):
        install_operation(
            f"AuthorizeSecurityGroup{direction}",
            f"_authorize_sg_{word}",
            partial(authorize, key=key),
        )
        install_operation(f"RevokeSecurityGroup{direction}", f"_revoke_sg_{word}", partial(revoke, key=key))
        install_new_operation(
            f"UpdateSecurityGroupRuleDescriptions{direction}",
            partial(update_descriptions, key=key),
        )


def with_open_default_group(original: Handler) -> Handler:
    """Let the members of a new VPC's default group reach each other (VPC user guide, "Default security groups")."""

    def create_vpc(parameters: Structure) -> Answer:
        known = set(upstream._security_groups.keys())
        answer = original(parameters)
        for group_id, group in upstream._security_groups.items():
            if group_id not in known:
                own = {"GroupId": group_id, "UserId": group["OwnerId"]}
                group[INGRESS] = [{"IpProtocol": "-1", "UserIdGroupPairs": [own]}]
        return answer

    return create_vpc


def check_new_group(request: Structure) -> None:
    """Refuse what CreateSecurityGroup refuses: reserved names, bad descriptions, a VPC that does not exist.

    The case of a name does not matter (EC2 API reference, CreateSecurityGroup, GroupName).
    """
    name, description = request.get("GroupName", ""), request.get("Description")
    if not description:
        raise Ec2Error("MissingParameter", "The request must contain the parameter GroupDescription")
    if not description.isascii():
        message = f"Value ({description}) for parameter GroupDescription is invalid. "
        raise Ec2Error("InvalidParameterValue", f"{message}Character sets beyond ASCII are not supported.")
    _check_description(description, "security group")
    if name == "default":
        raise Ec2Error("InvalidParameterValue", "Cannot use reserved security group name: default")
    if name.lower().startswith("sg-") or len(name) > 255:
        raise Ec2Error("InvalidParameterValue", f"Value ({name}) for parameter GroupName is invalid.")
    vpc_id = request.get("VpcId")
    if vpc_id and vpc_id not in upstream._vpcs:
        raise Ec2Error("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    taken = {group["GroupName"].lower() for group in upstream._security_groups.values() if group["VpcId"] == vpc_id}
    if name.lower() in taken:
        message = f"The security group '{name}' already exists for VPC '{vpc_id}'"
        raise Ec2Error("InvalidGroup.Duplicate", message)


def _check_description(description: str, noun: str) -> None:
    if not DESCRIPTION.fullmatch(description):
        raise Ec2Error(
            "InvalidParameterValue",
            f"Invalid {noun} description. Valid descriptions are strings less than 256 characters from the "
            f"following set:  {CHARACTERS}",
        )


def group_or_error(request: Structure) -> Structure:
    """The group a rule call names; Ec2Error InvalidGroup.NotFound when there is none (EC2 error codes)."""
    group_id = request.get("GroupId", "")
    group = upstream._security_groups.get(group_id)
    if not group and not FORM_OF_IDS.fullmatch(group_id):
        raise Ec2Error("InvalidGroupId.Malformed", f"The security-group ID '{group_id}' is malformed")
    if not group:
        raise Ec2Error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    return group


def _source(rule: Structure) -> tuple[str, Structure]:
    """The one member of a stored rule that is filled, and its entry."""
    return next((member, rule[member][0]) for member in SOURCES if rule.get(member))


def identity(rule: Structure) -> tuple[Any, ...]:
    """What makes two rules the same for AWS: protocol, ports and source; not the description, owner or id."""
    member, entry = _source(rule)
    return rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"), member, entry.get(SOURCES[member])


def _canonical_source(member: str, entry: Structure, group: Structure) -> Structure:
    kept = {"Description": entry["Description"]} if entry.get("Description") else {}
    value = entry.get(SOURCES[member], "")
    if member in ("IpRanges", "Ipv6Ranges"):
        try:
            network = ipaddress.IPv4Network if member == "IpRanges" else ipaddress.IPv6Network
            value = str(network(value, strict=False))
        except ValueError:
            raise Ec2Error("InvalidParameterValue", f"CIDR block {value} is malformed") from None
    elif member == "PrefixListIds":
        if value not in upstream._prefix_lists and not upstream._resolve_aws_pl_by_id(value):
            raise Ec2Error("InvalidPrefixListID.NotFound", f"The prefix list ID '{value}' does not exist")
    else:
        value = _referenced_group(entry, group)
        kept["UserId"] = entry.get("UserId") or get_account_id()
    return {SOURCES[member]: value, **kept}


def _referenced_group(entry: Structure, group: Structure) -> str:
    if entry.get("GroupId"):
        if entry["GroupId"] not in upstream._security_groups and entry.get("UserId") in (None, get_account_id()):
            raise Ec2Error("InvalidGroup.NotFound", f"The security group '{entry['GroupId']}' does not exist")
        return entry["GroupId"]
    name = entry.get("GroupName", "")
    for other in upstream._security_groups.values():
        if (other["GroupName"], other["VpcId"]) == (name, group["VpcId"]):
            return other["GroupId"]
    raise Ec2Error("InvalidGroup.NotFound", f"The security group '{name}' does not exist")


def _protocol(permission: Structure) -> str:
    """The protocol as DescribeSecurityGroups shows it (terraform-provider-aws #1793 and nanovms/ops #735 quote)."""
    given = permission.get("IpProtocol")
    if given is None:
        message = "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly."
        raise Ec2Error("InvalidParameterValue", message)
    protocol = PROTOCOL_NAMES.get(given.lower(), given.lower())
    if protocol not in PROTOCOL_NAMES.values() and protocol not in PROTOCOL_NUMBERS:
        raise Ec2Error("InvalidParameterValue", f"Invalid value '{given}' for IP protocol. Unknown protocol.")
    return protocol


def _ports(permission: Structure, protocol: str) -> Structure:
    if protocol == "-1":
        return {}
    ports: Structure = {key: permission[key] for key in ("FromPort", "ToPort") if key in permission}
    if protocol in ("tcp", "udp"):
        if len(ports) < 2:
            raise Ec2Error(
                "InvalidParameterValue",
                "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
            )
        if not 0 <= ports["FromPort"] <= ports["ToPort"] <= 65535:
            raise Ec2Error(
                "InvalidParameterValue",
                f"Invalid value '{ports['FromPort']}-{ports['ToPort']}' for portRange. Valid values are 0-65535",
            )
    return ports


def _legacy_permission(request: Structure) -> list[Structure]:
    """The one permission of a request that uses the flat parameters (API reference, CidrIp and its neighbours)."""
    if not request.get("IpProtocol"):
        raise Ec2Error("MissingParameter", "The request must contain the parameter ipPermissions")
    permission: Structure = {key: request[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in request}
    if request.get("CidrIp"):
        permission["IpRanges"] = [{"CidrIp": request["CidrIp"]}]
    if request.get("SourceSecurityGroupName"):
        permission["UserIdGroupPairs"] = [{"GroupName": request["SourceSecurityGroupName"]}]
    return [permission]


def rules_of_request(request: Structure, group: Structure) -> list[Structure]:
    """One stored rule for every source of every permission in the request, checked and in canonical form.

    ``{"IpProtocol", "FromPort"?, "ToPort"?, "IpRanges"|"Ipv6Ranges"|"PrefixListIds"|"UserIdGroupPairs": [one]}``;
    protocol numbers become names and CIDR blocks lose their host bits, as DescribeSecurityGroups shows them.
    """
    rules = []
    for permission in request.get("IpPermissions") or _legacy_permission(request):
        protocol = _protocol(permission)
        ports = _ports(permission, protocol)
        for member in SOURCES:
            for entry in permission.get(member, []):
                rules.append({"IpProtocol": protocol, **ports, member: [_canonical_source(member, entry, group)]})
    if len({identity(rule) for rule in rules}) < len(rules):
        raise Ec2Error("InvalidParameterValue", "The same permission must not appear multiple times")
    return rules


def stored_rules(group: Structure, key: str) -> list[Structure]:
    """The group's rules, one per source and each with its SecurityGroupRuleId.

    ministack makes the default rules itself, without ids and with empty members; they are brought into form here.
    """
    rules = group.get(key, [])
    if any("SecurityGroupRuleId" not in rule for rule in rules):
        group[key] = rules = [
            {**{name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule},
             member: [entry], "SecurityGroupRuleId": rule.get("SecurityGroupRuleId") or _new_rule_id()}
            for rule in rules for member in SOURCES for entry in rule.get(member, [])
        ]  # fmt: skip
    return rules


def _new_rule_id() -> str:
    return f"sgr-{secrets.token_hex(9)[:17]}"


def _shown(rule: Structure) -> str:
    protocol, from_port, to_port, _member, value = identity(rule)
    if protocol == "-1":
        return f"peer: {value}, ALL, ALLOW"
    return f"peer: {value}, {protocol.upper()}, from port: {from_port}, to port: {to_port}, ALLOW"


def authorize(request: Structure, key: str) -> Structure:
    """AuthorizeSecurityGroupIngress and Egress: all rules or none; an existing one is InvalidPermission.Duplicate."""
    group = group_or_error(request)
    rules = rules_of_request(request, group)
    for rule in rules:
        _check_description(_source(rule)[1].get("Description", ""), "rule")
    existing = {identity(rule) for rule in stored_rules(group, key)}
    for rule in rules:
        if identity(rule) in existing:
            raise Ec2Error("InvalidPermission.Duplicate", f'the specified rule "{_shown(rule)}" already exists')
    tags = [tag for specification in request.get("TagSpecifications", [])
            if specification.get("ResourceType") == "security-group-rule"
            for tag in specification.get("Tags", [])]  # fmt: skip
    for rule in rules:
        rule["SecurityGroupRuleId"] = _new_rule_id()
        if tags:
            upstream._tags[rule["SecurityGroupRuleId"]] = [dict(tag) for tag in tags]
    group[key] = [*stored_rules(group, key), *rules]
    return {"Return": True, "SecurityGroupRules": [rule_structure(group, key, rule) for rule in rules]}


def revoke(request: Structure, key: str) -> Structure:
    """RevokeSecurityGroupIngress and Egress, by rule id or by content as DescribeSecurityGroups shows it.

    Unknown content is InvalidPermission.NotFound and nothing is revoked, except in a default VPC, where the rest is
    revoked and UnknownIpPermissions lists it (API reference RevokeSecurityGroupIngress).
    """
    group = group_or_error(request)
    stored = stored_rules(group, key)
    if request.get("SecurityGroupRuleIds"):
        wanted, unknown = set(request["SecurityGroupRuleIds"]), []
        for missing in sorted(wanted - {rule["SecurityGroupRuleId"] for rule in stored}):
            raise _unknown_rule(missing)
    else:
        asked = rules_of_request(request, group)
        by_identity = {identity(rule): rule["SecurityGroupRuleId"] for rule in stored}
        unknown = [rule for rule in asked if identity(rule) not in by_identity]
        wanted = {by_identity[identity(rule)] for rule in asked if identity(rule) in by_identity}
        if unknown and not upstream._vpcs.get(group["VpcId"], {}).get("IsDefault"):
            raise Ec2Error("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
    revoked = [rule for rule in stored if rule["SecurityGroupRuleId"] in wanted]
    group[key] = [rule for rule in stored if rule["SecurityGroupRuleId"] not in wanted]
    for rule_id in wanted:
        upstream._tags.pop(rule_id, None)
    return {
        "Return": True,
        "UnknownIpPermissions": unknown,
        "RevokedSecurityGroupRules": [_revoked(group, key, rule) for rule in revoked],
    }


def update_descriptions(request: Structure, key: str) -> Structure:
    """UpdateSecurityGroupRuleDescriptionsIngress and Egress, by content or by rule id (API reference)."""
    group = group_or_error(request)
    by_identity = {identity(rule): rule for rule in stored_rules(group, key)}
    by_id = {rule["SecurityGroupRuleId"]: rule for rule in by_identity.values()}
    changes: list[tuple[Any, str | None]] = []
    for entry in request.get("SecurityGroupRuleDescriptions", []):
        changes.append((by_id.get(entry.get("SecurityGroupRuleId")), entry.get("Description")))
    if request.get("IpPermissions"):
        for rule in rules_of_request(request, group):
            changes.append((by_identity.get(identity(rule)), _source(rule)[1].get("Description")))
    for _rule, description in changes:
        _check_description(description or "", "rule")
    if any(rule is None for rule, _description in changes):
        raise Ec2Error("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
    for rule, description in changes:
        entry = _source(rule)[1]
        entry.pop("Description", None)
        if description:
            entry["Description"] = description
    return {"Return": True}


def rule_structure(group: Structure, key: str, rule: Structure) -> Structure:
    """A SecurityGroupRule structure of the API."""
    member, entry = _source(rule)
    rule_id = rule["SecurityGroupRuleId"]
    referenced = {"GroupId": entry.get("GroupId"), "UserId": entry.get("UserId"), "VpcId": group["VpcId"]}
    return {
        "SecurityGroupRuleId": rule_id,
        "GroupId": group["GroupId"],
        "GroupOwnerId": group["OwnerId"],
        "IsEgress": key == EGRESS,
        "IpProtocol": rule["IpProtocol"],
        "FromPort": rule.get("FromPort", -1),
        "ToPort": rule.get("ToPort", -1),
        "CidrIpv4": entry.get("CidrIp"),
        "CidrIpv6": entry.get("CidrIpv6"),
        "PrefixListId": entry.get("PrefixListId"),
        "ReferencedGroupInfo": referenced if member == "UserIdGroupPairs" else None,
        "Description": entry.get("Description"),
        "Tags": tags_of(rule_id),
        "SecurityGroupRuleArn": f"arn:aws:ec2:{get_region()}:{get_account_id()}:security-group-rule/{rule_id}",
    }


def _revoked(group: Structure, key: str, rule: Structure) -> Structure:
    structure = rule_structure(group, key, rule)
    _member, entry = _source(rule)
    return {**structure, "ReferencedGroupId": entry.get("GroupId")}


def permissions(group: Structure, key: str) -> list[Structure]:
    """The rules as IpPermission structures: one per protocol and port range, with all its sources."""
    merged: dict[tuple[Any, ...], Structure] = {}
    for rule in stored_rules(group, key):
        ports: Structure = {name: rule[name] for name in ("FromPort", "ToPort") if name in rule}
        protocol = rule["IpProtocol"]
        permission = merged.setdefault(
            (protocol, *ports.values()), {"IpProtocol": protocol, **ports, **{member: [] for member in SOURCES}}
        )
        member, entry = _source(rule)
        permission[member].append(entry)
    return list(merged.values())


def describe_groups(request: Structure) -> Structure:
    """DescribeSecurityGroups with ids, names, every documented filter and pages (API reference)."""
    ids, names = request.get("GroupIds", []), request.get("GroupNames", [])
    for group_id in ids:
        if upstream._is_malformed_security_group_id(group_id) and group_id not in upstream._security_groups:
            raise Ec2Error("InvalidGroupId.Malformed", f'Invalid id: "{group_id}" (expecting "sg-...")')
        group_or_error({"GroupId": group_id})
    found = [
        group
        for group in upstream._security_groups.values()
        if (not ids or group["GroupId"] in ids)
        and (not names or group["GroupName"] in names)
        and matches(request.get("Filters", []), group["GroupId"], _group_filters(group))
    ]
    for name in names:
        if name not in {group["GroupName"] for group in found}:
            raise Ec2Error("InvalidGroup.NotFound", f"The security group '{name}' does not exist")
    items, token = page(request, found)
    return {"SecurityGroups": [group_structure(group) for group in items], "NextToken": token}


def group_structure(group: Structure) -> Structure:
    """A SecurityGroup structure of the API."""
    return {
        **{name: group[name] for name in ("OwnerId", "GroupId", "GroupName", "Description", "VpcId")},
        "SecurityGroupArn": upstream._security_group_arn(group["GroupId"]),
        INGRESS: permissions(group, INGRESS),
        EGRESS: permissions(group, EGRESS),
        "Tags": tags_of(group["GroupId"]),
    }


def _group_filters(group: Structure) -> Structure:
    filters = {
        "description": lambda: [group["Description"]],
        "group-id": lambda: [group["GroupId"]],
        "group-name": lambda: [group["GroupName"]],
        "owner-id": lambda: [group["OwnerId"]],
        "vpc-id": lambda: [group["VpcId"]],
    }
    for prefix, key in (("ip-permission", INGRESS), ("egress.ip-permission", EGRESS)):
        for name, member in (("protocol", "IpProtocol"), ("from-port", "FromPort"), ("to-port", "ToPort")):
            filters[f"{prefix}.{name}"] = partial(_values, group, key, member)
        for name, value in (("cidr", "CidrIp"), ("ipv6-cidr", "CidrIpv6"), ("prefix-list-id", "PrefixListId"),
                            ("group-id", "GroupId"), ("user-id", "UserId")):  # fmt: skip
            filters[f"{prefix}.{name}"] = partial(_source_values, group, key, value)
    return filters


def _values(group: Structure, key: str, member: str) -> list[Any]:
    return [rule[member] for rule in stored_rules(group, key) if member in rule]


def _source_values(group: Structure, key: str, member: str) -> list[Any]:
    return [_source(rule)[1][member] for rule in stored_rules(group, key) if member in _source(rule)[1]]


def describe_rules(request: Structure) -> Structure:
    """DescribeSecurityGroupRules with ids, filters and pages (API reference)."""
    ids = request.get("SecurityGroupRuleIds", [])
    structures = [
        rule_structure(group, key, rule)
        for group in upstream._security_groups.values()
        for key in (INGRESS, EGRESS)
        for rule in stored_rules(group, key)
    ]
    for missing in sorted(set(ids) - {structure["SecurityGroupRuleId"] for structure in structures}):
        raise _unknown_rule(missing)
    found = [
        structure
        for structure in structures
        if (not ids or structure["SecurityGroupRuleId"] in ids)
        and matches(request.get("Filters", []), structure["SecurityGroupRuleId"], _rule_filters(structure))
    ]
    items, token = page(request, found)
    return {"SecurityGroupRules": items, "NextToken": token}


def _rule_filters(structure: Structure) -> Structure:
    return {
        "group-id": lambda: [structure["GroupId"]],
        "security-group-rule-id": lambda: [structure["SecurityGroupRuleId"]],
    }


def _unknown_rule(rule_id: str) -> Ec2Error:
    return Ec2Error("InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{rule_id}' does not exist")
