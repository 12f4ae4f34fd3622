# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import run_module
from tests.support.parents import Parents


@pytest.fixture
def parents(client):
    return Parents(client)


def test_vpc_is_shown_with_what_is_in_it(client, parents):
    ec2, network, table = client("ec2"), parents.network, parents.route_table_id
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc_id"])
    (vpc,) = run_module("ec2_vpc_info", filters={"vpc-id": network["vpc_id"]})["vpcs"]
    assert {subnet["subnet_id"] for subnet in vpc["subnets"]} == set(network["subnet_ids"])
    assert table in [one["route_table_id"] for one in vpc["route_tables"]] and len(vpc["route_tables"]) == 2
    assert [one["internet_gateway_id"] for one in vpc["internet_gateways"]] == [gateway]
    assert (vpc["enable_dns_support"], vpc["enable_dns_hostnames"], vpc["tags"]) == (True, True, {})


def test_filters_take_a_value_or_several(parents):
    vpc_id = parents.network["vpc_id"]
    everything = run_module("ec2_vpc_info")["vpcs"]
    assert vpc_id in [vpc["vpc_id"] for vpc in everything] and len(everything) > 1
    for wanted in (vpc_id, [vpc_id]):
        (vpc,) = run_module("ec2_vpc_info", filters={"vpc-id": wanted})["vpcs"]
        assert vpc["vpc_id"] == vpc_id
    assert run_module("ec2_vpc_info", filters={"tag:Platform": "nobody"})["vpcs"] == []


def test_zones_are_those_of_the_region():
    zones = run_module("ec2_vpc_info", filters={"tag:Platform": "nobody"})["availability_zones"]
    assert [zone["zone_name"] for zone in zones] == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    assert all(zone["zone_id"].startswith("euc1-az") for zone in zones)
