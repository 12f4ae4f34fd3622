# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform in a region whose zones lack endpoint services: built where they are, told of, or refused at first."""

import json

import pytest

from tests.support.account import Account
from tests.support.parents import Parents

pytestmark = pytest.mark.long

REGION = "eu-central-1"
A, B, C = (f"{REGION}{letter}" for letter in "abc")
FEATURES, EXPERIMENTS = f"com.amazonaws.{REGION}.sagemaker.featurestore-runtime", f"aws.sagemaker.{REGION}.experiments"
STS, KMS = f"com.amazonaws.{REGION}.sts", f"com.amazonaws.{REGION}.kms"


@pytest.fixture
def account():
    account = Account()
    yield account
    account.stop()


def offered(**services):
    """Faults with which the region offers services so."""
    names = {"features": FEATURES, "experiments": EXPERIMENTS, "sts": STS, "kms": KMS}
    asked = [{"endpoint_service": names[name], **what} for name, what in services.items()]
    return [{"service": "ec2", "operation": "DescribeVpcEndpointServices", "offers": one} for one in asked]


def zones_of_endpoints(account):
    """The zones of every interface endpoint, by its service."""
    ec2 = account.client("ec2")
    zones = {one["SubnetId"]: one["AvailabilityZone"] for one in ec2.describe_subnets()["Subnets"]}
    endpoints = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-type", "Values": ["Interface"]}])
    return {
        one["ServiceName"]: sorted(zones[subnet_id] for subnet_id in one["SubnetIds"])
        for one in endpoints["VpcEndpoints"]
    }


def told(run):
    """What a run said, on one line."""
    return " ".join(run.output.split())


def test_a_platform_is_built_in_the_zones_that_have_its_services(account):
    """The emulator's second zone lacks the feature store, as some zone of a region on AWS lacks something."""
    run = account.run("platform")
    assert run.status == 0, run.output[-4000:]
    assert FEATURES in zones_of_endpoints(account)
    assert set(map(tuple, zones_of_endpoints(account).values())) == {(A, C)}


def test_what_a_region_lacks_is_predicted_and_told_and_changes_nothing_again(account):
    account.faults(
        *offered(features={"zones": []}, experiments={"zones": [B]}, sts={"zones": [A]}, kms={"policy": False})
    )
    sentences = [
        f"{REGION} has no endpoint service {FEATURES}, so it is left out",
        f"endpoint {EXPERIMENTS} is in the subnets of {B} alone, as its service is not in {A}.",
        f"endpoint {STS} is in the subnets of {A} alone, as its service is not in {B}.",
        f"endpoint {KMS} has no policy of its own, as its service takes none",
    ]
    predicted = account.run("platform", "--check")
    assert (predicted.status, account.writes()) == (0, []), predicted.output[-4000:]
    built = account.run("platform")
    assert built.status == 0, built.output[-4000:]
    again = account.run("platform")
    assert (again.status, again.changed) == (0, 0)
    for run in (predicted, built, again):
        assert [sentence for sentence in sentences if sentence not in told(run)] == []
    zones = zones_of_endpoints(account)
    assert FEATURES not in zones
    assert (zones[STS], zones[EXPERIMENTS]) == ([A], [B])
    (policy,) = [
        json.loads(one["PolicyDocument"])["Statement"][0]
        for one in account.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
        if one["ServiceName"] == KMS
    ]
    assert policy == {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def vpc_of_somebody_else(account):
    """The options that name a VPC that was there, and its subnets in the first two zones."""
    network = Parents(account.client).network
    account.writes()
    return {"network_vpc_id": network["vpc_id"], "network_subnet_ids": network["subnet_ids"][:2]}


@pytest.mark.parametrize("zones", [[], [C]])
def test_a_required_service_without_a_place_is_refused_before_anything_is_made(account, zones):
    options = vpc_of_somebody_else(account)
    account.faults(*offered(sts={"zones": zones}))
    run = account.run("platform", **options)
    assert run.status != 0
    reason = f"is in {C} alone, and the subnets are in {A}, {B}" if zones else f"{REGION} has no endpoint service {STS}"
    assert reason in told(run) and "network_optional_endpoint_services" in told(run)
    # The table of turns is older than any look: a run without a turn looks at nothing.
    assert set(account.writes()) <= {"dynamodb:CreateTable", "dynamodb:TagResource"}


def test_endpoints_in_a_vpc_that_was_there_go_where_their_services_are(account):
    run = account.run("platform", **vpc_of_somebody_else(account))
    assert run.status == 0, run.output[-4000:]
    zones = zones_of_endpoints(account)
    assert zones.pop(FEATURES) == [A]
    assert set(map(tuple, zones.values())) == {(A, B)}
    assert f"endpoint {FEATURES} is in the subnets of {A} alone, as its service is not in {B}." in told(run)
