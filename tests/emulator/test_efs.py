# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EFS refuses and shows, each with the source of AWS's behaviour."""

import pytest
from botocore.exceptions import ClientError

from tests.emulator.aws_answers import REGION, refused, states


@pytest.fixture
def efs(client):
    return client("efs")


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def file_system(efs):
    return efs.create_file_system(CreationToken="home", Tags=[{"Key": "Name", "Value": "home"}])["FileSystemId"]


@pytest.fixture
def network(ec2):
    """``(subnet id, security group id)`` in a new VPC."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone=f"{REGION}a")["Subnet"]["SubnetId"]
    return subnet, ec2.create_security_group(GroupName="nfs", Description="NFS", VpcId=vpc)["GroupId"]


@pytest.fixture
def mount_target(efs, file_system, network):
    subnet, group = network
    return efs.create_mount_target(FileSystemId=file_system, SubnetId=subnet, SecurityGroups=[group])


def test_old_tag_calls(efs, file_system):
    """API reference DescribeTags, CreateTags, DeleteTags (deprecated, still used by community.aws.efs)."""
    efs.create_tags(FileSystemId=file_system, Tags=[{"Key": "a", "Value": "1"}, {"Key": "Name", "Value": "new"}])
    assert efs.describe_tags(FileSystemId=file_system)["Tags"] == [
        {"Key": "Name", "Value": "new"},
        {"Key": "a", "Value": "1"},
    ]
    assert efs.describe_file_systems(FileSystemId=file_system)["FileSystems"][0]["Name"] == "new"
    efs.delete_tags(FileSystemId=file_system, TagKeys=["Name"])
    assert efs.list_tags_for_resource(ResourceId=file_system)["Tags"] == [{"Key": "a", "Value": "1"}]
    assert "Name" not in efs.describe_file_systems(FileSystemId=file_system)["FileSystems"][0]
    with refused("FileSystemNotFound"):
        efs.describe_tags(FileSystemId="fs-0123456789abcdef0")


def test_creation_token_is_used_once(efs, file_system):
    """API reference CreateFileSystem: FileSystemAlreadyExists carries the id of the existing one."""
    with pytest.raises(efs.exceptions.FileSystemAlreadyExists) as error:
        efs.create_file_system(CreationToken="home")
    assert error.value.response["FileSystemId"] == file_system


def test_mount_target_has_a_real_interface(ec2, network, mount_target):
    """EFS user guide: a mount target is a requester-managed network interface in the subnet."""
    subnet, group = network
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[mount_target["NetworkInterfaceId"]])[
        "NetworkInterfaces"
    ][0]
    assert interface["Description"] == (
        f"EFS mount target for {mount_target['FileSystemId']} ({mount_target['MountTargetId']})"
    )
    assert (interface["SubnetId"], interface["RequesterManaged"]) == (subnet, True)
    assert [entry["GroupId"] for entry in interface["Groups"]] == [group]
    assert interface["PrivateIpAddress"] == mount_target["IpAddress"]


def test_groups_of_mount_target_are_those_of_its_interface(efs, ec2, network, mount_target):
    """API reference ModifyMountTargetSecurityGroups."""
    vpc = ec2.describe_subnets(SubnetIds=[network[0]])["Subnets"][0]["VpcId"]
    other = ec2.create_security_group(GroupName="other", Description="Other", VpcId=vpc)["GroupId"]
    efs.modify_mount_target_security_groups(MountTargetId=mount_target["MountTargetId"], SecurityGroups=[other])
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[mount_target["NetworkInterfaceId"]])
    assert [entry["GroupId"] for entry in interface["NetworkInterfaces"][0]["Groups"]] == [other]


def test_mount_target_states(efs, file_system, mount_target):
    """API reference LifeCycleState: creating, available, deleting; then it is unknown."""
    asked = {"MountTargetId": mount_target["MountTargetId"]}

    def state():
        return efs.describe_mount_targets(**asked)["MountTargets"][0]["LifeCycleState"]

    assert mount_target["LifeCycleState"] == "creating"
    assert states(state, 2) == ["creating", "available"]
    efs.delete_mount_target(**asked)
    assert state() == "deleting"
    with refused("MountTargetNotFound"):
        state()
    assert efs.describe_file_systems(FileSystemId=file_system)["FileSystems"][0]["NumberOfMountTargets"] == 0


def test_mount_target_holds_file_system_group_and_subnet(efs, ec2, network, file_system, mount_target):
    """API reference DeleteFileSystem (FileSystemInUse), DeleteSecurityGroup and DeleteSubnet (DependencyViolation)."""
    subnet, group = network
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    efs.delete_mount_target(MountTargetId=mount_target["MountTargetId"])
    with refused("FileSystemInUse"):
        efs.delete_file_system(FileSystemId=file_system)
    efs.delete_file_system(FileSystemId=file_system)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)


def test_second_mount_target_of_a_zone_and_the_first_one_are_told_as_aws_does(efs, network, file_system, mount_target):
    """hashicorp/terraform-provider-aws #2525 and rebuy-de/aws-nuke #1203."""
    with pytest.raises(ClientError, match="mount target already exists in this AZ"):
        efs.create_mount_target(FileSystemId=file_system, SubnetId=network[0])
    told = f"The file system '{file_system}' cannot be deleted because it has mount targets. You must delete"
    with pytest.raises(ClientError, match=told):
        efs.delete_file_system(FileSystemId=file_system)


def test_mount_targets_are_asked_for_by_something(efs, file_system):
    """API reference DescribeMountTargets: one of three ids is needed, and it must exist."""
    with refused("BadRequest"):
        efs.describe_mount_targets()
    with refused("FileSystemNotFound"):
        efs.describe_mount_targets(FileSystemId="fs-0123456789abcdef0")
    assert efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"] == []


def test_file_systems_come_in_pages(efs):
    """API reference DescribeFileSystems: MaxItems, Marker and NextMarker."""
    made = {efs.create_file_system(CreationToken=str(number))["FileSystemId"] for number in range(5)}
    pages = list(efs.get_paginator("describe_file_systems").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["FileSystems"]) for page in pages] == [2, 2, 1]
    assert {entry["FileSystemId"] for page in pages for entry in page["FileSystems"]} == made
