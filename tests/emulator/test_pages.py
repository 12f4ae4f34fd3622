# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists come in pages, whose sizes the caller may choose: API references, MaxItems, Limit and MaxResults."""

import json

import pytest

from tests.emulator.aws_answers import refused

DOCUMENT = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
NAMES = [f"n{number}" for number in range(5)]


@pytest.fixture
def filled(client):
    """Five of everything that IAM lists."""
    iam = client("iam")
    tags = [{"Key": name, "Value": "v"} for name in NAMES]
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST, Tags=tags)
    for name in NAMES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Path="/five/")
        iam.create_user(UserName=name)
        iam.create_group(GroupName=name)
        iam.put_role_policy(RoleName="role", PolicyName=name, PolicyDocument=DOCUMENT)
        policy = iam.create_policy(PolicyName=name, PolicyDocument=DOCUMENT)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="role", PolicyArn=policy)
    for _ in range(4):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=DOCUMENT)
    return iam, policy


@pytest.mark.parametrize(
    "operation, member, arguments",
    [
        ("list_roles", "Roles", {"PathPrefix": "/five/"}),
        ("list_users", "Users", {}),
        ("list_groups", "Groups", {}),
        ("list_policies", "Policies", {"Scope": "Local"}),
        ("list_policy_versions", "Versions", {"PolicyArn": "{policy}"}),
        ("list_role_policies", "PolicyNames", {"RoleName": "role"}),
        ("list_attached_role_policies", "AttachedPolicies", {"RoleName": "role"}),
        ("list_role_tags", "Tags", {"RoleName": "role"}),
        (
            "simulate_custom_policy",
            "EvaluationResults",
            {"PolicyInputList": [DOCUMENT], "ActionNames": [f"s3:{name}" for name in NAMES]},
        ),
    ],
)
def test_lists_of_iam(filled, operation, member, arguments):
    """IAM API reference: MaxItems cuts, IsTruncated and Marker lead on, and a page is no more than asked."""
    iam, policy = filled
    arguments = {name: policy if value == "{policy}" else value for name, value in arguments.items()}
    pages, marker = [], {}
    while True:
        answer = getattr(iam, operation)(MaxItems=2, **marker, **arguments)
        pages.append(answer[member])
        if not answer["IsTruncated"]:
            break
        marker = {"Marker": answer["Marker"]}
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [item for page in pages for item in page] == getattr(iam, operation)(**arguments)[member]


def test_a_page_has_a_hundred_items_unless_told_otherwise(client):
    """IAM API reference, MaxItems: 100; KMS ListAliases, Limit: 50."""
    iam, kms = client("iam"), client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for number in range(101):
        iam.create_user(UserName=f"u{number}")
        kms.create_alias(AliasName=f"alias/a{number}", TargetKeyId=key)
    answer = iam.list_users()
    assert (len(answer["Users"]), answer["IsTruncated"]) == (100, True)
    aliases = kms.list_aliases(KeyId=key)
    assert (len(aliases["Aliases"]), aliases["Truncated"]) == (50, True)
    assert len(list(kms.get_paginator("list_aliases").paginate(KeyId=key))) == 3


@pytest.mark.parametrize("operation, member", [("list_keys", "Keys"), ("list_resource_tags", "Tags")])
def test_lists_of_kms(client, operation, member):
    """KMS API reference: Limit, Truncated, NextMarker."""
    kms = client("kms")
    keys = [kms.create_key(Tags=[{"TagKey": name, "TagValue": "v"} for name in NAMES]) for _ in NAMES]
    arguments = {"KeyId": keys[0]["KeyMetadata"]["KeyId"]} if operation == "list_resource_tags" else {}
    pages = list(client("kms").get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **arguments))
    assert [len(page[member]) for page in pages] == [2, 2, 1]


def test_wrong_markers(client, filled):
    """IAM API reference, ValidationError; KMS API reference, InvalidMarkerException."""
    with refused("ValidationError"):
        client("iam").list_users(Marker="wrong")
    with refused("InvalidMarkerException"):
        client("kms").list_keys(Marker="wrong")


@pytest.mark.parametrize(
    "operation, member, make",
    [
        (
            "describe_subnets",
            "Subnets",
            lambda ec2, number: ec2.create_subnet(
                VpcId=ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"], CidrBlock="10.0.0.0/24"
            ),
        ),
        ("describe_vpcs", "Vpcs", lambda ec2, number: ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")),
        (
            "describe_security_groups",
            "SecurityGroups",
            lambda ec2, number: ec2.create_security_group(
                GroupName=f"g{number}", Description="d", VpcId="vpc-00000001"
            ),
        ),
        ("describe_route_tables", "RouteTables", lambda ec2, number: ec2.create_route_table(VpcId="vpc-00000001")),
        (
            "describe_network_interfaces",
            "NetworkInterfaces",
            lambda ec2, number: ec2.create_network_interface(SubnetId="subnet-00000001"),
        ),
        (
            "describe_vpc_endpoints",
            "VpcEndpoints",
            lambda ec2, number: ec2.create_vpc_endpoint(
                VpcId=ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"],
                ServiceName="com.amazonaws.eu-central-1.s3",
            ),
        ),
        ("describe_vpc_endpoint_services", "ServiceDetails", None),
        ("describe_internet_gateways", "InternetGateways", lambda ec2, number: ec2.create_internet_gateway()),
    ],
)
def test_lists_of_ec2(client, operation, member, make):
    """EC2 API reference, MaxResults and NextToken."""
    ec2 = client("ec2")
    for number in range(6):
        if make:
            make(ec2, number)
    size = 5  # the smallest that EC2 takes
    pages, token = [], {}
    while token is not None:
        answer = getattr(ec2, operation)(MaxResults=size, **token)
        pages.append(answer[member])
        token = {"NextToken": answer["NextToken"]} if answer.get("NextToken") else None
    assert len(pages) > 1 and {len(page) for page in pages[:-1]} == {size}
    assert [item for page in pages for item in page] == getattr(ec2, operation)()[member]
