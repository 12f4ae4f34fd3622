# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private sign-in: who reaches the API, which URLs open where, and what Lambda may do for the function."""

from __future__ import annotations

import pytest

from tests.unit.policies import rendering
from tests.unit.policies.evaluation import Request, decide

ENDPOINTS = {
    "com.amazonaws.eu-central-1.execute-api": "vpce-api",
    "com.amazonaws.eu-central-1.sagemaker.api": "vpce-sagemaker",
    "aws.sagemaker.eu-central-1.studio": "vpce-studio",
    "com.amazonaws.eu-central-1.sts": "vpce-sts",
}
PRIVATE = {"login_endpoint_type": "private", "login_network": {"vpc_id": "vpc-1", "vpc_endpoints": ENDPOINTS}}
ADA = "arn:aws:sagemaker:eu-central-1:111111111111:user-profile/d-1/ada"
FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:sagemaker-studio-presigned-url"
INTERFACE = {"arn:aws:ec2:eu-central-1:111111111111:network-interface/eni-1": {}}


def function_policy(**variables):
    return rendering.login(**variables).documents["presigned_url"]


@pytest.mark.parametrize(
    ("variables", "keys", "decision"),
    [
        (PRIVATE, {"aws:SourceVpce": "vpce-sagemaker"}, "Allow"),
        (PRIVATE, {"aws:SourceVpce": "vpce-studio"}, "Allow"),
        (PRIVATE, {"aws:SourceVpce": "vpce-sts"}, "ImplicitDeny"),
        (PRIVATE, {"aws:SourceVpce": "vpce-of-somebody"}, "ImplicitDeny"),
        (PRIVATE, {}, "ImplicitDeny"),
        ({}, {}, "Allow"),
    ],
)
def test_url_of_a_private_sign_in_opens_through_both_endpoints_and_nowhere_else(variables, keys, decision):
    """The call comes through sagemaker.api, and the browser, judged by the same policy, through studio."""
    request = Request("sagemaker:CreatePresignedDomainUrl", {ADA: {"Platform": rendering.PLATFORM}}, keys)
    assert decide([function_policy(**variables)], request) == decision


@pytest.mark.parametrize("action", ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"])
@pytest.mark.parametrize(
    ("variables", "keys", "decision"),
    [
        (PRIVATE, {}, "Allow"),
        (PRIVATE, {"lambda:SourceFunctionArn": FUNCTION}, "Deny"),
        ({}, {}, "ImplicitDeny"),
    ],
)
def test_lambda_puts_the_function_into_the_vpc_and_the_function_itself_cannot(action, variables, keys, decision):
    assert decide([function_policy(**variables)], Request(action, INTERFACE, keys)) == decision


@pytest.mark.parametrize(
    ("endpoint", "decision"), [("vpce-api", "Allow"), ("vpce-studio", "ImplicitDeny"), (None, "ImplicitDeny")]
)
def test_private_api_is_reached_through_its_endpoint_alone(endpoint, decision):
    role = rendering.login(**PRIVATE)
    assert role.plan["api"]["endpoint_configuration"] == {"types": ["PRIVATE"], "vpc_endpoint_ids": ["vpce-api"]}
    api = {"execute-api:/prod/GET/portal": {}}
    request = Request("execute-api:Invoke", api, {"aws:SourceVpce": endpoint})
    (statement,) = role.plan["api"]["policy"]["Statement"]
    statement = {key: value for key, value in statement.items() if key != "Principal"}
    assert decide([{"Version": "2012-10-17", "Statement": [statement]}], request) == decision


def test_regional_api_has_no_policy_and_no_endpoint():
    role = rendering.login()
    assert role.plan["api"]["policy"] == {}
    assert role.plan["api"]["endpoint_configuration"] == {"types": ["REGIONAL"]}
    assert role.plan["function"]["vpc_config"] == {"subnet_ids": [], "security_group_ids": []}


@pytest.mark.parametrize("private", [True, False])
def test_browsers_reach_two_endpoints_of_a_private_platform_and_no_other(private):
    role = rendering.network(
        found={
            "security_groups": [
                {"group_name": f"sagemaker-studio-{purpose}", "group_id": f"sg-{purpose}"}
                for purpose in ("browsers", "endpoints")
            ]
        },
        network_private_api=private,
    )
    open_to_browsers = {
        endpoint["service_name"]
        for endpoint in role.plan["endpoints"]["endpoints"]
        if "sg-browsers" in endpoint.get("security_group_ids", [])
    }
    both = {"com.amazonaws.eu-central-1.execute-api", "aws.sagemaker.eu-central-1.studio"}
    assert open_to_browsers == (both if private else set())


@pytest.mark.parametrize(
    ("api", "decision"),
    [
        ("arn:aws:execute-api:eu-central-1:111111111111:a1b2c3d4e5/prod/GET/portal", "Allow"),
        ("arn:aws:execute-api:eu-central-1:222222222222:a1b2c3d4e5/prod/GET/portal", "ImplicitDeny"),
    ],
)
def test_endpoint_of_private_apis_passes_calls_of_this_accounts_apis_on(api, decision):
    (statement,) = rendering.network().documents["api"]["Statement"]
    statement = {key: value for key, value in statement.items() if key != "Principal"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    assert decide([policy], Request("execute-api:Invoke", {api: {}})) == decision


@pytest.mark.parametrize(
    ("private", "keys", "decision"),
    [
        (True, {"aws:SourceVpc": "vpc-1"}, "Allow"),
        (True, {"aws:SourceVpc": "vpc-2"}, "ImplicitDeny"),
        (True, {}, "ImplicitDeny"),
        (False, {}, "Allow"),
    ],
)
def test_urls_that_people_make_in_studio_stay_in_the_vpc_too(private, keys, decision):
    """Both endpoints are in that VPC, and a team's policies know no other endpoint."""
    policy = rendering.team_with(studio_private_sign_in=private).documents["studio"]
    session = {"sagemaker:DomainId": "d-1", "sagemaker:UserProfileName": "ada", **keys}
    assert decide([policy], Request("sagemaker:CreatePresignedDomainUrl", {ADA: {}}, session)) == decision
