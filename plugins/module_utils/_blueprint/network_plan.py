# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a platform's network: the arguments of every task of the role network, by the task's part (steps.py)."""

from __future__ import annotations

import typing as t

from . import adopted_vpc
from .endpoint_places import chosen_zones, place_mistakes, place_notes, unplaced
from .found import NO_ID, Results, Thing, tags_of
from .network import Network
from .network_found import FoundNetwork, found_network
from .policies.network import (
    api_endpoint_policy,
    flow_log_policy,
    flow_log_trust,
    interface_endpoint_policy,
    s3_endpoint_policy,
    studio_endpoint_policy,
)
from .steps import VPC
from .subnets import cidr_mistakes, subnet_cidrs
from .turns import turns_table, turns_table_arguments

Step = t.Dict[str, t.Any]
Steps = t.Dict[str, t.Optional[Step]]
ADOPTED = {"Adopted": "true"}
# By it the endpoint of private APIs is found when it is wanted no more.
PRIVATE_API = {"Purpose": "private-api"}
GROUPS = ("clients", "endpoints", "browsers")


def found_mistakes(network: Network, results: Results) -> list[str]:
    """Return what keeps the network from being made of what was found, a sentence each; [] before it was looked for."""
    if VPC.name not in results:
        return []
    found = found_network(results)
    mistakes = vpc_mistakes(network, found)
    if not mistakes:
        mistakes = (adoption_mistakes if found.is_adopted(network) else subnet_mistakes)(network, found)
    return mistakes or place_mistakes(network, found.offers or {}, _zones(network, found))


def adoption_mistakes(network: Network, found: FoundNetwork) -> list[str]:
    """Return a list of one sentence where the platform cannot live in the VPC that somebody else made, else []."""
    wrong = found.place(network).mistakes
    return [f"VPC {_vpc_id(network, found)} cannot be taken over: {' '.join(wrong)}"] if wrong else []


def vpc_mistakes(network: Network, found: FoundNetwork) -> list[str]:
    """Return what keeps the platform from living in the VPC that was found, a sentence each."""
    chosen, platform = found.chosen_vpcs(network), network.platform
    if network.vpc_id and not chosen:
        owner = tags_of(found.vpcs[0]).get("Platform") if found.vpcs else None
        why = (
            f"VPC {network.vpc_id} belongs to another platform, {owner}."
            if owner
            else (f"there is no VPC {network.vpc_id} in {platform.region}.")
        )
        return [f"network_vpc_id: {why}"]
    if len(chosen) > 1:
        ids = ", ".join(sorted(vpc["vpc_id"] for vpc in chosen))
        return [f"Platform {platform.name} should have one VPC, and there are {ids}. Say which with network_vpc_id."]
    wrong = [vpc for vpc in chosen if not found.is_adopted(network) and vpc["cidr_block"] != network.cidr]
    return [
        f"Platform {platform.name} should have a VPC with the range {network.cidr}, and it has {vpc['cidr_block']}. A "
        "VPC's range is set when it is made: keep it, or make another platform."
        for vpc in wrong
    ]


def subnet_mistakes(network: Network, found: FoundNetwork) -> list[str]:
    """Return why there cannot be so many subnets, a sentence each."""
    sentences = cidr_mistakes(network.cidr, network.subnet_count, list(found.own_zones(network)))
    zones = len(found.zones)
    if zones and network.subnet_count > zones:
        sentences.append(
            f"{network.platform.region} has {zones} zones, and no zone gets two subnets. Say {zones} or less."
        )
    return [f"network_subnet_count: {sentence}" for sentence in sentences]


def network_plan(network: Network, found: FoundNetwork) -> Steps:
    """Return the arguments by part; a part that this network does without is None."""
    adopted = found.is_adopted(network)
    return {
        "lookups": {
            "filters": {"vpc-id": network.vpc_id} if network.vpc_id else {"tag:Name": network.platform.name},
            "endpoint_services": network.interface_services,
        },
        **(_adopted_vpc(network, found) if adopted else _own_vpc(network, found)),
        "security_groups": _security_groups(network, found, adopted),
        "endpoints": _endpoints(network, found, adopted),
        **_flow_logs(network, found),
        "turns_table": turns_table_arguments(network.platform, network.all_tags),
        "result": _result(network, found, adopted),
    }


def removal_plan(network: Network, left_endpoints: t.Sequence[Thing]) -> dict[str, Step]:
    """Return the arguments by step of the tasks that take the network down.

    left_endpoints: those in an adopted VPC that were there before the platform.
    """
    tags = network.platform.tags
    groups = [network.group_name(purpose) for purpose in GROUPS]
    return {
        "look": {
            "match_tags": tags,
            "adoption_tag": "Adopted",
            "security_group_names": groups,
            "leaving_security_group_names": list(network.leaving_groups),
        },
        "endpoints": {
            "match_tags": tags,
            "adoption_tags": ADOPTED,
            "adopted": {"tag:Platform": network.platform.name, "tag-key": "Adopted"},
            "released": adopted_vpc.released_endpoints(network, left_endpoints),
        },
        "security_groups": {"names": groups, "match_tags": tags},
        "tags": {"released": {**tags, **ADOPTED}},
        "turns_table": {"name": turns_table(network.platform)},
        "flow_log": {
            "log_group_name": network.flow_log_group,
            "log_groups": [{"name": network.flow_log_group}],
            "policies": [{"name": network.flow_log_role}],
            "roles": [{"name": network.flow_log_role}],
        },
    }


def _own_vpc(network: Network, found: FoundNetwork) -> Steps:
    name, tags = network.platform.name, network.all_tags
    chosen = found.chosen_vpcs(network)
    return {
        "adoption": None,
        "vpc": {
            "vpc_id": chosen[0]["vpc_id"] if chosen else None,
            "match_tags": network.platform.tags,
            "cidr_block": network.cidr,
            "enable_dns_support": True,
            "enable_dns_hostnames": True,
            "tags": {**tags, "Name": name},
            "subnets": [
                {
                    "cidr_block": cidr,
                    "availability_zone": zone,
                    "map_public_ip_on_launch": False,
                    "tags": {**tags, "Name": f"{name}-isolated-{zone}"},
                }
                for cidr, zone in _own_subnets(network, found).items()
            ],
            # Without a route to anywhere.
            "route_table": {"tags": {**tags, "Name": f"{name}-isolated"}, "routes": []},
        },
    }


def _own_subnets(network: Network, found: FoundNetwork) -> dict[str, str]:
    """Return the zones of the subnets that the platform's own VPC should have, by their ranges."""
    if subnet_mistakes(network, found):
        return {}
    # A subnet keeps its zone, whatever zones there are by now.
    present = found.own_zones(network)
    ranges = subnet_cidrs(network.cidr, network.subnet_count, list(present))
    new = [one for one in ranges if one not in present]
    zones = chosen_zones(network, found.offers or {}, found.zones, len(new), [*present.values()])
    all_zones = {**dict(zip(new, zones)), **present}
    return {one: all_zones[one] for one in ranges if one in all_zones}


def _zones(network: Network, found: FoundNetwork) -> list[str]:
    """Return the zones in which an endpoint can have a subnet."""
    if found.is_adopted(network):
        return [zone for _subnet_id, zone in found.place(network).endpoint_subnets]
    return [*_own_subnets(network, found).values()]


def _adopted_vpc(network: Network, found: FoundNetwork) -> Steps:
    """Only tags are written on the VPC and its subnets, and by them they are known from then on."""
    return {
        "adoption": {
            "resource_ids": [_vpc_id(network, found), *found.place(network).subnet_ids],
            "tags": {**network.platform.tags, **ADOPTED},
        },
        "vpc": None,
    }


def _security_groups(network: Network, found: FoundNetwork, adopted: bool) -> Step:
    """The group that every domain wears, those of the endpoints, and the one that EC2 makes, which is closed."""
    https = {"proto": "tcp", "ports": [443]}
    browsers = {**https, "cidr_ip": list(network.browser_cidrs), "rule_desc": "Browsers of people"}
    # The VPC has no route out, so this reaches the endpoints and, through the gateway, S3.
    endpoints = {**https, "cidr_ip": "0.0.0.0/0", "rule_desc": "Endpoints and S3"}
    clients = {**https, "group_name": network.group_name("clients"), "rule_desc": "Studio apps"}
    groups = [
        _group(network, "clients", "Studio apps of all teams, which may reach the endpoints", [], [endpoints]),
        _group(network, "endpoints", "Interface endpoints, open to Studio apps only", [clients], []),
    ]
    if network.private_api:
        open_to_people = "Endpoints of Studio and of private APIs, open to people outside the VPC"
        groups.append(_group(network, "browsers", open_to_people, [browsers] if network.browser_cidrs else [], []))
    if not adopted:
        groups.append({"name": "default", "rules": [], "rules_egress": []})
    return {
        "vpc_id": _vpc_id(network, found),
        "security_groups": groups,
        "tags": network.all_tags,
        "owner_tags": network.platform.tags,
    }


def _group(network: Network, purpose: str, description: str, rules: list[Step], rules_egress: list[Step]) -> Step:
    name = network.group_name(purpose)
    return {
        "name": name,
        "description": description,
        "rules": rules,
        "rules_egress": rules_egress,
        "tags": {"Name": name},
    }


def _endpoints(network: Network, found: FoundNetwork, adopted: bool) -> Step:
    return {
        "vpc_id": _vpc_id(network, found),
        "endpoints": wanted_endpoints(network, found),
        "tags": {**network.all_tags, **({} if adopted else {"Name": network.platform.name})},
        "match_tags": network.platform.tags,
        "adoption_tags": ADOPTED,
        "purge": True,
        # Nothing but the endpoint of a private API that is wanted no more.
        "purge_match_tags": {**PRIVATE_API, **network.platform.tags},
    }


def wanted_endpoints(network: Network, found: FoundNetwork) -> list[Step]:
    """Return the endpoints in the form of vpc_endpoints: S3, those of the services, and that of private APIs."""
    place = found.place(network) if found.is_adopted(network) else None
    subnets = place.endpoint_subnets if place else found.subnets
    own_group = found.group_id(network, "endpoints")
    for_browsers = [own_group, *([found.group_id(network, "browsers")] if network.private_api else [])]
    interface = {
        "vpc_endpoint_type": "Interface",
        "security_group_ids": [own_group],
        "private_dns_enabled": True,
        "policy": interface_endpoint_policy(network),
    }
    special = {
        network.studio_service: {"security_group_ids": for_browsers, "policy": studio_endpoint_policy(network)},
        **({network.api_service: _api_endpoint(network, for_browsers)} if network.private_api else {}),
    }
    left_out = unplaced(network, found.offers, _zones(network, found)) if found.offers is not None else {}
    route_tables = place.route_table_ids if place else [found.route_table_id or f"rtb-{NO_ID}"]
    return [
        {
            "service_name": f"com.amazonaws.{network.platform.region}.s3",
            "vpc_endpoint_type": "Gateway",
            "route_table_ids": route_tables,
            "policy": s3_endpoint_policy(network),
        },
        *(
            _placed({"service_name": name, **interface, **special.get(name, {})}, subnets, found)
            for name in network.interface_services
            if name not in left_out
        ),
    ]


def _placed(endpoint: Step, subnets: t.Sequence[tuple[str, str]], found: FoundNetwork) -> Step:
    """Return an endpoint in the subnets where its service is, and without a policy where that takes none."""
    offer = (found.offers or {}).get(endpoint["service_name"])
    there = [subnet_id for subnet_id, zone in subnets if offer is None or zone in offer.zones]
    without = () if offer is None or offer.takes_policy else ("policy",)
    return {**{name: value for name, value in endpoint.items() if name not in without}, "subnet_ids": there}


def _api_endpoint(network: Network, group_ids: list[str]) -> Step:
    """Its private names would hide every public API from who resolves names in this VPC, so its own names are used."""
    return {
        "security_group_ids": group_ids,
        "private_dns_enabled": False,
        "policy": api_endpoint_policy(network),
        "tags": PRIVATE_API,
    }


def _flow_logs(network: Network, found: FoundNetwork) -> Steps:
    if not network.flow_logs:
        return {"flow_log_group": None, "flow_log_role": None, "flow_log": None}
    role, description = network.flow_log_role, f"Lets VPC flow logs of {network.platform.name} write to CloudWatch Logs"
    iam = f"arn:{network.platform.partition}:iam::{network.platform.account_id}"
    return {
        "flow_log_group": {
            "log_groups": [{"name": network.flow_log_group, "retention_in_days": network.log_retention_days}],
            "tags": network.all_tags,
            "owner_tags": network.platform.tags,
        },
        "flow_log_role": {
            "policies": [{"name": role, "description": description, "document": flow_log_policy(network)}],
            "roles": [
                {
                    "name": role,
                    "path": "/",
                    "description": description,
                    "assume_role_policy_document": flow_log_trust(network),
                    "policy_arns": [f"{iam}:policy/{role}"],
                }
            ],
            "tags": network.all_tags,
            "owner_tags": network.platform.tags,
        },
        "flow_log": {
            "resource_id": _vpc_id(network, found),
            "traffic_type": "ALL",
            "log_group_name": network.flow_log_group,
            "deliver_logs_permission_arn": f"{iam}:role/{role}",
            "tags": {**network.all_tags, "Name": network.platform.name},
        },
    }


def _result(network: Network, found: FoundNetwork, adopted: bool) -> Step:
    """What the role tells at its end."""
    return {
        "vpc_id": _vpc_id(network, found),
        "subnet_ids": found.place(network).subnet_ids if adopted else list(found.subnet_ids),
        "client_security_group_id": found.group_id(network, "clients"),
        "vpc_endpoints": {one["service_name"]: one.get("vpc_endpoint_id", "predicted") for one in found.vpc_endpoints},
        "differences": _differences(network, found, adopted),
        "notes": [] if found.offers is None else place_notes(network, found.offers, _zones(network, found)),
    }


def _differences(network: Network, found: FoundNetwork, adopted: bool) -> list[str]:
    """What an adopted network keeps, a sentence for each."""
    sentences = [
        f"endpoint {service} keeps its own {', '.join(sorted(kept)).replace('_', ' ')}."
        for service, kept in found.endpoint_differences.items()
    ]
    if not adopted:
        return sentences
    vpc = found.chosen_vpcs(network)[0]
    if vpc["cidr_block"] != network.cidr:
        sentences.append(f"VPC {vpc['vpc_id']} has the range {vpc['cidr_block']}; network_cidr means nothing for it.")
    return [
        *sentences,
        f"VPC {vpc['vpc_id']} keeps its route tables, its default security group and whatever else is in it.",
    ]


def _vpc_id(network: Network, found: FoundNetwork) -> str:
    if found.is_adopted(network):
        return str(found.chosen_vpcs(network)[0]["vpc_id"])
    return found.vpc_id or f"vpc-{NO_ID}"
