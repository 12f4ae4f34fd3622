# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS WAF: web ACLs are put on stages that exist, and are not deleted while a resource uses them.

Source: API reference of AWS WAFV2 (AssociateWebACL, GetWebACLForResource, DeleteWebACL) in the botocore model.
"""

from __future__ import annotations

import re

from ministack.core.responses import json_response

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import apigateway_v1
from emulator.shared.upstream import waf as upstream

STAGE = re.compile(r"arn:aws[a-z-]*:apigateway:[^:]+::/restapis/(?P<api>[^/]+)/stages/(?P<stage>[^/]+)")


def install() -> None:
    """Put the checks in front of ministack's calls."""
    wrap(upstream, "_associate_web_acl", _of_what_exists)
    wrap(upstream, "_get_web_acl_for_resource", _none_for_none)
    wrap(upstream, "_delete_web_acl", _unless_used)
    for ending in ("_delete_rest_api", "_delete_stage"):
        wrap(apigateway_v1, ending, _taking_associations_along)


def missing_stage(resource_arn: str) -> Answer | None:
    """The answer where the ARN names a stage of a REST API that does not exist, else None."""
    found = STAGE.fullmatch(resource_arn)
    if not found or found["stage"] in (apigateway_v1._stages_v1.get(found["api"]) or {}):
        return None
    return upstream._waf_err(
        "WAFNonexistentItemException", "AWS WAF couldn't perform the operation because your resource doesn't exist."
    )


def _of_what_exists(original: Handler) -> Handler:
    def associate_web_acl(data: Structure) -> Answer:
        return missing_stage(data.get("ResourceArn", "")) or original(data)

    return associate_web_acl


def _none_for_none(original: Handler) -> Handler:
    def get_web_acl_for_resource(data: Structure) -> Answer:
        if data.get("ResourceArn") not in upstream._associations:
            return missing_stage(data.get("ResourceArn", "")) or json_response({})
        return original(data)

    return get_web_acl_for_resource


def _taking_associations_along(original: Handler) -> Handler:
    """A stage that goes, alone or with its API, wears nothing any more."""

    def delete(api_id: str, *stage: str) -> Answer:
        answer = original(api_id, *stage)
        for arn in list(upstream._associations):
            found = STAGE.fullmatch(arn)
            if answer[0] < 300 and found and [api_id, *stage] == [found["api"], found["stage"]][: 1 + len(stage)]:
                upstream._associations.pop(arn)
        return answer

    return delete


def _unless_used(original: Handler) -> Handler:
    def delete_web_acl(data: Structure) -> Answer:
        if any(arn.endswith(f"/{data.get('Id')}") for arn in upstream._associations.values()):
            return upstream._waf_err(
                "WAFAssociatedItemException",
                "AWS WAF couldn't perform the operation because your resource is being used by another resource.",
            )
        return original(data)

    return delete_web_acl
