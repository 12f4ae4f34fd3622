# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where AWS offers endpoint services, and which of them take a policy.

The first half asks the account what it offers, and holds on AWS too. The second half says what is offered.
"""

import json

import pytest

from tests.emulator.aws_answers import REGION, refused
from tests.support.calls import set_faults

STS = f"com.amazonaws.{REGION}.sts"
POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:*", "Resource": "*"}]})


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def zones(ec2):
    """The zones' ids by their names."""
    wanted = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    found = ec2.describe_availability_zones(Filters=wanted)["AvailabilityZones"]
    return {zone["ZoneName"]: zone["ZoneId"] for zone in found}


def services(ec2, **asked):
    """The interface services by their names."""
    wanted = [{"Name": "service-type", "Values": ["Interface"]}]
    pages = ec2.get_paginator("describe_vpc_endpoint_services").paginate(Filters=wanted, **asked)
    return {detail["ServiceName"]: detail for page in pages for detail in page["ServiceDetails"]}


def subnet(ec2, vpc, zone, number=0):
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
    return made["Subnet"]["SubnetId"]


def make_endpoint(ec2, vpc, service, *subnet_ids, **more):
    asked = {"VpcId": vpc, "VpcEndpointType": "Interface", "PrivateDnsEnabled": False, **more}
    made = ec2.create_vpc_endpoint(ServiceName=service, SubnetIds=list(subnet_ids), **asked)
    return made["VpcEndpoint"]["VpcEndpointId"]


def offer(emulator, name, **what):
    """Let the region offer a service so and no other way."""
    asked = {"endpoint_service": name, **what}
    set_faults(emulator, {"service": "ec2", "operation": "DescribeVpcEndpointServices", "offers": asked})


# --- what the account offers


def test_zones_of_a_service_have_the_names_and_ids_of_the_accounts_zones(ec2):
    """API reference ServiceDetail: AvailabilityZones in this account's letters, AvailabilityZoneIds as in all."""
    known = zones(ec2)
    for detail in services(ec2).values():
        shown = dict(zip(detail["AvailabilityZones"], detail["AvailabilityZoneIds"], strict=True))
        assert shown and shown.items() <= known.items(), detail["ServiceName"]


def test_some_zone_lacks_some_service(ec2):
    """PrivateLink guide: not every zone has every service; terraform-aws-vpc #462, #785 and aws-cdk #4912."""
    assert any(set(detail["AvailabilityZones"]) < set(zones(ec2)) for detail in services(ec2).values())


def test_an_endpoint_is_not_made_where_its_service_is_not(ec2, vpc):
    """terraform-aws-vpc #462, aws-sdk-go-v2 #1024: code and text of CreateVpcEndpoint. Nothing is made."""
    known = services(ec2)
    name, lacking = next(
        (n, set(zones(ec2)) - set(d["AvailabilityZones"]))
        for n, d in known.items()
        if set(d["AvailabilityZones"]) < set(zones(ec2))
    )
    there = subnet(ec2, vpc, known[name]["AvailabilityZones"][0])
    not_there = subnet(ec2, vpc, sorted(lacking)[0], 1)
    with refused(
        "InvalidParameter",
        f"The VPC endpoint service {name} does not support the availability zone of the subnet: {not_there}.",
    ):
        make_endpoint(ec2, vpc, name, there, not_there)
    assert ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["VpcEndpoints"] == []
    endpoint = make_endpoint(ec2, vpc, name, there)
    with refused("InvalidParameter", "does not support the availability zone"):
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[not_there])
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["SubnetIds"] == [there]


def test_a_service_that_takes_no_policy_refuses_one(ec2, vpc):
    """pulumi-aws-native #1711 quotes the text; App Mesh and AppStream guides: no endpoint policies for these."""
    known = services(ec2)
    name = next(name for name, detail in known.items() if not detail["VpcEndpointPolicySupported"])
    text = f"Service {name} only supports the full-access endpoint policy."
    with refused("InvalidParameter", text):
        make_endpoint(ec2, vpc, name, PolicyDocument=POLICY)
    endpoint = make_endpoint(ec2, vpc, name)
    with refused("InvalidParameter", text):
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=POLICY)


# --- what a test says


@pytest.mark.parametrize("name", ["zone name", "zone id"])
def test_offers_says_the_zones_of_a_service(ec2, vpc, emulator, name):
    first, second, third = sorted(zones(ec2))
    offer(emulator, STS, zones=[first, second] if name == "zone name" else [zones(ec2)[first], zones(ec2)[second]])
    assert services(ec2, ServiceNames=[STS])[STS]["AvailabilityZones"] == [first, second]
    with refused("InvalidParameter", "does not support the availability zone"):
        make_endpoint(ec2, vpc, STS, subnet(ec2, vpc, third))


def test_offers_without_zones_is_a_region_without_the_service(ec2, vpc, emulator):
    """EC2 error codes: InvalidServiceName."""
    endpoint = make_endpoint(ec2, vpc, STS)
    offer(emulator, STS, zones=[])
    assert STS not in services(ec2)
    with refused("InvalidServiceName"):
        ec2.describe_vpc_endpoint_services(ServiceNames=[STS])
    with refused("InvalidServiceName"):
        make_endpoint(ec2, vpc, STS)
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["ServiceName"] == STS


def test_offers_says_whether_a_service_takes_a_policy(ec2, vpc, emulator):
    offer(emulator, STS, policy=False)
    assert services(ec2, ServiceNames=[STS])[STS]["VpcEndpointPolicySupported"] is False
    with refused("InvalidParameter", "only supports the full-access endpoint policy"):
        make_endpoint(ec2, vpc, STS, PolicyDocument=POLICY)
