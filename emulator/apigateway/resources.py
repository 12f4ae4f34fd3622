# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of a REST API: a tree whose paths follow from it.

Source: recordings of AWS (localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
TestApiGatewayApiResource); texts that it lacks as public tools quote them.
"""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.apigateway import patch
from emulator.apigateway.answers import bad_request, refused
from emulator.apigateway.patch import InvalidPatch
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import apigateway_v1 as upstream

PATH_PART = re.compile(r"[a-zA-Z0-9._\-:,~]+|\{[a-zA-Z0-9._\-:]+\+?\}")
# A resource id -> resource.
Tree = dict[str, Any]


def install() -> None:
    """Check what becomes of the tree."""
    wrap(upstream, "_create_resource", _checked_resource)
    wrap(upstream, "_delete_resource", _with_children)
    wrap(upstream, "_get_resources", _embedding_methods_on_demand)
    replace(upstream, "_update_resource", update_resource)


def _checked_resource(original: Handler) -> Handler:
    def create_resource(api_id: str, parent_id: str, data: Structure) -> Answer:
        tree = upstream._resources.get(api_id) or {}
        try:
            if parent_id in tree:
                _check_place(tree, {"id": None, "parentId": parent_id, "pathPart": data.get("pathPart") or ""})
        except InvalidPatch as error:
            return refused(error)
        return original(api_id, parent_id, data)

    return create_resource


def _check_place(tree: Tree, resource: Structure) -> None:
    """Raise InvalidPatch where a resource cannot be under its parent with its name."""
    part, parent = resource["pathPart"], tree[resource["parentId"]]
    if not PATH_PART.fullmatch(part):
        raise InvalidPatch(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at "
            "the beginning and the end."
        )
    if parent["pathPart"].endswith("+}"):
        raise InvalidPatch(f"Cannot create a child of a resource with a greedy path variable: {parent['pathPart']}")
    for sibling in tree.values():
        if sibling["id"] == resource["id"] or sibling.get("parentId") != resource["parentId"]:
            continue
        if sibling["pathPart"] == part:
            raise InvalidPatch(
                f"Another resource with the same parent already has this name: {part}", "ConflictException", 409
            )
        if part.startswith("{") and sibling["pathPart"].startswith("{"):
            raise InvalidPatch(
                f"A sibling ({sibling['pathPart']}) of this resource already has a variable path part -- only one is "
                "allowed"
            )


def update_resource(api_id: str, resource_id: str, data: Structure) -> Answer:
    """UpdateResource: a resource gets another name or parent, and all below it other paths."""
    tree = upstream._resources.get(api_id) or {}
    if resource_id not in tree:
        return refused(_unknown())
    operations = data.get("patchOperations") or []
    try:
        patch.apply(tree[resource_id], "resource", operations, lambda changed: _check_move(tree, changed, operations))
    except InvalidPatch as error:
        return refused(error)
    for key in _below(tree, resource_id):
        tree[key]["path"] = upstream._compute_path(api_id, key)
    return upstream._v1_response(tree[resource_id])


def _check_move(tree: Tree, changed: Structure, operations: list[Structure]) -> None:
    if tree[changed["id"]]["path"] == "/":
        for entry in operations:
            raise InvalidPatch(f"Root resource cannot update its {entry['path'].removeprefix('/')}.")
        return
    if changed["parentId"] not in tree:
        raise _unknown()
    if changed["parentId"] in _below(tree, changed["id"]):
        raise InvalidPatch("Resources cannot be cyclical.")
    _check_place(tree, changed)


def _unknown() -> InvalidPatch:
    return InvalidPatch("Invalid Resource identifier specified", "NotFoundException", 404)


def _below(tree: Tree, resource_id: str) -> list[str]:
    """The ids of a resource and of all that are under it."""
    children = [key for key, resource in tree.items() if resource.get("parentId") == resource_id]
    return [resource_id, *(key for child in children for key in _below(tree, child))]


def _with_children(original: Handler) -> Handler:
    def delete_resource(api_id: str, resource_id: str) -> Answer:
        tree = upstream._resources.get(api_id) or {}
        if resource_id in tree and tree[resource_id]["path"] == "/":
            return bad_request("Root resource cannot be deleted")
        for key in _below(tree, resource_id)[1:]:
            del tree[key]
        return original(api_id, resource_id)

    return delete_resource


def _embedding_methods_on_demand(original: Handler) -> Handler:
    """GetResources names the methods of a resource; what they are comes with ``embed=methods`` (API reference)."""

    def get_resources(api_id: str, query: Structure) -> Answer:
        status, headers, body = original(api_id, query)
        embed = query.get("embed") or []
        if status != 200 or "methods" in (embed if isinstance(embed, list) else [embed]):
            return status, headers, body
        listing = json.loads(body)
        for resource in listing["item"]:
            if "resourceMethods" in resource:
                resource["resourceMethods"] = {name: {} for name in resource["resourceMethods"]}
        return status, headers, json.dumps(listing).encode()

    return get_resources
