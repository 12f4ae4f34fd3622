# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that come through an interface endpoint: aws:SourceVpce and aws:SourceVpc for functions that live in a VPC.

Only with ``--auth``. A function in a VPC reaches a service through the endpoint that has taken over the service's name
there (private DNS). There is no network here: a function is known by its session, which Lambda names after it.
Sources: IAM user guide, global condition keys; Lambda developer guide, "Giving Lambda functions access to a VPC"; VPC
user guide, "Access an AWS service using an interface endpoint".
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core.responses import get_region

from emulator.shared.patching import wrap
from emulator.shared.shapes import Function, Structure
from emulator.shared.upstream import ec2, iam_evaluator, lambda_svc

SESSION = re.compile(r"arn:[^:]+:sts::\d+:assumed-role/(?P<role>[^/]+)/(?P<name>[^/]+)")
# Endpoints that are not called like the service.
NAMES = {"sagemaker": "sagemaker.api", "cloudwatch": "monitoring"}


def install() -> None:
    """Put the keys into the context of every decision."""
    wrap(iam_evaluator, "enforce", _with_endpoint)


def _with_endpoint(original: Function) -> Function:
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Structure | None = None,
    ) -> Any:
        context = {**(service_context or {}), **keys_of(endpoint_of(iam_evaluator.caller_arn(), service))}
        return original(access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=context)

    return enforce


def keys_of(endpoint: Structure | None) -> dict[str, str]:
    """The condition keys of a request through an endpoint, {} for one that came over the internet."""
    if endpoint is None:
        return {}
    return {"aws:SourceVpce": endpoint["VpcEndpointId"], "aws:SourceVpc": endpoint["VpcId"]}


def endpoint_of(caller: str, service: str) -> Structure | None:
    """The endpoint through which a caller's request to a service comes, for a function whose VPC has one, else None."""
    session = SESSION.fullmatch(caller)
    function = lambda_svc._functions.get(session["name"]) if session else None
    if not session or not function or not function["config"]["Role"].endswith(f"/{session['role']}"):
        return None
    subnets = [ec2._subnets.get(each) for each in (function["config"].get("VpcConfig") or {}).get("SubnetIds") or []]
    vpcs = {subnet["VpcId"] for subnet in subnets if subnet}
    name = f"com.amazonaws.{get_region()}.{NAMES.get(service, service)}"
    return next(
        (
            endpoint
            for endpoint in ec2._vpc_endpoints.values()
            if endpoint["VpcId"] in vpcs
            and endpoint["ServiceName"] == name
            and endpoint["State"] == "available"
            and endpoint.get("PrivateDnsEnabled")
        ),
        None,
    )
