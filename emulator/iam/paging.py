# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of IAM in pages: MaxItems (100 unless told otherwise), Marker and IsTruncated, which ministack ignores.

Source: IAM API reference, "MaxItems" and "Marker" of the List operations. Operations with several lists in one answer
(ListEntitiesForPolicy, GetAccountAuthorizationDetails) stay unpaged.
"""

from __future__ import annotations

from xml.etree import ElementTree

from emulator.shared import paging
from emulator.shared.patching import wrap_entry
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import iam as upstream

TABLE = "ministack.services.iam._IAM_HANDLERS"
NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
DEFAULT_SIZE = 100
PAGED = (
    "GetGroup",
    "ListAccessKeys",
    "ListAttachedGroupPolicies",
    "ListAttachedRolePolicies",
    "ListAttachedUserPolicies",
    "ListGroupPolicies",
    "ListGroups",
    "ListGroupsForUser",
    "ListInstanceProfiles",
    "ListInstanceProfilesForRole",
    "ListInstanceProfileTags",
    "ListPolicies",
    "ListPolicyTags",
    "ListPolicyVersions",
    "ListRolePolicies",
    "ListRoles",
    "ListRoleTags",
    "ListUserPolicies",
    "ListUsers",
    "ListUserTags",
    "SimulateCustomPolicy",
    "SimulatePrincipalPolicy",
)


def install() -> None:
    """Page the operations of PAGED."""
    for action in PAGED:
        wrap_entry(TABLE, upstream._IAM_HANDLERS, action, _paged)


def _paged(original: Handler) -> Handler:
    def handler(parameters: Structure) -> Answer:
        answer = original(parameters)
        if answer[0] != 200:
            return answer
        size = int(upstream._p(parameters, "MaxItems") or DEFAULT_SIZE)
        try:
            return one_page(answer, paging.start_of(upstream._p(parameters, "Marker")), size)
        except paging.InvalidMarker:
            return upstream._error(400, "ValidationError", "Invalid Marker.", ns="iam")

    return handler


def one_page(answer: Answer, start: int, size: int) -> Answer:
    """Cut an answer of ministack to ``size`` items from ``start`` on, and say whether there are more."""
    status, headers, body = answer
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(body)  # nosec B314 # noqa: S314 - this is our own answer, not a client's text
    result = root[0]
    items = next((child for child in result if child.find(f"{{{NAMESPACE}}}member") is not None), None)
    following = None if items is None else paging.cut_xml(items, start, size)
    if items is None or (start == 0 and following is None):
        return answer
    truncated = result.find(f"{{{NAMESPACE}}}IsTruncated")
    if truncated is not None:
        truncated.text = "true" if following else "false"
    if following:
        ElementTree.SubElement(result, f"{{{NAMESPACE}}}Marker").text = paging.marker(following)
    return status, headers, ElementTree.tostring(root, xml_declaration=True, encoding="UTF-8")
