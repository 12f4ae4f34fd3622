# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes
from tests.support.function_code import packed
from tests.support.roles import make_role
from tests.support.studio import make_network

TAGS = [{"Key": "Platform", "Value": "p"}]
OTHER = [{"Key": "Platform", "Value": "p2"}]
SERVICE = "com.amazonaws.eu-central-1."


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def network(client, ec2):
    """As make_network() returns it, all of it tagged as ours."""
    network = make_network(client)
    ec2.create_tags(Resources=[network["vpc_id"], *network["subnet_ids"], *network["group_ids"]], Tags=TAGS)
    return network


def look(**changes):
    options = {
        "match_tags": {"Platform": "p"},
        "adoption_tag": "Adopted",
        "security_group_names": ["one"],
        "leaving_security_group_names": ["two"],
    }
    return run_module("ec2_vpc_removal_info", **{**options, **changes})


def another_subnet(ec2, network):
    subnet = ec2.create_subnet(VpcId=network["vpc_id"], CidrBlock="10.0.9.0/24")["Subnet"]
    ec2.create_tags(Resources=[subnet["SubnetId"]], Tags=OTHER)
    return f"subnet {subnet['SubnetId']}"


def another_table(ec2, network):
    table = ec2.create_route_table(VpcId=network["vpc_id"])["RouteTable"]
    return f"route table {table['RouteTableId']}"


def table_of_another_platform(ec2, network):
    name = another_table(ec2, network)
    ec2.create_tags(Resources=[name.split()[-1]], Tags=OTHER)
    return name


def another_group(ec2, network):
    group = ec2.create_security_group(VpcId=network["vpc_id"], GroupName="theirs", Description="x")["GroupId"]
    return f"security group {group} (theirs)"


def group_of_another_platform(ec2, network):
    ec2.create_tags(Resources=[network["group_ids"][0]], Tags=OTHER)
    return f"security group {network['group_ids'][0]} (one)"


def group_of_another_name(ec2, network):
    name = another_group(ec2, network)
    ec2.create_tags(Resources=[name.split()[2]], Tags=TAGS)
    return name


def another_interface(ec2, network):
    interface = ec2.create_network_interface(SubnetId=network["subnet_ids"][0], Description="a server")
    return f"network interface {interface['NetworkInterface']['NetworkInterfaceId']} (a server)"


def interface_in_the_leaving_group(ec2, network):
    interface = ec2.create_network_interface(SubnetId=network["subnet_ids"][0], Groups=[network["group_ids"][1]])
    return f"network interface {interface['NetworkInterface']['NetworkInterfaceId']}"


def interface_endpoint(ec2, network):
    endpoint = ec2.create_vpc_endpoint(
        VpcId=network["vpc_id"],
        ServiceName=f"{SERVICE}logs",
        VpcEndpointType="Interface",
        SubnetIds=network["subnet_ids"][:1],
        PrivateDnsEnabled=False,
    )
    return f"endpoint {endpoint['VpcEndpoint']['VpcEndpointId']} ({SERVICE}logs)"


def gateway_endpoint(ec2, network):
    endpoint = ec2.create_vpc_endpoint(VpcId=network["vpc_id"], ServiceName=f"{SERVICE}s3")["VpcEndpoint"]
    return f"endpoint {endpoint['VpcEndpointId']} ({SERVICE}s3)"


def network_acl(ec2, network):
    return f"network ACL {ec2.create_network_acl(VpcId=network['vpc_id'])['NetworkAcl']['NetworkAclId']}"


def nat_gateway(ec2, network):
    gateway = ec2.create_nat_gateway(SubnetId=network["subnet_ids"][0], ConnectivityType="private")["NatGateway"]
    return f"NAT gateway {gateway['NatGatewayId']}"


def internet_gateway(ec2, network):
    gateway = ec2.create_internet_gateway(
        TagSpecifications=[{"ResourceType": "internet-gateway", "Tags": [*TAGS, {"Key": "Name", "Value": "way-out"}]}]
    )["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=network["vpc_id"], InternetGatewayId=gateway)
    return f"internet gateway {gateway} (way-out)"


def egress_only_gateway(ec2, network):
    gateway = ec2.create_egress_only_internet_gateway(VpcId=network["vpc_id"])["EgressOnlyInternetGateway"]
    return f"egress-only internet gateway {gateway['EgressOnlyInternetGatewayId']}"


def vpn_gateway(ec2, network):
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=network["vpc_id"], VpnGatewayId=gateway)
    return f"VPN gateway {gateway}"


def peering(ec2, *ends):
    peering = ec2.create_vpc_peering_connection(VpcId=ends[0], PeerVpcId=ends[1])["VpcPeeringConnection"]
    return f"peering connection {peering['VpcPeeringConnectionId']}"


def peering_from_here(ec2, network):
    return peering(ec2, network["vpc_id"], ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"])


def peering_from_elsewhere(ec2, network):
    return peering(ec2, ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"], network["vpc_id"])


STRANGERS = (
    another_subnet,
    another_table,
    table_of_another_platform,
    another_group,
    group_of_another_platform,
    group_of_another_name,
    another_interface,
    interface_in_the_leaving_group,
    interface_endpoint,
    gateway_endpoint,
    network_acl,
    nat_gateway,
    internet_gateway,
    egress_only_gateway,
    vpn_gateway,
    peering_from_here,
    peering_from_elsewhere,
)


@pytest.mark.parametrize("make", STRANGERS, ids=[make.__name__ for make in STRANGERS])
def test_stranger_is_named_and_nothing_else(ec2, network, make):
    name = make(ec2, network)
    sentence = (
        f"VPC {network['vpc_id']} holds what was not made here and is left alone: {name}. Remove it, then run again."
    )
    assert look()["strangers"] == [sentence]


def test_one_sentence_names_everything(emulator, ec2, network):
    names = [make(ec2, network) for make in (internet_gateway, another_group, gateway_endpoint)]
    with no_writes(emulator):
        (sentence,) = look()["strangers"]
    assert [name for name in names if name not in sentence] == []


def test_what_is_ours_is_described_and_the_rest_is_not(ec2, network):
    table = ec2.create_route_table(VpcId=network["vpc_id"])["RouteTable"]["RouteTableId"]
    ec2.create_tags(Resources=[table], Tags=TAGS)
    endpoint = interface_endpoint(ec2, network).split()[1]
    ec2.create_tags(Resources=[endpoint], Tags=TAGS)
    result = look()
    assert result["strangers"] == []
    (vpc,) = result["vpcs"]
    assert (vpc["vpc_id"], vpc["tags"], vpc["adopted"]) == (network["vpc_id"], {"Platform": "p"}, False)
    assert [subnet["subnet_id"] for subnet in vpc["subnets"]] == network["subnet_ids"]
    assert [one["route_table_id"] for one in vpc["route_tables"]] == [table]
    another_subnet(ec2, network)
    another_table(ec2, network)
    (vpc,) = look()["vpcs"]
    assert [subnet["subnet_id"] for subnet in vpc["subnets"]] == network["subnet_ids"]
    assert [one["route_table_id"] for one in vpc["route_tables"]] == [table]


def test_what_is_gone_or_elsewhere_is_not_named(client, ec2, network):
    ec2.delete_nat_gateway(NatGatewayId=nat_gateway(ec2, network).split()[-1])
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering_from_here(ec2, network).split()[-1])
    gateway = vpn_gateway(ec2, network).split()[-1]
    ec2.detach_vpn_gateway(VpcId=network["vpc_id"], VpnGatewayId=gateway)
    elsewhere = make_network(client)
    for make in set(STRANGERS) - {group_of_another_name}:  # which makes another_group's
        make(ec2, elsewhere)
    assert look()["strangers"] == []


def test_interface_of_a_function_that_leaves_is_nobodys(client, ec2, network):
    vpc_config = {"SubnetIds": network["subnet_ids"][:1], "SecurityGroupIds": network["group_ids"]}
    client("lambda").create_function(
        FunctionName="sign-in",
        Role=make_role(client("iam"), "sign-in", "lambda.amazonaws.com"),
        Runtime="python3.13",
        Handler="index.handle",
        Code={"ZipFile": packed("def handle(event, context):\n    return 1\n")},
        VpcConfig=vpc_config,
    )
    assert look()["strangers"] == []
    (sentence,) = look(security_group_names=["one", "two"], leaving_security_group_names=[])["strangers"]
    assert "network interface eni-" in sentence and "AWS Lambda VPC ENI-sign-in" in sentence


def test_vpc_that_stays_may_hold_anything_but_users_of_our_groups(ec2, network):
    ec2.create_tags(Resources=[network["vpc_id"]], Tags=[{"Key": "Adopted", "Value": "true"}])
    for make in STRANGERS[1:4]:
        make(ec2, network)
    result = look()
    assert result["strangers"] == []
    assert [(vpc["adopted"], len(vpc["subnets"])) for vpc in result["vpcs"]] == [(True, 3)]
    name = interface_in_the_leaving_group(ec2, network)
    (sentence,) = look()["strangers"]
    assert name.split()[-1] in sentence and f"two ({network['group_ids'][1]})" in sentence


def test_nothing_is_found_where_nothing_is(emulator):
    result = look()
    assert (result["changed"], result["vpcs"], result["strangers"]) == (False, [], [])
