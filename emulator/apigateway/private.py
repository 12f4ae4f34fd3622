# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private REST APIs: reached only through an endpoint of execute-api, and only as the resource policy allows.

Sources: API Gateway developer guide, "Private REST APIs", "Invoke a private API", "How API Gateway resource policies
affect authorization workflow"; IAM user guide, aws:SourceVpce and aws:SourceVpc. There is no network here: who names
an endpoint in the host of a request counts as having come through it, and security groups and private DNS decide
nothing. The policy of a private API is evaluated with and without ``--auth``, because it is what makes it private.
"""

from __future__ import annotations

from typing import Any

from ministack.core.arn import execute_api_arn
from ministack.core.iam_evaluator import EvalContext, EvalResult, evaluate_resource_policy
from ministack.core.responses import get_region

from emulator.apigateway import arrival
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Headers, Structure
from emulator.shared.upstream import apigateway_v1 as upstream
from emulator.shared.upstream import ec2

INVOKE = "execute-api:Invoke"
REASONS = {
    "Deny": "with an explicit deny in a {} policy",
    "ImplicitDeny": f"because no {{}} policy allows the {INVOKE} action",
}


def install() -> None:
    """Check how requests reach an API, and tell ministack's own policy check about endpoints."""
    wrap(upstream, "_execute_in_scope", _reached_as_allowed)
    wrap(upstream, "_anonymous_policy_error", _decided_before)


def is_private(api_id: str) -> bool:
    """Whether an API has the endpoint type PRIVATE."""
    api = upstream._rest_apis.get(api_id) or {}
    return "PRIVATE" in (api.get("endpointConfiguration") or {}).get("types", [])


def lacks_policy(api_id: str) -> bool:
    """Whether a private API cannot be deployed, because nothing says who may call it."""
    return is_private(api_id) and not (upstream._rest_apis.get(api_id) or {}).get("policy")


def _reached_as_allowed(original: Function) -> Function:
    async def execute(
        request: Structure,
        api_id: str,
        stage_name: str,
        method: str,
        path: str,
        headers: Headers,
        body: bytes,
        query: Structure,
        account: str,
        region: str,
    ) -> Any:
        arrived = (request, api_id, stage_name, method, path, headers, body, query, account, region)
        stage = (upstream._stages_v1.get(api_id) or {}).get(stage_name)
        if not stage:
            return await original(*arrived)
        endpoint_id = arrival.vpc_endpoint.get()
        if is_private(api_id) != bool(endpoint_id):
            # A private API is reached through VPC endpoints alone, and no other API is (developer guide, private DNS).
            return _forbidden()
        if not endpoint_id:
            return await original(*arrived)
        endpoint = ec2._vpc_endpoints.get(endpoint_id)
        if endpoint is None or not _serves_execute_api(endpoint):
            return _forbidden()
        request["stage"] = stage
        arn = execute_api_arn(region, account, api_id, stage_name, method, path)
        return _refusal(endpoint, arn, account) or await original(*arrived)

    return execute


def _forbidden() -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "ForbiddenException"}
    return 403, headers, b'{"message":"Forbidden"}'


def _serves_execute_api(endpoint: Structure) -> bool:
    """Whether it is an endpoint of this account and region that passes calls of REST APIs on."""
    return (endpoint["ServiceName"], endpoint["State"]) == (
        f"com.amazonaws.{get_region()}.execute-api",
        "available",
    )


def _refusal(endpoint: Structure, arn: str, account: str) -> Answer | None:
    """The answer of a policy that lets nobody through, the endpoint's or the API's; None when both allow."""
    context = _context(endpoint, arn)
    api_policy = (upstream.rest_api_policy_for_arn(arn) or ("",))[0]
    for policy, kind in ((endpoint.get("PolicyDocument"), "VPC endpoint"), (api_policy, "resource-based")):
        decision = evaluate_resource_policy(policy, context) if policy else EvalResult("Allow")
        if decision.decision != "Allow":
            reason = REASONS[decision.decision].format(kind)
            shown = arn.replace(f":{account}:", f":********{account[-4:]}:", 1)
            message = f"User: anonymous is not authorized to perform: {INVOKE} on resource: {shown} {reason}"
            return upstream._gw_error("ACCESS_DENIED", message)
    return None


def _context(endpoint: Structure, arn: str) -> EvalContext:
    addresses = [
        ec2._network_interfaces[interface_id]["PrivateIpAddress"]
        for interface_id in endpoint["NetworkInterfaceIds"]
        if interface_id in ec2._network_interfaces
    ]
    keys = {"aws:sourcevpce": endpoint["VpcEndpointId"], "aws:sourcevpc": endpoint["VpcId"]}
    if addresses:
        # The caller's own address is unknown: it counts as one of the endpoint's subnets.
        keys["aws:vpcsourceip"] = addresses[0]
    return EvalContext("*", "Anonymous", "", INVOKE, arn, get_region(), service_context=keys)


def _decided_before(original: Function) -> Function:
    """ministack evaluates the policy with ``--auth`` and knows no endpoints; for a private API all is decided."""

    def anonymous_policy_error(api_id: str, *arguments: Any) -> Any:
        return None if is_private(api_id) else original(api_id, *arguments)

    return anonymous_policy_error
