# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network's plan in Python says what the role's variables and templates say, over tables of options."""

import json

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import network_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import network_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import read
from tests.unit.policies import rendering

SPEC = yaml.safe_load((rendering.ROLES / "network/meta/argument_specs.yml").read_text())["argument_specs"]["main"]
OWN = {"vpc_id": "vpc-own", "tags": {"Platform": rendering.PLATFORM}, "cidr_block": "10.0.0.0/16"}
FREE = {
    "vpc_id": "vpc-free",
    "tags": {},
    "cidr_block": "172.16.0.0/16",
    "enable_dns_support": True,
    "enable_dns_hostnames": False,
}
OTHER = {"vpc_id": "vpc-other", "tags": {"Platform": "other"}, "cidr_block": "10.0.0.0/16"}
SUBNETS = [
    {"subnet_id": f"subnet-{n}", "cidr_block": f"10.0.{64 * n}.0/18", "availability_zone": f"z{n % 2}"}
    for n in range(3)
]
TABLES = [
    {"associations": [{"main": True, "route_table_id": "rtb-main"}]},
    {"associations": [{"main": False, "subnet_id": "subnet-1", "route_table_id": "rtb-1"}]},
]
OPTIONS = [
    {},
    {"network_private_api": True, "network_browser_cidrs": ["10.9.0.0/16"], "network_tags": {"A": "1"}},
    {"network_endpoint_policies": False, "network_extra_services": ["codeartifact.api", "x.y.{region}.z", "sts"]},
    {"network_package_owner_ids": ["222222222222"], "network_foreign_bucket_arns": [], "network_flow_logs": False},
    {"network_vpc_id": "vpc-free", "network_subnet_ids": ["subnet-1", "subnet-2", "subnet-9"]},
    {"network_subnet_count": 3},
    {"network_subnet_count": 9},
    {"network_platform_name": "p" * 20, "network_region": "us-gov-west-1", "network_partition": "aws-us-gov"},
]
VPCS = [
    [],
    [OWN],
    [FREE],
    [OTHER],
    [OWN, FREE],
    [OWN, {**OWN, "vpc_id": "vpc-2"}],
    [{**OWN, "cidr_block": "10.1.0.0/16"}],
    [{**OWN, **{"tags": {**OWN["tags"], "Adopted": "true"}}, "enable_dns_support": True, "enable_dns_hostnames": True}],
]


def plain(value):
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("vpcs", VPCS, ids=range(len(VPCS)))
@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
def test_same(options, vpcs):
    endpoints = [{"service_name": "a", "vpc_endpoint_id": "vpce-1"}, {"service_name": "b"}]
    left = [
        {
            "service_name": "a",
            "vpc_endpoint_type": "Interface",
            "groups": [
                {"group_name": f"{rendering.PLATFORM}-endpoints", "group_id": "sg-1"},
                {"group_name": "x", "group_id": "sg-2"},
            ],
            "tags": {"Platform": "x", "Adopted": "true", "Mine": "1"},
        },
        {"service_name": "s3", "vpc_endpoint_type": "Gateway", "tags": [{"key": "Z", "value": "1"}]},
    ]
    role = rendering.network(
        **{
            **options,
            "network__found": {"vpcs": vpcs},
            "network__zones": {"availability_zones": [{"zone_name": name} for name in ("zb", "za", "zc")]},
            "network__old_subnets": {"subnets": SUBNETS[:2]},
            "network__vpc": {"vpc": {"id": "vpc-own"}},
            "network__subnets": {"results": [{"subnet": {"id": one["subnet_id"]}} for one in SUBNETS[:2]]},
            "network__route_table": {"route_table": {"id": "rtb-1"}},
            "network__client_group": {"group_id": "sg-clients"},
            "network__endpoint_group": {"group_id": "sg-endpoints"},
            "network__browser_group": {"group_id": "sg-browsers"},
            "network__vpc_subnets": {"subnets": SUBNETS},
            "network__vpc_tables": {"route_tables": TABLES},
            "network__vpc_endpoints": {"vpc_endpoints": endpoints, "differences": {"com.x": {"policy_x": 1, "a": 2}}},
            "network__left_endpoints": {"vpc_endpoints": left},
        }
    )
    values, mistakes = read(
        {name: role.value(name) for name in role._variables if name.startswith("network_") and name[8] != "_"},
        SPEC["options"],
    )
    assert mistakes == []
    network = network_of(values)
    found = network_plan.FoundNetwork(vpcs=vpcs)
    adopted = role.value("network__is_adopted")
    assert found.is_adopted(network) == adopted
    found = network_plan.FoundNetwork(
        vpcs=vpcs,
        zones=["zb", "za", "zc"],
        subnets=SUBNETS if adopted else SUBNETS[:2],
        route_tables=TABLES,
        vpc_id="vpc-own",
        subnet_ids=[] if adopted else ["subnet-0", "subnet-1"],
        route_table_id="rtb-1",
        client_group_id="sg-clients",
        endpoint_group_id="sg-endpoints",
        browser_group_id="sg-browsers",
        vpc_endpoints=endpoints,
        endpoint_differences={"com.x": {"policy_x": 1, "a": 2}},
    )
    plan = plain(network_plan.network_plan(network, found))
    assert network_plan.vpc_mistakes(network, found) == role.value("network__mistakes")
    if vpcs and not adopted:
        assert network_plan.subnet_mistakes(network, found) == [
            f"network_subnet_count: {one}" for one in role.value("network__subnet_mistakes")
        ]
    by_service = [
        sorted(each, key=lambda one: one["service_name"])
        for each in (plan["endpoints"]["endpoints"], plain(role.value("network__endpoints")))
    ]
    assert by_service[0] == by_service[1]
    assert plan["result"]["vpc_id"] == role.value("network__vpc_id")
    if len(vpcs) == 1 or not vpcs:
        assert plan["result"]["differences"] == role.policy("differences.json.j2")
    if plan["flow_logs"]:
        assert plan["flow_logs"]["policy"] == role.policy("flow_log_policy.json.j2")
        assert plan["flow_logs"]["trust"] == role.policy("flow_log_trust.json.j2")
        assert plan["flow_logs"]["role_arn"] == role.value("network__flow_log_role_arn")
    if adopted:
        place = role.value("network__place")
        said = plan["adoption"]["mistakes"]
        assert (said[0].split("over: ")[1] if said else "") == " ".join(place["mistakes"])
        assert plan["adoption"]["ids"][1:] == place["subnet_ids"]
    removal = plain(network_plan.removal_plan(network, left))
    assert removal["endpoints"]["released"] == role.policy("released_endpoints.json.j2")
    assert removal["look"]["security_group_names"] == role.value("network__group_names")
