# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The EC2 overlay: what AWS checks and ministack does not, and what holds for every action (DryRun, pages, tags)."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

from emulator.ec2 import (
    blocks,
    dependencies,
    endpoint_services,
    endpoints,
    flow_logs,
    network_interfaces,
    new_vpcs,
    regions,
    security_groups,
)
from emulator.ec2.protocol import Ec2Error, guard, with_own_pages
from emulator.ec2.taggable import check_ids, refused_kind
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, AsyncHandler, Headers, Structure
from emulator.shared.tag_rules import MAXIMUM, count_together
from emulator.shared.upstream import ec2 as upstream

PARTS = (
    network_interfaces,
    endpoint_services,
    endpoints,
    flow_logs,
    new_vpcs,
    security_groups,
    dependencies,
    # After the checks of the blocks, so that they see what is taken of them.
    blocks,
    regions,
)
TOO_MANY_TAGS = (
    "TagLimitExceeded",
    "You've reached the limit on the number of tags that you can assign to the specified resource.",
)
TAG_OF_A_SPECIFICATION = re.compile(r"TagSpecification\.(\d+)\.Tag\.\d+\.Key")
NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
# Prefix of an id -> (ministack's store, what the "not found" error calls it).
TAGGABLE = {
    "sg-": (upstream._security_groups, "InvalidGroup.NotFound", "security group"),
    "vpc-": (upstream._vpcs, "InvalidVpcID.NotFound", "vpc ID"),
    "subnet-": (upstream._subnets, "InvalidSubnetID.NotFound", "subnet ID"),
    "igw-": (upstream._internet_gateways, "InvalidInternetGatewayID.NotFound", "internetGateway ID"),
    "rtb-": (upstream._route_tables, "InvalidRouteTableID.NotFound", "routeTable ID"),
    "eni-": (upstream._network_interfaces, "InvalidNetworkInterfaceID.NotFound", "networkInterface ID"),
    "vpce-": (upstream._vpc_endpoints, "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id"),
    "fl-": (upstream._flow_logs, "InvalidFlowLogId.NotFound", "FlowLog ID"),
}


def install() -> None:
    """Install every part of the EC2 overlay."""
    for part in PARTS:
        part.install()
    guard("CreateTags", "_create_tags", check_tags)
    guard("DeleteTags", "_delete_tags", check_ids)
    wrap(upstream, "handle_request", _for_every_action)


def check_tags(request: Structure) -> None:
    """Tags go to things that exist, with no more than 50 in all, and their keys do not begin with ``aws:``.

    Sources: API reference CreateTags; EC2 error codes (TagLimitExceeded).
    """
    check_ids(request)
    for tag in request.get("Tags", []):
        if tag.get("Key", "").startswith("aws:"):
            raise Ec2Error("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
    for resource_id in request.get("Resources", []):
        for prefix, (store, code, noun) in TAGGABLE.items():
            if resource_id.startswith(prefix) and resource_id not in store:
                raise Ec2Error(code, f"The {noun} '{resource_id}' does not exist")
        if count_together(upstream._tags.get(resource_id, []), request.get("Tags", [])) > MAXIMUM:
            raise Ec2Error(*TOO_MANY_TAGS)


def _for_every_action(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        parameters = dict(query)
        if method == "POST" and body:
            text = body if isinstance(body, str) else body.decode("utf-8", errors="replace")
            parameters.update(upstream.parse_qs(text))
        action = upstream._p(parameters, "Action")
        if upstream._p(parameters, "DryRun").lower() == "true" and action in upstream._ACTION_MAP:
            return upstream._error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        given = Counter(found[1] for found in map(TAG_OF_A_SPECIFICATION.fullmatch, parameters) if found)
        if given and max(given.values()) > MAXIMUM:
            return upstream._error(*TOO_MANY_TAGS, 400)
        refused = refused_kind(action, parameters)
        if refused:
            return upstream._error(*refused, 400)
        answer = await original(method, path, headers, body, query)
        size = upstream._p(parameters, "MaxResults")
        if answer[0] != 200 or not size or upstream._ACTION_MAP[action] in with_own_pages:
            return answer
        return one_page(answer, int(size), int(upstream._p(parameters, "NextToken") or 0))

    return handle_request


def one_page(answer: Answer, size: int, start: int) -> Answer:
    """Cut a Describe answer of ministack, which ignores MaxResults, to ``size`` items from ``start`` on."""
    status, headers, body = answer
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(body)  # nosec B314 # noqa: S314 - this is our own answer, not a client's text
    found = next((child for child in root if child.find(f"{{{NAMESPACE}}}item") is not None), None)
    if found is None:
        return answer
    items = list(found)
    for item in items[:start] + items[start + size :]:
        found.remove(item)
    if start + size < len(items):
        ElementTree.SubElement(root, f"{{{NAMESPACE}}}nextToken").text = str(start + size)
    return status, headers, ElementTree.tostring(root, xml_declaration=True, encoding="UTF-8")
