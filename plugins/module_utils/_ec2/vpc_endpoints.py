# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints of a VPC."""

from __future__ import annotations

import json
import typing as t
import uuid
from functools import partial
from types import MappingProxyType

from .._engine import Item, Listed, refuse_duplicates, refuse_empty_purge
from .._naming import Operations, tag_dict, unless_missing
from .._ownership import carries, is_adopted
from .._plan import Plan, same, tags_around
from .._policy import written_as
from .._waiting import StudioError, poll
from .common import change_tags, refuse_unsuccessful, tag_specifications
from .vpc_view import find_services

# DescribeVpcEndpoints raises the first, DeleteVpcEndpoints lists the second (terraform-provider-aws, errors.go).
MISSING = ("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound")
GOING = ("deleting", "deleted")
BROKEN = ("failed", "rejected", "expired")
SETTLED = ("available", "pendingacceptance")  # the owner of the service decides about the latter
PLACES = ("subnet_ids", "security_group_ids", "route_table_ids")

Key = t.Tuple[str, str]  # (service name, endpoint type): S3, for one, has endpoints of both types


def describe(endpoint: dict[str, t.Any], policy: dict[str, t.Any] | None) -> dict[str, t.Any]:
    """Return an endpoint of DescribeVpcEndpoints as the module shows it.

    Adds ``security_group_ids``, ``tags`` as a dict and ``policy``, which is written as the given one where both mean
    the same.
    """
    kept = {key: value for key, value in endpoint.items() if key != "policy_document"}
    actual = json.loads(endpoint.get("policy_document") or "{}")
    return {
        **kept,
        "security_group_ids": sorted(group["group_id"] for group in endpoint.get("groups", [])),
        "policy": written_as(actual, policy),
        "tags": tag_dict(endpoint.get("tags")),
    }


def state_of(endpoint: dict[str, t.Any] | None) -> str:
    """Return the state in lower case, "deleted" for an endpoint that is not there any more."""
    return endpoint["state"].lower() if endpoint else "deleted"


class VpcEndpoint(Listed):
    """One endpoint; current is it as the listing showed it, or None.

    going are the ids of earlier ones that are being deleted, failed those of ours that failed: they hold nothing, and
    give way to a new one. policy is the wanted policy, timeout in seconds.
    """

    kind = "vpc_endpoint"
    unordered = frozenset(PLACES)
    # Whose endpoint it is decides where it is and what it lets pass; of groups an endpoint can have several.
    adoptable = frozenset({"policy", "private_dns_enabled", "route_table_ids", "subnet_ids"})

    def __init__(
        self,
        operations: Operations,
        name: str,
        current: dict[str, t.Any] | None,
        *,
        policy: dict[str, t.Any] | None = None,
        vpc_id: str = "",
        going: t.Collection[str] = (),
        failed: t.Collection[str] = (),
        timeout: float,
    ) -> None:
        super().__init__(describe(current, policy) if current else None)
        self.operations = operations
        self.name = name
        self.id = current["vpc_endpoint_id"] if current else ""
        self.policy = policy
        self.vpc_id = vpc_id
        self.going = going
        self.failed = failed
        self.timeout = timeout
        self.token = str(uuid.uuid4())

    def find(self) -> dict[str, t.Any] | None:
        endpoint = read_endpoint(self.operations, self.id) if self.id else None
        return describe(endpoint, self.policy) if endpoint and state_of(endpoint) not in GOING else None

    def create(self, plan: Plan) -> None:
        if self.failed:
            answer = self.operations.call("DeleteVpcEndpoints", vpc_endpoint_ids=list(self.failed))
            refuse_unsuccessful(answer, f"delete the failed VPC endpoint {self.name}", MISSING)
        # The private DNS names of an endpoint are taken until it is gone.
        wait_until_gone(self.operations, [*self.going, *self.failed], self.timeout)
        made = self.operations.call(
            "CreateVpcEndpoint",
            vpc_id=self.vpc_id,
            client_token=self.token,
            policy_document=json.dumps(plan.after["policy"]) if "policy" in plan.after else None,
            tag_specifications=tag_specifications("vpc-endpoint", plan.after.get("tags")),
            **plan.after,
        )
        self.id = made["vpc_endpoint"]["vpc_endpoint_id"]

    def update(self, plan: Plan) -> None:
        with tags_around(plan, partial(change_tags, self.operations, self.id)):
            if set(plan.changes) - {"tags"}:
                self._wait_until(lambda endpoint: state_of(endpoint) in SETTLED)
                self.operations.call(
                    "ModifyVpcEndpoint", vpc_endpoint_id=self.id, **modification(plan.before, plan.changes)
                )

    def delete(self, plan: Plan) -> None:
        answer = self.operations.call("DeleteVpcEndpoints", vpc_endpoint_ids=[self.id])
        refuse_unsuccessful(answer, f"delete VPC endpoint {self.name}", MISSING)

    def wait(self, plan: Plan) -> None:
        if plan.action == "delete":
            wait_until_gone(self.operations, [self.id], self.timeout)
        elif plan.action != "none" or state_of(plan.before) not in SETTLED:
            self._wait_until(lambda endpoint: state_of(endpoint) in SETTLED and self._shows(endpoint, plan.changes))

    def _shows(self, endpoint: dict[str, t.Any], changes: dict[str, t.Any]) -> bool:
        shown = describe(endpoint, self.policy)
        return all(same(shown.get(key), value, self.lists(), key) for key, value in changes.items() if key != "tags")

    def _wait_until(self, done: t.Callable[[dict[str, t.Any]], bool]) -> None:
        def settled(endpoint: dict[str, t.Any] | None) -> bool:
            if endpoint is not None and state_of(endpoint) in BROKEN:
                reason = (endpoint.get("last_error") or {}).get("message") or "AWS gives no reason"
                raise StudioError(
                    f"VPC endpoint {self.name} ({self.id}) is {state_of(endpoint)}: {reason}. Delete it and run again."
                )
            return endpoint is not None and done(endpoint)

        poll(
            lambda: read_endpoint(self.operations, self.id),
            settled,
            self.timeout,
            f"VPC endpoint {self.name} ({self.id}) to be available",
            thing="VPC endpoint",
        )


def read_endpoint(operations: Operations, endpoint_id: str) -> dict[str, t.Any] | None:
    """Return one endpoint as DescribeVpcEndpoints shows it, None where there is none."""
    answer = (
        unless_missing(lambda: operations.call("DescribeVpcEndpoints", vpc_endpoint_ids=[endpoint_id]), MISSING) or {}
    )
    return next(iter(answer.get("vpc_endpoints", [])), None)


def wait_until_gone(operations: Operations, endpoint_ids: t.Iterable[str], timeout: float) -> None:
    """Block until none of the endpoints is there any more, at most timeout seconds for each."""
    for endpoint_id in endpoint_ids:
        poll(
            partial(read_endpoint, operations, endpoint_id),
            lambda endpoint: state_of(endpoint) == "deleted",
            timeout,
            f"VPC endpoint {endpoint_id} to be gone",
            thing="VPC endpoint",
        )


def modification(before: dict[str, t.Any], changes: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments of ModifyVpcEndpoint, which takes lists as what to add and what to remove."""
    arguments: dict[str, t.Any] = {"private_dns_enabled": changes.get("private_dns_enabled")}
    if "policy" in changes:
        arguments["policy_document"] = json.dumps(changes["policy"])
    for place in PLACES:
        if place in changes:
            present, wanted = set(before.get(place) or []), set(changes[place])
            arguments[f"add_{place}"] = sorted(wanted - present) or None
            arguments[f"remove_{place}"] = sorted(present - wanted) or None
    return arguments


def key_of(endpoint: dict[str, t.Any]) -> Key:
    """Return what tells the endpoints of one VPC apart."""
    return endpoint["service_name"], endpoint["vpc_endpoint_type"]


def name_of(key: Key) -> str:
    """Return what messages and results call an endpoint: its service, with the rarer type."""
    service, kind = key
    return service if kind == "Interface" else f"{service} ({kind})"


def list_endpoints(operations: Operations, vpc_id: str) -> list[dict[str, t.Any]]:
    """Return all endpoints of a VPC but those that AWS services made for themselves."""
    listed = operations.pages("DescribeVpcEndpoints", "vpc_endpoints", filters=[{"name": "vpc-id", "values": [vpc_id]}])
    return [endpoint for endpoint in listed if not endpoint.get("requester_managed")]


def refuse_unknown_services(operations: Operations, keys: t.Collection[Key]) -> None:
    """Raise StudioError naming the services that the region does not offer as endpoints of that type."""
    if not keys:
        return
    details = find_services(operations, [service for service, _kind in keys])
    offered = {(item["service_name"], kind["service_type"]) for item in details for kind in item["service_type"]}
    unknown = sorted(name_of(key) for key in keys if key not in offered)
    if unknown:
        raise StudioError(
            f"Region {operations.client.meta.region_name} has no endpoint services {', '.join(unknown)}. Correct the "
            "names or leave them out."
        )


def endpoint_items(
    ec2: t.Any,
    vpc_id: str,
    endpoints: list[dict[str, t.Any]],
    *,
    tags: dict[str, str] | None,
    state: str,
    purge: bool,
    purge_all: bool,
    purge_match_tags: dict[str, str],
    wait: bool,
    timeout: float,
    match_tags: t.Mapping[str, t.Any] = MappingProxyType({}),
    adoption_tags: dict[str, str] | None = None,
) -> list[Item]:
    """Return an Item for each endpoint that is listed and, with purge, for each of ours that is not.

    tags go on all of them; purge_match_tags tell which endpoints are ours. adoption_tags mark an endpoint that exists
    without match_tags: it is taken over as it is and gets our security groups beside its own.

    Raises StudioError for an endpoint listed twice or there twice, for unknown services and for a purge that would
    remove all without purge_all.
    """
    keys = [key_of(endpoint) for endpoint in endpoints]
    refuse_duplicates(map(name_of, keys), "endpoints")
    refuse_empty_purge(endpoints, purge, purge_all, "endpoints")
    operations = Operations(ec2)
    listed = list_endpoints(operations, vpc_id)
    live = [endpoint for endpoint in listed if state_of(endpoint) not in GOING]
    failed = [endpoint for endpoint in live if state == "present" and _gives_way(endpoint, match_tags, adoption_tags)]
    current = {key: the_only(key, [endpoint for endpoint in live if endpoint not in failed]) for key in keys}
    going = {key: [e["vpc_endpoint_id"] for e in listed if key_of(e) == key and e not in live] for key in keys}
    if state == "present":
        refuse_unknown_services(operations, [key for key in keys if current[key] is None])
    elif wait:
        wait_until_gone(operations, [endpoint_id for ids in going.values() for endpoint_id in ids], timeout)

    marks = adoption_tags or {}

    def item(key: Key, endpoint: dict[str, t.Any]) -> Item:
        resource = VpcEndpoint(
            operations,
            name_of(key),
            current[key],
            policy=endpoint["policy"],
            vpc_id=vpc_id,
            going=going[key],
            failed=[endpoint["vpc_endpoint_id"] for endpoint in failed if key_of(endpoint) == key],
            timeout=timeout,
        )
        desired = {**endpoint, "tags": wanted_tags(tags, endpoint["tags"])}
        present = current[key]
        if present and is_adopted(tag_dict(present.get("tags")), match_tags, marks):
            resource.adopted, resource.adoption_tags = True, marks
            desired["security_group_ids"] = with_present_groups(present, desired.get("security_group_ids"))
        return Item(resource, desired, state)

    tagged = [(endpoint, tag_dict(endpoint.get("tags"))) for endpoint in live]
    ours = [e for e, tags in tagged if carries(tags, purge_match_tags) and not (marks and carries(tags, marks))]
    unlisted = [e for e in ours if purge and key_of(e) not in keys]
    return [item(key, endpoint) for key, endpoint in zip(keys, endpoints)] + [
        Item(VpcEndpoint(operations, endpoint["vpc_endpoint_id"], endpoint, timeout=timeout), state="absent")
        for endpoint in unlisted
    ]


def _gives_way(
    endpoint: dict[str, t.Any], match_tags: t.Mapping[str, t.Any], adoption_tags: t.Mapping[str, str] | None
) -> bool:
    """Tell whether an endpoint failed, and was made by us."""
    tags = tag_dict(endpoint.get("tags"))
    is_ours = bool(match_tags) and carries(tags, match_tags) and not (adoption_tags and carries(tags, adoption_tags))
    return is_ours and state_of(endpoint) == "failed"


def the_only(key: Key, endpoints: list[dict[str, t.Any]]) -> dict[str, t.Any] | None:
    """Return the endpoint of a key, None where there is none. Raises StudioError where there are several."""
    found = [endpoint for endpoint in endpoints if key_of(endpoint) == key]
    if len(found) > 1:
        ids = ", ".join(sorted(endpoint["vpc_endpoint_id"] for endpoint in found))
        raise StudioError(f"The VPC has {len(found)} endpoints for {name_of(key)}: {ids}. Delete all but one of them.")
    return found[0] if found else None


def with_present_groups(endpoint: dict[str, t.Any], wanted: list[str] | None) -> list[str] | None:
    """Return the wanted security groups and those that the endpoint has; None where nothing is said about groups."""
    present = [group["group_id"] for group in endpoint.get("groups", [])]
    return None if wanted is None else sorted({*wanted, *present})


def wanted_tags(common: dict[str, str] | None, own: dict[str, str] | None) -> dict[str, str] | None:
    """Return the tags of one endpoint, None where nothing is said about tags."""
    return None if common is None and own is None else {**(common or {}), **(own or {})}
