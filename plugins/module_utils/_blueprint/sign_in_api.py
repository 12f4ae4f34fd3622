# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST API of a sign-in: its routes, its answers, its stage."""

from __future__ import annotations

import typing as t

from .policies.sign_in import private_api_policy
from .sign_in import PRESIGNED_URL, STAGE, SignIn
from .sign_in_addresses import Addresses

Step = t.Dict[str, t.Any]
# The gateway's own answers must not be kept by a browser or a proxy either.
SAFE_HEADERS = {
    "gatewayresponse.header.Cache-Control": "'no-store'",
    "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
}
# No query string and no header: neither a code nor a token may reach the log. Of the path, the resource that it met
# alone: API Gateway writes values as they are, and a quote in a path would add members of a visitor's own to the line.
ACCESS_LOG_FORMAT = (
    '{"requestId":"$context.requestId","time":"$context.requestTimeEpoch","ip":"$context.identity.sourceIp", '
    '"user":"$context.authorizer.claims.username","method":"$context.httpMethod","path":"$context.resourcePath", '
    '"status":"$context.status","latency":"$context.responseLatency","error":"$context.error.message"}'
)


def rest_api(sign_in: SignIn, at: Addresses) -> Step:
    """Return the arguments of the task that makes the API."""
    name = sign_in.platform.name
    private = {"types": ["PRIVATE"], "vpc_endpoint_ids": [at.api_endpoint_id]}
    responses = {
        "response_parameters": SAFE_HEADERS,
        "response_templates": {"application/json": '{"message": $context.error.messageString}'},
    }
    return {
        "name": name,
        "description": f"Signs members of {name} in to Studio",
        "endpoint_configuration": private if sign_in.is_private else {"types": ["REGIONAL"]},
        "policy": private_api_policy(at.api_endpoint_id) if sign_in.is_private else {},
        "authorizers": [
            {
                "name": "user-pool",
                "type": "COGNITO_USER_POOLS",
                "provider_arns": [at.user_pool_arn],
                "identity_source": "method.request.header.Authorization",
                # The gateway would take a token for as long as this after it ended, as it does not look at it again.
                "authorizer_result_ttl_in_seconds": 0,
            }
        ],
        "request_validators": [
            {"name": "parameters", "validate_request_body": False, "validate_request_parameters": True}
        ],
        "routes": _routes(sign_in),
        "gateway_responses": [{"response_type": f"DEFAULT_{kind}", **responses} for kind in ("4XX", "5XX")],
        "stage": _stage(sign_in),
        "tags": sign_in.all_tags,
        "owner_tags": sign_in.platform.tags,
    }


def _routes(sign_in: SignIn) -> list[Step]:
    integration = {
        "type": "AWS_PROXY",
        "lambda_function_arn": sign_in.function_arn(PRESIGNED_URL),
        "timeout_in_millis": 29000,
    }
    # Nobody signed in yet where these are called, so a flood of them must not use up what those who did may call.
    throttling = {
        "burst_limit": sign_in.portal_throttling_burst_limit,
        "rate_limit": sign_in.portal_throttling_rate_limit,
    }
    page = {"method": "GET", "authorization_type": "NONE", "throttling": throttling, "integration": integration}
    of_members = {
        "method": "GET",
        "authorizer": "user-pool",
        "authorization_scopes": ["openid"],
        "request_parameters": {"method.request.path.domainName": True},
        "request_validator": "parameters",
        "integration": integration,
    }
    return [
        {"path": "/domainName/{domainName}/getPresignedUrl", **of_members},
        {"path": "/domainName/{domainName}/places", **of_members},
        {"path": "/portal", **page},
        {"path": "/", **page},
    ]


def _stage(sign_in: SignIn) -> Step:
    log = {
        "destination_arn": f"{sign_in.logs}:{sign_in.access_log_group}",
        "format": ACCESS_LOG_FORMAT,
    }
    return {
        "name": STAGE,
        **({"access_log_settings": log} if sign_in.access_log else {}),
        "tracing_enabled": sign_in.tracing,
        "throttling": {"burst_limit": sign_in.throttling_burst_limit, "rate_limit": sign_in.throttling_rate_limit},
    }
