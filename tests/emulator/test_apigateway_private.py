# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private REST APIs: the doors to them and the policies that open these, each with the source of AWS's behaviour."""

import json

import pytest
import requests

from tests.emulator.aws_answers import REGION, refused

VPC, SUBNET = "vpc-00000001", "subnet-00000001"


def policy(effect="Allow", **condition):
    """A resource policy of one statement, for everybody."""
    statement = {"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    return {"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


@pytest.fixture
def gateway(client):
    return client("apigateway")


@pytest.fixture
def endpoint(client):
    """A function that makes an available endpoint of a service and returns it."""

    def make(service="execute-api", **arguments):
        ec2 = client("ec2")
        made = ec2.create_vpc_endpoint(
            VpcId=VPC,
            ServiceName=f"com.amazonaws.{REGION}.{service}",
            VpcEndpointType="Interface",
            SubnetIds=[SUBNET],
            PrivateDnsEnabled=False,
            **arguments,
        )["VpcEndpoint"]["VpcEndpointId"]
        ec2.describe_vpc_endpoints(VpcEndpointIds=[made])
        return ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]

    return make


@pytest.fixture
def api(gateway):
    """A function that makes a private API with a policy, deployed to prod, and returns its id."""

    def make(document):
        configuration = {"types": ["PRIVATE"]}
        arguments = {"policy": json.dumps(document)} if document else {}
        made = gateway.create_rest_api(name="login", endpointConfiguration=configuration, **arguments)
        where = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
        gateway.put_method(**where, authorizationType="NONE")
        gateway.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 204}'})
        gateway.put_method_response(**where, statusCode="204")
        gateway.put_integration_response(**where, statusCode="204")
        gateway.create_deployment(restApiId=made["id"], stageName="prod")
        return made["id"]

    return make


@pytest.fixture
def get(emulator):
    """A function that GETs the root of a stage under a host name, and returns status and body."""

    def call(host=None, path="/prod/", **headers):
        answer = requests.get(emulator.url + path, headers={**({"Host": host} if host else {}), **headers}, timeout=30)
        return answer.status_code, answer.text

    return call


def through(api_id, endpoint):
    """The host name of an API behind an endpoint (developer guide, Route 53 alias)."""
    return f"{api_id}-{endpoint['VpcEndpointId']}.execute-api.{REGION}.amazonaws.com"


def test_private_api_without_a_policy_is_not_deployed(gateway, api):
    """Developer guide, private APIs: "attach a resource policy"; text of public deployments."""
    with refused("BadRequestException", "doesn't have a resource policy"):
        api(None)


def test_private_api_is_reached_through_an_endpoint_only(get, api, endpoint):
    """Developer guide, invoke a private API: three ways through an endpoint, and Forbidden from the internet."""
    api_id, door = api(policy()), endpoint()
    assert get(through(api_id, door))[0] == 204
    assert get(path=f"/_aws/execute-api/{api_id}-{door['VpcEndpointId']}/prod/")[0] == 204
    for entry in door["DnsEntries"]:
        assert get(entry["DnsName"], **{"x-apigw-api-id": api_id})[0] == 204
        assert get(entry["DnsName"])[0] != 204
    for request in ({"host": f"{api_id}.execute-api.{REGION}.amazonaws.com"},
                    {"path": f"/_aws/execute-api/{api_id}/prod/"}):  # fmt: skip
        assert get(**request) == (403, '{"message":"Forbidden"}')


def test_other_doors_are_shut(client, get, api, endpoint):
    """Developer guide, private APIs: an endpoint of execute-api, and one that is there."""
    api_id = api(policy())
    assert get(through(api_id, endpoint("sts")))[0] == 403
    assert get(through(api_id, {"VpcEndpointId": "vpce-0123456789abcdef0"}))[0] == 403
    gone = endpoint()
    client("ec2").delete_vpc_endpoints(VpcEndpointIds=[gone["VpcEndpointId"]])
    assert get(through(api_id, gone))[0] == 403


def test_endpoint_opens_no_public_api(gateway, get, api, endpoint):
    """Developer guide, private DNS: public APIs are not reached through an endpoint of execute-api."""
    api_id, door = api(policy()), endpoint()
    change = [{"op": "replace", "path": "/endpointConfiguration/types/PRIVATE", "value": "REGIONAL"}]
    gateway.update_rest_api(restApiId=api_id, patchOperations=change)
    gateway.create_deployment(restApiId=api_id, stageName="prod")
    assert (get(through(api_id, door))[0], get(path=f"/_aws/execute-api/{api_id}/prod/")[0]) == (403, 204)


def test_policy_names_the_endpoint(gateway, get, api, endpoint):
    """Developer guide, resource policy examples: aws:SourceVpce and aws:SourceVpc; denials name the anonymous user."""
    door, other = endpoint(), endpoint()
    api_id = api(policy(StringEquals={"aws:SourceVpce": door["VpcEndpointId"]}))
    assert get(through(api_id, door))[0] == 204
    status, body = get(through(api_id, other))
    assert status == 403 and "because no resource-based policy allows the execute-api:Invoke action" in body
    of_vpc = policy(StringEquals={"aws:SourceVpc": VPC})
    of_vpc["Statement"] += policy("Deny", StringEquals={"aws:SourceVpce": other["VpcEndpointId"]})["Statement"]
    gateway.update_rest_api(
        restApiId=api_id, patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps(of_vpc)}]
    )
    gateway.create_deployment(restApiId=api_id, stageName="prod")
    assert get(through(api_id, door))[0] == 204
    assert "with an explicit deny in a resource-based policy" in get(through(api_id, other))[1]


def test_policy_of_the_endpoint_counts_too(get, api, endpoint):
    """Developer guide, VPC endpoint policies for private APIs."""
    closed = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "none"}]}
    status, body = get(through(api(policy()), endpoint(PolicyDocument=json.dumps(closed))))
    assert status == 403 and "VPC endpoint policy" in body
