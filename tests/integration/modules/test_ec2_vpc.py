# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

TAGS = {"Platform": "p", "Name": "p"}
FIRST, SECOND, THIRD = (
    {"cidr_block": f"10.0.{number}.0/24", "availability_zone": f"eu-central-1{zone}", "tags": {"Platform": "p"}}
    for number, zone in enumerate("abc")
)
OPTIONS = {
    "match_tags": {"Platform": "p"},
    "cidr_block": "10.0.0.0/16",
    "enable_dns_support": True,
    "enable_dns_hostnames": True,
    "tags": TAGS,
    "subnets": [FIRST, SECOND],
    "route_table": {"tags": {"Platform": "p", "Name": "p-isolated"}},
}


@pytest.fixture
def ec2(client):
    return client("ec2")


def run(check=False, **changes):
    return run_module("ec2_vpc", check=check, **{**OPTIONS, **changes})


@pytest.fixture
def made(ec2):
    """The ids of what the module made: vpc, subnets, table."""
    done = run()
    return {
        "vpc": done["vpcs"][0]["vpc_id"],
        "subnets": [subnet["subnet_id"] for subnet in done["subnets"]],
        "table": done["route_tables"][0]["route_table_id"],
    }


def ours(ec2, kind):
    """What there is of a kind with our tag."""
    found = getattr(ec2, f"describe_{kind}")(Filters=[{"Name": "tag:Platform", "Values": ["p"]}])
    return found["".join(word.capitalize() for word in kind.split("_"))]


def told_and_taken_back(emulator, made):
    """What the diff shows of a hand-made change, as {kind and name: {attribute: (before, after)}}; then it is gone."""
    with no_writes(emulator):
        predicted = run(check=True)
    done = run()
    assert done["diff"] == predicted["diff"] and done["changed"]
    with no_writes(emulator):
        assert run()["changed"] is False
    sides = done["diff"]["before"], done["diff"]["after"]
    return {
        name: {key: (sides[0][name].get(key), value) for key, value in after.items()}
        for name, after in sides[1].items()
    }


def gateway_on(ec2, vpc):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return gateway


def test_all_is_made_and_found_again(ec2, emulator, made):
    (table,) = ours(ec2, "route_tables")
    assert {link["SubnetId"] for link in table["Associations"]} == set(made["subnets"])
    assert [route["GatewayId"] for route in table["Routes"]] == ["local"]
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=made["vpc"], Attribute=attribute)
        assert answer[attribute[0].upper() + attribute[1:]]["Value"] is True
    with no_writes(emulator):
        again = run(), run(vpc_id=made["vpc"])
    assert [result["changed"] for result in again] == [False, False]
    assert again[0]["vpcs"][0]["vpc_id"] == made["vpc"] and "left_alone" not in again[0]


def test_hand_made_change_of_the_vpc(ec2, emulator, made):
    ec2.modify_vpc_attribute(VpcId=made["vpc"], EnableDnsHostnames={"Value": False})
    ec2.create_tags(Resources=[made["vpc"]], Tags=[{"Key": "Mine", "Value": "m"}])
    assert told_and_taken_back(emulator, made) == {
        "vpc p": {"enable_dns_hostnames": (False, True), "tags": ({**TAGS, "Mine": "m"}, TAGS)}
    }


def test_hand_made_change_of_a_subnet(ec2, emulator, made):
    ec2.modify_subnet_attribute(SubnetId=made["subnets"][1], MapPublicIpOnLaunch={"Value": True})
    assert told_and_taken_back(emulator, made) == {"subnet 10.0.1.0/24": {"map_public_ip_on_launch": (True, False)}}


def test_hand_made_route(ec2, emulator, made):
    gateway = gateway_on(ec2, made["vpc"])
    ec2.create_route(RouteTableId=made["table"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert told_and_taken_back(emulator, made) == {
        "route_table p-isolated": {"routes": ([f"0.0.0.0/0 {gateway}"], [])},
    }


@pytest.mark.parametrize("other", [True, False])
def test_subnet_that_goes_by_another_table(ec2, emulator, made, other):
    (table,) = ours(ec2, "route_tables")
    link = next(link for link in table["Associations"] if link["SubnetId"] == made["subnets"][0])
    if other:
        theirs = ec2.create_route_table(VpcId=made["vpc"])["RouteTable"]["RouteTableId"]
        ec2.replace_route_table_association(AssociationId=link["RouteTableAssociationId"], RouteTableId=theirs)
    else:
        ec2.disassociate_route_table(AssociationId=link["RouteTableAssociationId"])
    before = len(writes(emulator))
    assert told_and_taken_back(emulator, made) == {
        "route_table p-isolated": {"subnets": (["10.0.1.0/24"], ["10.0.0.0/24", "10.0.1.0/24"])}
    }
    assert writes(emulator)[before:] == ["ReplaceRouteTableAssociation" if other else "AssociateRouteTable"]


def test_subnet_that_is_not_listed_goes_by_the_table_no_more(ec2, made):
    done = run(subnets=[SECOND, THIRD])
    assert done["actions"] == {"subnet 10.0.2.0/24": "create", "route_table p-isolated": "update"}
    assert done["route_tables"][0]["subnets"] == ["10.0.1.0/24", "10.0.2.0/24"]
    assert made["subnets"][0] in [subnet["SubnetId"] for subnet in ours(ec2, "subnets")]


def test_what_leads_out_of_the_vpc_is_told_and_left_alone(ec2, emulator, made):
    gateway = gateway_on(ec2, made["vpc"])
    (main,) = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [made["vpc"]]}, {"Name": "association.main", "Values": ["true"]}]
    )["RouteTables"]
    ec2.create_route(RouteTableId=main["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    with no_writes(emulator):
        done, checked = run(), run(check=True)
    assert done["changed"] is checked["changed"] is False
    assert (
        done["left_alone"]
        == checked["left_alone"]
        == {
            "vpc p": {
                "internet_gateways": {"before": [gateway], "after": []},
                "routes_of_main_table": {"before": [f"0.0.0.0/0 {gateway}"], "after": []},
            }
        }
    )
    said = str(done["warnings"])
    assert f"VPC {made['vpc']} has internet gateways that were not made here and are left alone: {gateway}." in said
    assert f"has routes of main table that were not made here and are left alone: 0.0.0.0/0 {gateway}." in said


def test_route_of_a_gateway_endpoint_is_the_endpoints(ec2, emulator, made):
    ec2.create_vpc_endpoint(
        VpcId=made["vpc"], ServiceName="com.amazonaws.eu-central-1.s3", RouteTableIds=[made["table"]]
    )
    (table,) = ours(ec2, "route_tables")
    assert len(table["Routes"]) == 2
    with no_writes(emulator):
        assert run()["changed"] is False


def test_wanted_routes_are_made_changed_and_taken_away(ec2, made):
    gateway = gateway_on(ec2, made["vpc"])
    nat = ec2.create_nat_gateway(SubnetId=made["subnets"][0], ConnectivityType="private")["NatGateway"]["NatGatewayId"]

    def routed(*targets):
        routes = [{"destination": "0.0.0.0/0", "target": target} for target in targets]
        return run(route_table={**OPTIONS["route_table"], "routes": routes})["route_tables"][0]["routes"]

    assert routed(gateway) == [f"0.0.0.0/0 {gateway}"]
    assert routed(nat) == [f"0.0.0.0/0 {nat}"]
    assert routed() == []


@pytest.mark.parametrize("operation", ["CreateVpc", "CreateSubnet", "CreateRouteTable"])
@pytest.mark.parametrize("fault", [{"drop": True}, {"lag": 2}])
def test_everything_is_made_once(ec2, emulator, operation, fault):
    set_faults(emulator, {"service": "ec2", "operation": operation, "times": 1, **fault})
    run()
    assert run()["changed"] is False
    assert [len(ours(ec2, kind)) for kind in ("vpcs", "subnets", "route_tables")] == [1, 2, 1]


def test_range_and_zone_are_set_once(made):
    with pytest.raises(ModuleFailed, match="VPC p: cidr_block can only be set when it is created"):
        run(check=True, cidr_block="10.0.0.0/17")
    with pytest.raises(ModuleFailed, match=r"subnet 10.0.0.0/24: availability_zone can only be set"):
        run(check=True, subnets=[{**FIRST, "availability_zone": "eu-central-1c"}, SECOND])


def test_which_vpc_is_not_guessed(ec2, made):
    other = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[other], Tags=[{"Key": "Platform", "Value": "p"}])
    with pytest.raises(ModuleFailed, match="There should be one VPC with these tags, and there are vpc-"):
        run()
    assert run(vpc_id=made["vpc"])["changed"] is False
    with pytest.raises(ModuleFailed, match="There is no VPC vpc-0123456789abcdef0"):
        run(vpc_id="vpc-0123456789abcdef0")


def test_which_table_is_not_guessed(ec2, made):
    other = ec2.create_route_table(VpcId=made["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_tags(Resources=[other], Tags=[{"Key": "Platform", "Value": "p"}])
    with pytest.raises(ModuleFailed, match="should have one route table with these tags, and there are rtb-"):
        run()
