# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes
from tests.support.http import get

STS, KMS, S3 = (f"com.amazonaws.eu-central-1.{service}" for service in ("sts", "kms", "s3"))
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*", "Sid": "Some"}
    ],
}


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    return vpc


@pytest.fixture
def subnets(ec2, vpc):
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("abc")
    ]


@pytest.fixture
def groups(ec2, vpc):
    return [
        ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"] for name in ("one", "two")
    ]


@pytest.fixture
def table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


@pytest.fixture
def endpoints(subnets, groups, table):
    interface = {"subnet_ids": subnets[:2], "security_group_ids": groups[:1], "private_dns_enabled": True}
    return [
        {"service_name": S3, "vpc_endpoint_type": "Gateway", "route_table_ids": [table]},
        {"service_name": STS, **interface},
        {"service_name": KMS, **interface, "policy": POLICY, "tags": {"Own": "o"}},
    ]


@pytest.fixture
def run(vpc, endpoints):
    def run(listed=None, check=False, **changes):
        options = {"vpc_id": vpc, "endpoints": endpoints if listed is None else listed, "tags": {"Platform": "p"}}
        return run_module("vpc_endpoints", check=check, **{**options, **changes})

    return run


def calls(emulator):
    return [call["operation"] for call in get(f"{emulator.url}/_emulator/calls")]


def present(ec2):
    return sorted(endpoint["ServiceName"] for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"])


def test_create_predicts_and_is_idempotent(emulator, run, ec2):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["diff"] == made["diff"]
    assert made["actions"] == {f"{S3} (Gateway)": "create", STS: "create", KMS: "create"}
    gateway, sts, kms = made["vpc_endpoints"]
    assert {endpoint["state"] for endpoint in made["vpc_endpoints"]} == {"available"}, "pending was waited for"
    assert gateway["vpc_endpoint_type"] == "Gateway" and sts["private_dns_enabled"] is True
    assert kms["policy"] == POLICY and kms["tags"] == {"Platform": "p", "Own": "o"}
    assert [endpoint["service_name"] for endpoint in predicted["vpc_endpoints"]] == [S3, STS, KMS]
    with no_writes(emulator):
        assert run()["changed"] is False
        assert run(check=True)["changed"] is False


def test_change_in_place(emulator, run, endpoints, subnets, groups, table, ec2, vpc):
    made = run()
    other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    changes = [
        {**endpoints[0], "route_table_ids": [other]},
        {**endpoints[1], "subnet_ids": subnets[1:], "security_group_ids": groups, "private_dns_enabled": False},
        {
            **endpoints[2],
            "policy": {**POLICY, "Statement": [{**POLICY["Statement"][0], "Action": "kms:*"}]},
            "tags": {},
        },
    ]
    with no_writes(emulator):
        predicted = run(changes, check=True)
    changed = run(changes)
    assert predicted["diff"] == changed["diff"] and set(changed["actions"].values()) == {"update"}
    gateway, sts, kms = changed["vpc_endpoints"]
    ids = [endpoint["vpc_endpoint_id"] for endpoint in made["vpc_endpoints"]]
    assert [endpoint["vpc_endpoint_id"] for endpoint in changed["vpc_endpoints"]] == ids
    assert gateway["route_table_ids"] == [other] and set(sts["subnet_ids"]) == set(subnets[1:])
    assert sts["security_group_ids"] == sorted(groups) and sts["private_dns_enabled"] is False
    assert kms["policy"]["Statement"][0]["Action"] == "kms:*" and kms["tags"] == {"Platform": "p"}
    with no_writes(emulator):
        assert run(changes)["changed"] is False


def test_order_and_writing_have_no_meaning(emulator, run, endpoints):
    run()
    statement = POLICY["Statement"][0]
    policy = {**POLICY, "Statement": {**statement, "Principal": {"AWS": "*"}, "Action": statement["Action"][::-1]}}
    turned = [
        {**endpoints[2], "policy": policy, "subnet_ids": endpoints[2]["subnet_ids"][::-1]},
        *endpoints[1::-1],
    ]
    with no_writes(emulator):
        assert run(turned)["changed"] is False


def test_drift_is_seen_and_repaired(emulator, run, ec2, subnets, groups):
    ids = {endpoint["service_name"]: endpoint["vpc_endpoint_id"] for endpoint in run()["vpc_endpoints"]}
    ec2.modify_vpc_endpoint(VpcEndpointId=ids[STS], AddSecurityGroupIds=groups[1:], RemoveSubnetIds=subnets[:1])
    ec2.modify_vpc_endpoint(VpcEndpointId=ids[KMS], ResetPolicy=True)
    ec2.delete_tags(Resources=[ids[S3]], Tags=[{"Key": "Platform"}])
    with no_writes(emulator):
        drift = run(check=True)
    assert drift["diff"]["after"].keys() == {f"{S3} (Gateway)", STS, KMS}
    assert drift["diff"]["after"][STS].keys() == {"subnet_ids", "security_group_ids"}
    assert drift["diff"]["after"][KMS].keys() == {"policy"}
    assert run()["diff"] == drift["diff"] and run()["changed"] is False


def test_existing_endpoint_is_adopted(run, ec2, vpc, subnets):
    found = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=STS, VpcEndpointType="Interface", SubnetIds=subnets[:1])
    made = run()
    assert made["actions"][STS] == "update"
    assert made["vpc_endpoints"][1]["vpc_endpoint_id"] == found["VpcEndpoint"]["VpcEndpointId"]
    assert run()["changed"] is False


def test_two_types_of_one_service(run, endpoints, subnets, groups):
    both = [endpoints[0], {"service_name": S3, "subnet_ids": subnets[:1], "security_group_ids": groups[:1]}]
    assert run(both)["actions"] == {f"{S3} (Gateway)": "create", S3: "create"}
    assert run(both)["changed"] is False


def test_endpoint_that_is_being_deleted_is_not_there(run, endpoints, ec2):
    first = run(endpoints[1:2])["vpc_endpoints"][0]["vpc_endpoint_id"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[first])
    again = run(endpoints[1:2])
    assert again["actions"] == {STS: "create"} and again["vpc_endpoints"][0]["vpc_endpoint_id"] != first
    assert len(present(ec2)) == 1


def test_endpoint_there_twice_is_refused(emulator, run, ec2, vpc, subnets):
    for private_dns in (True, False):
        ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=STS,
            VpcEndpointType="Interface",
            SubnetIds=subnets[:1],
            PrivateDnsEnabled=private_dns,
        )
    with no_writes(emulator), pytest.raises(ModuleFailed, match=r"has 2 endpoints for .*sts: vpce-"):
        run()


@pytest.mark.parametrize("check", [True, False])
def test_services_that_a_region_lacks_are_named(emulator, run, endpoints, check):
    unknown = [{"service_name": f"com.amazonaws.eu-central-1.{name}"} for name in ("teleport", "timetravel")]
    message = "eu-central-1 has no endpoint services com.amazonaws.eu-central-1.teleport, .*timetravel"
    with no_writes(emulator), pytest.raises(ModuleFailed, match=message):
        run([*endpoints, *unknown], check=check)


def test_purge_deletes_only_what_carries_our_tags(emulator, run, endpoints, ec2, vpc, subnets):
    run()
    foreign = "com.amazonaws.eu-central-1.ssm"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=foreign, VpcEndpointType="Interface", SubnetIds=subnets[:1])
    purge = {"purge": True, "purge_match_tags": {"Platform": "p"}}
    with no_writes(emulator):
        predicted = run(endpoints[:1], check=True, **purge)
    purged = run(endpoints[:1], **purge)
    assert predicted["diff"] == purged["diff"] and sorted(purged["actions"].values()) == ["delete", "delete"]
    assert present(ec2) == [S3, foreign]
    with no_writes(emulator), pytest.raises(ModuleFailed, match="list of endpoints is empty"):
        run([], **purge)
    assert run([], purge_all=True, **purge)["changed"] is True
    assert present(ec2) == [foreign]


def test_purge_without_tags_is_refused(emulator, run):
    with no_writes(emulator), pytest.raises(ModuleFailed, match="purge_match_tags"):
        run(purge=True)


def test_absent_twice_waits_until_the_groups_are_free(emulator, run, ec2, groups):
    run()
    with no_writes(emulator):
        assert run(check=True, state="absent")["changed"] is True
    assert run(state="absent")["vpc_endpoints"] == []
    ec2.delete_security_group(GroupId=groups[0])
    with no_writes(emulator):
        assert run(state="absent")["changed"] is False
    assert present(ec2) == []


def test_absent_waits_for_what_an_earlier_run_deleted(run, ec2, groups):
    ids = [endpoint["vpc_endpoint_id"] for endpoint in run()["vpc_endpoints"]]
    ec2.delete_vpc_endpoints(VpcEndpointIds=ids)
    assert run(state="absent")["changed"] is False
    ec2.delete_security_group(GroupId=groups[0])


def test_vpc_that_does_not_exist_yet(emulator, run):
    missing = {"vpc_id": "vpc-00000000000000000"}
    with no_writes(emulator):
        assert run(check=True, **missing)["changed"] is True
        assert run(state="absent", **missing)["changed"] is False
    with pytest.raises(ModuleFailed, match=r"3 of 3 VPC endpoints failed.*vpc-00000000000000000"):
        run(**missing)


def test_one_listing_serves_all_endpoints(emulator, run):
    run()
    before = len(calls(emulator))
    run()
    listings = calls(emulator)[before:].count("DescribeVpcEndpoints")
    assert listings == 1


def test_no_second_endpoint_when_an_answer_is_lost(emulator, run, endpoints, ec2):
    set_faults(emulator, {"service": "ec2", "operation": "CreateVpcEndpoint", "drop": True, "times": 1})
    run(endpoints[1:2])
    assert present(ec2) == [STS]
    assert writes(emulator).count("CreateVpcEndpoint") == 2


def test_endpoint_that_is_gone_already_is_deleted(emulator, run, endpoints, ec2):
    """The answer to the first deletion is lost, and the second one finds the gateway's endpoint gone."""
    run(endpoints[:1])
    set_faults(emulator, {"service": "ec2", "operation": "DeleteVpcEndpoints", "drop": True, "times": 1})
    run(endpoints[:1], state="absent")
    assert present(ec2) == []
    assert writes(emulator).count("DeleteVpcEndpoints") == 2


def test_failed_endpoint_of_ours_is_made_again(emulator, run, endpoints, ec2):
    tags = {"tags": {"Platform": "p"}, "match_tags": {"Platform": "p"}}
    fails = {"service": "ec2", "operation": "CreateVpcEndpoint", "effect": "fail", "times": 1, "reason": "No addresses"}
    set_faults(emulator, fails)
    with pytest.raises(ModuleFailed, match="is failed: No addresses"):
        run(endpoints[1:2], **tags)
    (failed,) = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    with no_writes(emulator):
        assert run(endpoints[1:2], check=True, **tags)["actions"] == {STS: "create"}
    run(endpoints[1:2], **tags)
    (made,) = [one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if one["State"] == "available"]
    assert made["VpcEndpointId"] != failed["VpcEndpointId"] and present(ec2) == [STS]


def test_failed_endpoint_of_somebody_else_is_told_and_left(emulator, run, endpoints, ec2):
    fails = {"service": "ec2", "operation": "CreateVpcEndpoint", "effect": "fail", "times": 1}
    set_faults(emulator, fails)
    for _ in range(2):
        with pytest.raises(ModuleFailed, match="is failed"):
            run(endpoints[1:2])
    assert writes(emulator).count("CreateVpcEndpoint") == 1
