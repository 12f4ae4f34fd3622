# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A VPC, then its subnets, then the route table of these subnets."""

from __future__ import annotations

import ipaddress
import typing as t

from .._engine import Item, Resource, wait_until_shown
from .._naming import Operations, code_of, unless_missing
from .._plan import Plan
from .._waiting import StudioError, retry
from .common import PROPAGATION_TIME, change_tags, is_unknown, tag_specifications
from .vpc_view import DNS, Thing, find_vpcs, parts_of

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

MISSING = ("InvalidVpcID.NotFound",)
# The members in which a route says what it is for, and where it leads (API reference, Route).
DESTINATIONS = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
TARGETS = (
    "gateway_id",
    "nat_gateway_id",
    "transit_gateway_id",
    "vpc_peering_connection_id",
    "egress_only_internet_gateway_id",
    "network_interface_id",
    "local_gateway_id",
    "carrier_gateway_id",
    "core_network_arn",
    "instance_id",
)
# The argument of CreateRoute for a target, by how its id begins; all others are a gateway_id.
TARGETS_BY_PREFIX = {
    "nat": "nat_gateway_id",
    "tgw": "transit_gateway_id",
    "pcx": "vpc_peering_connection_id",
    "eigw": "egress_only_internet_gateway_id",
    "eni": "network_interface_id",
}


class Place:
    """A VPC that may not be there yet, and what is known of it. creator is without retries: EC2 has no token for it.

    timeout in seconds.
    """

    def __init__(self, operations: Operations, creator: Operations, vpc: Thing | None, timeout: float) -> None:
        self.operations = operations
        self.creator = creator
        self.vpc = vpc
        self.timeout = timeout
        self.id = vpc["vpc_id"] if vpc else ""
        self.subnet_ids = {subnet["cidr_block"]: subnet["subnet_id"] for subnet in (vpc or {}).get("subnets", [])}

    def before(self, name: str) -> list[Thing]:
        """Return the subnets or route_tables (the name) that were there when the VPC was looked at."""
        return list(self.vpc[name]) if self.vpc else []

    def now(self, name: str) -> list[Thing]:
        """Return the same as they are now."""
        return parts_of(self.operations, self.id, name)

    def call(self, operation: str, **values: t.Any) -> Thing:
        """Call an operation with what may be too new to be known everywhere."""
        return retry(lambda: self.operations.call(operation, **values), is_unknown, PROPAGATION_TIME)


class Part(Resource):
    """A VPC, or something in one."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.id = ""

    def wait(self, plan: Plan) -> None:
        wait_until_shown(self, plan, self.place.timeout)

    def change_tags(self, plan: Plan) -> None:
        """Make the tags what the plan says."""
        if "tags" in plan.changes:
            change_tags(self.place.operations, self.id, plan.before["tags"], plan.after["tags"])


class Vpc(Part):
    """The VPC itself. What leads out of it and was not made here is told, and warned of; warn takes a sentence."""

    kind = "vpc"
    immutable = frozenset({"cidr_block"})
    told = frozenset({"internet_gateways", "routes_of_main_table"})

    def __init__(self, place: Place, name: str, match_tags: t.Mapping[str, str], warn: t.Callable[[str], None]) -> None:
        super().__init__(place)
        self.id = place.id
        self.name = name
        self.match_tags = match_tags
        self.warn = warn

    def find_before(self) -> Thing | None:
        shown = shown_vpc(self.place.vpc) if self.place.vpc else None
        for what in sorted(self.told) if shown else ():
            if shown and shown[what]:
                self.warn(
                    f"VPC {self.id} has {what.replace('_', ' ')} that were not made here and are left alone: "
                    f"{', '.join(shown[what])}. Take them out, or find out whose they are."
                )
        return shown

    def find(self) -> Thing | None:
        # Without an id the answer to its creation was lost.
        filters = {"vpc-id": self.id} if self.id else _by_tags(self.match_tags)
        found = unless_missing(lambda: find_vpcs(self.place.operations, filters), MISSING) if filters else None
        if not found:
            return None
        self.id = self.place.id = found[0]["vpc_id"]
        return shown_vpc(found[0])

    def create(self, plan: Plan) -> None:
        made = self.place.creator.call(
            "CreateVpc",
            cidr_block=plan.after["cidr_block"],
            tag_specifications=tag_specifications("vpc", plan.after.get("tags")),
        )
        self.id = self.place.id = made["vpc"]["vpc_id"]
        self._write(plan.after)

    def update(self, plan: Plan) -> None:
        self._write(plan.changes)
        self.change_tags(plan)

    def _write(self, values: t.Mapping[str, t.Any]) -> None:
        # One attribute a call, and support before hostnames, which need it (API reference, ModifyVpcAttribute).
        for name in DNS:
            if name in values:
                self.place.call("ModifyVpcAttribute", vpc_id=self.id, **{name: {"value": values[name]}})


class Subnet(Part):
    """A subnet, by its range."""

    kind = "subnet"
    immutable = frozenset({"availability_zone"})

    def __init__(self, place: Place, cidr: str) -> None:
        super().__init__(place)
        self.name = cidr

    def find_before(self) -> Thing | None:
        return self._the_one(self.place.before("subnets"))

    def find(self) -> Thing | None:
        return self._the_one(self.place.now("subnets"))

    def _the_one(self, subnets: list[Thing]) -> Thing | None:
        for subnet in subnets:
            if subnet["cidr_block"] == self.name:
                self.id = self.place.subnet_ids[self.name] = subnet["subnet_id"]
                return subnet
        return None

    def create(self, plan: Plan) -> None:
        try:
            made = self.place.call(
                "CreateSubnet",
                vpc_id=self.place.id,
                cidr_block=self.name,
                availability_zone=plan.after.get("availability_zone"),
                tag_specifications=tag_specifications("subnet", plan.after.get("tags")),
            )
            self.id = made["subnet"]["subnet_id"]
        except ClientError as error:
            # Another run was faster, or the answer to an earlier attempt was lost.
            if code_of(error) != "InvalidSubnet.Conflict" or not self.find():
                raise
        if plan.after.get("map_public_ip_on_launch"):
            self._write(plan.after)

    def update(self, plan: Plan) -> None:
        if "map_public_ip_on_launch" in plan.changes:
            self._write(plan.changes)
        self.change_tags(plan)

    def _write(self, values: t.Mapping[str, t.Any]) -> None:
        public = {"value": values["map_public_ip_on_launch"]}
        self.place.call("ModifySubnetAttribute", subnet_id=self.id, map_public_ip_on_launch=public)


class RouteTable(Part):
    """The route table of the subnets, which carries match_tags and is not the main one."""

    kind = "route_table"
    unordered = frozenset({"routes", "subnets"})
    told = frozenset({"propagated_routes"})

    def __init__(self, place: Place, name: str, match_tags: t.Mapping[str, str]) -> None:
        super().__init__(place)
        self.name = name
        self.match_tags = match_tags
        self.tables: list[Thing] = []

    def find_before(self) -> Thing | None:
        return self._the_one(self.place.before("route_tables"))

    def find(self) -> Thing | None:
        return self._the_one(self.place.now("route_tables"))

    def _the_one(self, tables: list[Thing]) -> Thing | None:
        self.tables = tables
        ours = [table for table in tables if not is_main(table) and self.match_tags.items() <= table["tags"].items()]
        found = [table for table in ours if table["route_table_id"] == self.id] if self.id else ours
        if len(found) > 1:
            ids = ", ".join(sorted(table["route_table_id"] for table in found))
            raise StudioError(f"VPC {self.place.id} should have one route table with these tags, and there are {ids}.")
        if not found:
            return None
        self.id = found[0]["route_table_id"]
        cidrs = {subnet_id: cidr for cidr, subnet_id in self.place.subnet_ids.items()}
        return {
            **found[0],
            "subnets": sorted(cidrs.get(subnet_id, subnet_id) for subnet_id in subnets_of(found[0])),
            "routes": [text(route) for route in found[0]["routes"] if is_made(route)],
            "propagated_routes": [text(route) for route in found[0]["routes"] if is_propagated(route)],
        }

    def create(self, plan: Plan) -> None:
        def make() -> Thing:
            return self.place.creator.call(
                "CreateRouteTable",
                vpc_id=self.place.id,
                tag_specifications=tag_specifications("route-table", plan.after.get("tags")),
            )

        self.id = retry(make, is_unknown, PROPAGATION_TIME)["route_table"]["route_table_id"]
        self.tables = self.place.now("route_tables")
        self._write({"subnets": [], "routes": []}, plan.after)

    def update(self, plan: Plan) -> None:
        self._write(plan.before, plan.changes)
        self.change_tags(plan)

    def _write(self, before: Thing, changes: t.Mapping[str, t.Any]) -> None:
        if "routes" in changes:
            self._write_routes(before["routes"], changes["routes"])
        if "subnets" in changes:
            for cidr in sorted(set(changes["subnets"]) - set(before["subnets"])):
                self._associate(self.place.subnet_ids[cidr])
            for cidr in sorted(set(before["subnets"]) - set(changes["subnets"])):
                self._dissociate(self.place.subnet_ids.get(cidr, cidr))

    def _write_routes(self, before: list[str], after: list[str]) -> None:
        old = dict(route.split(" ", 1) for route in before)
        new = dict(route.split(" ", 1) for route in after)
        for destination, target in new.items():
            if old.get(destination) != target:
                operation = "ReplaceRoute" if destination in old else "CreateRoute"
                self._call_route(operation, destination, **argument(target))
        for destination in old.keys() - new.keys():
            self._call_route("DeleteRoute", destination)

    def _call_route(self, operation: str, destination: str, **target: str) -> None:
        self.place.call(operation, route_table_id=self.id, **{kind_of(destination): destination}, **target)

    def _associate(self, subnet_id: str) -> None:
        # A subnet has one table: one that goes by another one is moved, and is never without (API reference).
        present = self._association(subnet_id)
        if present:
            self.place.call("ReplaceRouteTableAssociation", association_id=present, route_table_id=self.id)
        else:
            self.place.call("AssociateRouteTable", subnet_id=subnet_id, route_table_id=self.id)

    def _dissociate(self, subnet_id: str) -> None:
        self.place.call("DisassociateRouteTable", association_id=self._association(subnet_id))

    def _association(self, subnet_id: str) -> str | None:
        links = [link for table in self.tables for link in table.get("associations", [])]
        return next((link["route_table_association_id"] for link in links if link.get("subnet_id") == subnet_id), None)


def shown_vpc(vpc: Thing) -> Thing:
    """Return a VPC of find_vpcs() as the module shows it: itself, and what leads out of it."""
    main = [table for table in vpc["route_tables"] if is_main(table)]
    routes = [text(route) for table in main for route in table["routes"] if is_made(route) or is_propagated(route)]
    gateways = sorted(gateway["internet_gateway_id"] for gateway in vpc["internet_gateways"])
    kept = {name: value for name, value in vpc.items() if name not in ("subnets", "route_tables")}
    return {**kept, "internet_gateways": gateways, "routes_of_main_table": routes}


def is_main(table: Thing) -> bool:
    """Tell whether subnets without a table of their own go by this one."""
    return any(link.get("main") for link in table.get("associations", []))


def subnets_of(table: Thing) -> list[str]:
    """Return the ids of the subnets that go by a table."""
    return [link["subnet_id"] for link in table.get("associations", []) if link.get("subnet_id")]


def is_made(route: Thing) -> bool:
    """Tell whether somebody made a route: the VPC's own one and those of gateway endpoints come by themselves.

    EC2 takes routes of endpoints away with the endpoint alone (VPC user guide, "Gateway endpoints").
    """
    gateway = route.get("gateway_id", "")
    return gateway != "local" and not gateway.startswith("vpce-") and not is_propagated(route)


def is_propagated(route: Thing) -> bool:
    """Tell whether a VPN gateway made a route, which nobody else can delete."""
    return route.get("origin") == "EnableVgwRoutePropagation"


def text(route: Thing) -> str:
    """Return a route as a person reads it, such as 0.0.0.0/0 igw-0123456789abcdef0."""
    words = [next((route[name] for name in names if route.get(name)), "nowhere") for names in (DESTINATIONS, TARGETS)]
    return " ".join(words)


def kind_of(destination: str) -> str:
    """Return the argument of CreateRoute for a destination."""
    if destination.startswith("pl-"):
        return "destination_prefix_list_id"
    return "destination_ipv6_cidr_block" if ":" in destination else "destination_cidr_block"


def argument(target: str) -> dict[str, str]:
    """Return the argument of CreateRoute for a target."""
    return {TARGETS_BY_PREFIX.get(target.partition("-")[0], "gateway_id"): target}


def vpc_stages(
    ec2: t.Any, once: t.Any, wanted: Thing, *, warn: t.Callable[[str], None], timeout: float
) -> list[tuple[str, list[Item]]]:
    """Return what has to become of a VPC, after it of its subnets, and after them of their route table.

    ec2 and once are boto3 clients, the latter without retries; wanted are the options of the module. Raises StudioError
    where vpc_id names none, or match_tags several.
    """
    _check_ranges({"cidr_block": wanted["cidr_block"]})
    _check_ranges({f"subnets[{number}].cidr_block": one["cidr_block"] for number, one in enumerate(wanted["subnets"])})
    operations, match_tags = Operations(ec2), {key: str(value) for key, value in (wanted["match_tags"] or {}).items()}
    place = Place(operations, Operations(once), _the_vpc(operations, wanted["vpc_id"], match_tags), timeout)
    table = wanted["route_table"]
    name = str((wanted["tags"] or {}).get("Name") or place.id or wanted["cidr_block"])
    vpc = Vpc(place, name, match_tags, warn)
    return [
        ("vpcs", [Item(vpc, {**_vpc(wanted), "internet_gateways": [], "routes_of_main_table": []})]),
        ("subnets", [Item(Subnet(place, subnet["cidr_block"]), subnet) for subnet in wanted["subnets"]]),
        ("route_tables", [Item(*_route_table(place, wanted, match_tags))] if table else []),
    ]


def _check_ranges(ranges: t.Mapping[str, str]) -> None:
    """Raise StudioError for what is no range, before a VPC is made that has some of its parts."""
    for option, range_ in ranges.items():
        try:
            ipaddress.IPv4Network(range_)
        except ValueError as error:
            raise StudioError(f"{option} is {range_!r}, and must be an IPv4 CIDR block: {error}.") from error


def _vpc(wanted: Thing) -> Thing:
    return {name: wanted[name] for name in ("cidr_block", *DNS, "tags")}


def _route_table(place: Place, wanted: Thing, match_tags: t.Mapping[str, str]) -> tuple[RouteTable, Thing]:
    table = wanted["route_table"]
    name = str((table["tags"] or {}).get("Name", "of the subnets"))
    desired = {
        "tags": table["tags"],
        "subnets": sorted(subnet["cidr_block"] for subnet in wanted["subnets"]),
        "routes": [f"{route['destination']} {route['target']}" for route in table["routes"]],
        "propagated_routes": [],
    }
    return RouteTable(place, name, match_tags), desired


def _by_tags(match_tags: t.Mapping[str, str]) -> dict[str, str]:
    return {f"tag:{key}": value for key, value in match_tags.items()}


def _the_vpc(operations: Operations, vpc_id: str | None, match_tags: t.Mapping[str, str]) -> Thing | None:
    filters = {"vpc-id": vpc_id} if vpc_id else _by_tags(match_tags)
    found = find_vpcs(operations, filters)
    if vpc_id and not found:
        raise StudioError(f"There is no VPC {vpc_id}.")
    if len(found) > 1:
        ids = ", ".join(sorted(vpc["vpc_id"] for vpc in found))
        raise StudioError(f"There should be one VPC with these tags, and there are {ids}. Say which with vpc_id.")
    return found[0] if found else None
