# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones are chosen for the services that a network wants, and endpoints go where their services are."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_found import found_network
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_plan import (
    found_mistakes,
    network_plan,
)
from tests.unit.policies.rendering import network

A, B, C, D = ZONES = [f"eu-central-1{letter}" for letter in "abcd"]
KMS, STS, LOGS = (f"com.amazonaws.eu-central-1.{name}" for name in ("kms", "sts", "logs"))
OPTIONS = {
    "network_services": ["kms", "sts", "logs"],
    "network_optional_endpoint_services": ["logs"],
}


def service(name, zones, policy=True):
    return {
        "service_name": name,
        "service_type": [{"service_type": "Interface"}],
        "availability_zones": zones,
        "vpc_endpoint_policy_supported": policy,
    }


def looked(offered, ids=("1", "2", "3", "4"), vpcs=()):
    """What the look for the VPC answers where services are offered so: {name: zones}."""
    zones = [{"zone_name": zone, "zone_id": f"euc1-az{number}"} for zone, number in zip(ZONES, ids, strict=True)]
    services = [service(name, zones) for name, zones in offered.items()]
    return {"found_vpc": {"vpcs": list(vpcs), "availability_zones": zones, "endpoint_services": services}}


def subnet_zones(results, **options):
    described = network(**OPTIONS, **options).network
    assert found_mistakes(described, results) == []
    return [subnet["availability_zone"] for subnet in network_plan(described, found_network(results))["vpc"]["subnets"]]


@pytest.mark.parametrize(
    ("offered", "zones"),
    [
        ({KMS: ZONES, STS: ZONES, LOGS: ZONES}, [A, B]),
        ({KMS: ZONES, STS: [A, C, D], LOGS: ZONES}, [A, C]),
        ({KMS: [B, C, D], STS: [A, C, D], LOGS: ZONES}, [C, D]),
        # Where they have no two zones in common, the required ones miss least.
        ({KMS: ZONES, STS: [A, B], LOGS: [C, D]}, [A, B]),
        # Each required one is somewhere, though more is missing on the whole.
        ({KMS: [A, B, C], STS: [D], LOGS: [A, B, C]}, [A, D]),
        # One that the region lacks decides nothing.
        ({KMS: [B, C], STS: [B, C]}, [B, C]),
    ],
)
def test_a_new_vpc_has_the_zones_that_have_the_services(offered, zones):
    assert subnet_zones(looked(offered)) == zones


def test_zones_go_by_their_ids_as_letters_differ_between_accounts():
    """PrivateLink guide: a zone's id is the same in every account, its letter is not."""
    everywhere = {KMS: ZONES, STS: ZONES, LOGS: ZONES}
    assert subnet_zones(looked(everywhere, ids=("4", "3", "2", "1"))) == [D, C]


def test_subnets_that_are_there_keep_their_zones_and_a_new_one_goes_where_the_services_are():
    tags = {"Platform": "sagemaker-studio"}
    present = [
        {"cidr_block": f"10.0.{third}.0/18", "availability_zone": zone, "tags": tags, "subnet_id": zone}
        for third, zone in ((0, A), (64, B))
    ]
    vpc = {"vpc_id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": tags, "subnets": present}
    results = looked({KMS: [A, B, D], STS: [A, B, D], LOGS: ZONES}, vpcs=[vpc])
    assert subnet_zones(results) == [A, B]
    assert subnet_zones(results, network_subnet_count=3) == [A, B, D]
    lacking = looked({KMS: [A, D], STS: [A, D], LOGS: ZONES}, vpcs=[vpc])
    assert subnet_zones(lacking) == [A, B]


def planned(results, **options):
    """The plan where the subnets of two zones were made."""
    described = network(**{**OPTIONS, **options}).network
    zones = [one["availability_zone"] for one in network_plan(described, found_network(results))["vpc"]["subnets"]]
    made = {"subnets": [{"subnet_id": f"subnet-{zone[-1]}", "availability_zone": zone} for zone in zones]}
    return network_plan(described, found_network({**results, "made_vpc": made}))


def interfaces(plan):
    """The interface endpoints' arguments by service."""
    return {one["service_name"]: one for one in plan["endpoints"]["endpoints"] if one["vpc_endpoint_type"] != "Gateway"}


def test_an_endpoint_is_in_the_subnets_whose_zones_have_its_service_and_that_is_told():
    plan = planned(looked({KMS: [A, B], STS: [B, C], LOGS: [C]}))
    there = {name: endpoint["subnet_ids"] for name, endpoint in interfaces(plan).items()}
    assert there == {KMS: ["subnet-b"], STS: ["subnet-b", "subnet-c"], LOGS: ["subnet-c"]}
    assert plan["result"]["notes"] == [
        f"endpoint {KMS} is in the subnets of {B} alone, as its service is not in {C}.",
        f"endpoint {LOGS} is in the subnets of {C} alone, as its service is not in {B}.",
    ]


@pytest.mark.parametrize(
    ("logs", "reason"),
    [
        (None, f"eu-central-1 has no endpoint service {LOGS}"),
        ([D], f"endpoint service {LOGS} is in {D} alone, and the subnets are in {A}, {B}"),
    ],
)
def test_an_optional_service_that_has_no_place_is_left_out_and_told(logs, reason):
    plan = planned(looked({KMS: [A, B], STS: [A, B], **({LOGS: logs} if logs else {})}))
    assert sorted(interfaces(plan)) == [KMS, STS]
    assert plan["result"]["notes"] == [f"{reason}, so it is left out: what calls it from the VPC gets no answer."]


def test_a_required_service_that_has_no_place_is_refused():
    mend = (
        " Choose another region or other subnets, leave the service out, or name it in "
        "network_optional_endpoint_services if the teams can do without."
    )
    described = network(**OPTIONS).network
    assert found_mistakes(described, looked({KMS: ZONES, LOGS: ZONES})) == [
        f"network_services: eu-central-1 has no endpoint service {STS}.{mend}"
    ]
    assert found_mistakes(described, looked({KMS: [A], STS: [B], LOGS: ZONES})) == []
    three = {KMS: [A], STS: [B], LOGS: [C]}
    assert found_mistakes(network(**OPTIONS, network_subnet_count=1).network, looked(three)) == [
        f"network_services: endpoint service {STS} is in {B} alone, and the subnets are in {A}.{mend}"
    ]


def test_the_service_of_private_apis_is_required_with_them():
    described = network(**OPTIONS, network_private_api=True).network
    (sentence,) = found_mistakes(described, looked({KMS: ZONES, STS: ZONES}))
    assert "eu-central-1 has no endpoint service com.amazonaws.eu-central-1.execute-api" in sentence


def test_no_policy_is_sent_to_a_service_that_takes_none():
    results = looked({KMS: ZONES, LOGS: ZONES})
    results["found_vpc"]["endpoint_services"].append(service(STS, ZONES, policy=False))
    plan = planned(results)
    assert {name for name, endpoint in interfaces(plan).items() if "policy" in endpoint} == {KMS, LOGS}
    assert plan["result"]["notes"] == [
        f"endpoint {STS} has no policy of its own, as its service takes none: IAM alone decides what passes."
    ]
    assert planned(results, network_endpoint_policies=False)["result"]["notes"] == []
