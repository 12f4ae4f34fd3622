# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presigned URLs for who comes through VPC endpoints.

SageMaker developer guide, "Connect to Studio through an interface VPC endpoint": the condition must name the endpoint
of the API, which makes the URL, and that of Studio, which opens it.
"""

import json

import pytest
import requests

from tests.emulator.studio import Studio
from tests.support.emulator_plugin import REGION, boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.function_code import packed
from tests.support.roles import make_role

CODE = """
import boto3


def handle(event, context):
    try:
        return boto3.client("sagemaker").create_presigned_domain_url(**event)["AuthorizedUrl"]
    except Exception as error:
        return type(error).__name__ + str(error)
"""
SERVICES = {"api": f"com.amazonaws.{REGION}.sagemaker.api", "studio": f"aws.sagemaker.{REGION}.studio"}


@pytest.fixture(scope="module")
def strict():
    process = EmulatorProcess("--auth", "--set", "presigned_url_conditions=checked")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def client(strict):
    return lambda service, region=REGION: boto3_client(strict.url, service, region=region)


@pytest.fixture(scope="module")
def endpoints(client):
    """A VPC with both endpoints: their ids by name, and the function's place in it."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="g", Description="g")["GroupId"]
    made = {
        name: ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=service,
            VpcEndpointType="Interface",
            SubnetIds=[subnet],
            SecurityGroupIds=[group],
            PrivateDnsEnabled=True,
        )["VpcEndpoint"]["VpcEndpointId"]
        for name, service in SERVICES.items()
    }
    while {e["State"] for e in ec2.describe_vpc_endpoints(VpcEndpointIds=list(made.values()))["VpcEndpoints"]} != {
        "available"
    }:
        pass
    return {**made, "place": {"SubnetIds": [subnet], "SecurityGroupIds": [group]}}


@pytest.fixture(scope="module")
def profile(client):
    studio = Studio(client)
    domain_id = studio.domain()
    studio.profile(domain_id, "ada")
    return {"DomainId": domain_id, "UserProfileName": "ada"}


@pytest.fixture
def ask(client, endpoints, profile):
    """A function that deploys a Lambda function whose role may presign through these endpoints, and calls it."""
    iam, functions = client("iam"), client("lambda")

    def ask(*names, place=True):
        name = f"f{len(functions.list_functions()['Functions'])}"
        role = make_role(iam, name, "lambda.amazonaws.com")
        allowed = {
            "Effect": "Allow",
            "Action": "sagemaker:CreatePresignedDomainUrl",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpce": [endpoints[each] for each in names]}},
        }
        in_vpc = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed, in_vpc]})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
        functions.create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="index.handle",
            Timeout=30,
            Code={"ZipFile": packed(CODE)},
            **({"VpcConfig": endpoints["place"]} if place else {}),
        )
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(profile))
        return json.load(answer["Payload"])

    return ask


def opened(url, domain_id="", endpoint_id=""):
    """The status of opening a URL, as if through an endpoint where one is named."""
    through = url.replace(domain_id, f"{domain_id}-{endpoint_id}") if endpoint_id else url
    return requests.get(through, allow_redirects=False, timeout=30).status_code


def test_url_is_made_through_one_endpoint_and_opened_through_the_other(ask, endpoints, profile):
    url = ask("api", "studio")
    domain_id = profile["DomainId"]
    assert opened(url) == 302
    assert opened(url, domain_id, endpoints["api"]) == 302
    assert opened(url, domain_id, "vpce-00000000000000000") == 302
    assert opened(url, domain_id, endpoints["studio"]) == 200


def test_condition_that_names_one_endpoint_alone_lets_nobody_in(ask, endpoints, profile):
    assert "AccessDenied" in ask("studio")
    assert opened(ask("api"), profile["DomainId"], endpoints["studio"]) == 302


def test_function_outside_the_vpc_comes_through_no_endpoint(ask):
    assert "AccessDenied" in ask("api", "studio", place=False)
