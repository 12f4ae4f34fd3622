# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network interfaces of functions in a VPC (Lambda developer guide, "Lambda Hyperplane ENIs")."""

import io
import json
import time
import zipfile

import pytest

from tests.emulator.aws_answers import refused

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def network(ec2):
    """``(VPC, two subnets, two groups)``."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"] for number in range(2)
    ]
    groups = [ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in "ab"]
    return vpc, subnets, groups


@pytest.fixture
def make(client):
    """A function that makes a function in subnets with groups."""
    role = client("iam").create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    )["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("code.py", "def answer(event, context):\n    return 1\n")

    def create(name, subnets, groups):
        return client("lambda").create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.12",
            Handler="code.answer",
            Code={"ZipFile": archive.getvalue()},
            VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": groups},
        )

    return create


def interfaces(ec2):
    found = ec2.describe_network_interfaces(Filters=[{"Name": "interface-type", "Values": ["lambda"]}])
    return sorted((item["SubnetId"], *sorted(group["GroupId"] for group in item["Groups"]))
                  for item in found["NetworkInterfaces"])  # fmt: skip


def test_functions_share_interfaces(ec2, network, make):
    """Developer guide: one per combination of subnet and security groups, made by Lambda, not to be deleted by hand."""
    _vpc, subnets, groups = network
    make("one", subnets, groups[:1])
    make("two", subnets[:1], groups[:1])
    assert interfaces(ec2) == sorted([(subnets[0], groups[0]), (subnets[1], groups[0])])
    make("three", subnets[:1], groups)
    assert len(interfaces(ec2)) == 3
    item = ec2.describe_network_interfaces()["NetworkInterfaces"][0]
    assert (item["InterfaceType"], item["RequesterManaged"], item["Status"]) == ("lambda", True, "in-use")
    assert item["Description"].startswith("AWS Lambda VPC ENI-one-")
    with refused("InvalidParameterValue", "in use"):
        ec2.delete_network_interface(NetworkInterfaceId=item["NetworkInterfaceId"])


def test_interfaces_hold_the_network_after_the_function(client, ec2, network, make):
    """terraform-provider-aws: groups and subnets cannot be deleted until Lambda has let go of its interfaces."""
    vpc, subnets, groups = network
    make("one", subnets[:1], groups)
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=groups[0])
    client("lambda").delete_function(FunctionName="one")
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    for group in groups:
        ec2.delete_security_group(GroupId=group)
    ec2.delete_vpc(VpcId=vpc)


def test_interfaces_stay_while_one_function_needs_them(client, ec2, network, make):
    """Developer guide: shared interfaces go with the last function; a function that moves leaves its own."""
    _vpc, subnets, groups = network
    make("one", subnets[:1], groups[:1])
    make("two", subnets[:1], groups[:1])
    functions = client("lambda")
    functions.delete_function(FunctionName="one")
    time.sleep(1.3)
    assert interfaces(ec2) == [(subnets[0], groups[0])]
    functions.update_function_configuration(
        FunctionName="two", VpcConfig={"SubnetIds": subnets[1:], "SecurityGroupIds": groups[:1]}
    )
    time.sleep(1.3)
    assert interfaces(ec2) == [(subnets[1], groups[0])]
    functions.update_function_configuration(FunctionName="two", VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    time.sleep(1.3)
    assert interfaces(ec2) == []


def test_refused_networks(client, ec2, network, make):
    """API reference CreateFunction, VpcConfig; texts of public deployments."""
    _vpc, subnets, groups = network
    code = "InvalidParameterValueException"
    with refused(code, "InvalidSubnetID.NotFound"):
        make("one", ["subnet-0123456789abcdef0"], groups)
    with refused(code, "InvalidGroup.NotFound"):
        make("one", subnets, ["sg-0123456789abcdef0"])
    with refused(code, "at least one security group"):
        make("one", subnets, [])
    with refused(code, "same VPC"):
        make("one", [subnets[0], "subnet-00000001"], groups)
    assert interfaces(ec2) == [] and client("lambda").list_functions()["Functions"] == []
