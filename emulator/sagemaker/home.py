# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain makes in the customer's account: the home file system, its mount targets and the two NFS groups.

Sources: Terraform state dumps of real accounts (names, descriptions, rules, tag); developer guide,
"gs-studio-delete-domain"; API reference RetentionPolicy. That deleting the file system removes the groups too is
inferred from terraform-provider-aws's acceptance tests, which delete the VPC right afterwards.
"""

from __future__ import annotations

from emulator import efs
from emulator.sagemaker.in_process import CallFailed, call
from emulator.sagemaker.states import NotYet, TransitionFailed
from emulator.shared.shapes import Structure

TAG = "ManagedByAmazonSageMakerResource"
PORTS = ((2049, 2049), (988, 988), (1018, 1023))  # NFS; the others since SageMaker mounts Lustre, too
DIRECTIONS = ("inbound", "outbound")
WAITING = ("FileSystemInUse", "DependencyViolation")


def create(record: Structure) -> None:
    """Make what is missing of a domain's home and put HomeEfsFileSystemId into its attributes.

    Raises TransitionFailed when EFS, EC2 or KMS refuse; called again it continues where it stopped.
    """
    try:
        _create(record["attributes"], {"Key": TAG, "Value": record["arn"]})
    except CallFailed as error:
        raise TransitionFailed(f"ConfigurationError: {error.code}: {error}") from error


def _create(domain: Structure, tag: Structure) -> None:
    if "HomeEfsFileSystemId" not in domain:
        key = domain.get("KmsKeyId")
        if key:
            _check_key(key)
        made = call(
            "efs",
            "CreateFileSystem",
            CreationToken=domain["DomainId"],
            Encrypted=True,
            Tags=[tag],
            **({"KmsKeyId": key} if key else {}),
        )
        domain["HomeEfsFileSystemId"] = made["FileSystemId"]
    groups = _groups(domain) or _create_groups(domain, tag)
    if "inbound" not in groups:
        raise TransitionFailed(f"ConfigurationError: {_group_name('inbound', domain)} does not exist any more.")
    file_system = domain["HomeEfsFileSystemId"]
    taken = {target["AvailabilityZoneName"] for target in _mount_targets(file_system)}
    for subnet in call("ec2", "DescribeSubnets", SubnetIds=domain["SubnetIds"])["Subnets"]:
        if subnet["AvailabilityZone"] not in taken:  # EFS allows one mount target per zone
            taken.add(subnet["AvailabilityZone"])
            call(
                "efs",
                "CreateMountTarget",
                FileSystemId=file_system,
                SubnetId=subnet["SubnetId"],
                SecurityGroups=[groups["inbound"]],
            )
    efs.finish_mount_targets(file_system)  # a domain is InService when its home can be mounted


def _check_key(key_id: str) -> None:
    state = call("kms", "DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        raise CallFailed("KMSInvalidStateException", f"{key_id} is {state}.")


def _group_name(direction: str, domain: Structure) -> str:
    return f"security-group-for-{direction}-nfs-{domain['DomainId']}"


def _groups(domain: Structure) -> dict[str, str]:
    """The ids of the domain's NFS groups by direction, as far as they exist."""
    filters = [{"Name": "group-name", "Values": [_group_name(direction, domain) for direction in DIRECTIONS]}]
    found = call("ec2", "DescribeSecurityGroups", Filters=filters)["SecurityGroups"]
    ids = {group["GroupName"]: group["GroupId"] for group in found}
    return {direction: ids[name] for direction in DIRECTIONS if (name := _group_name(direction, domain)) in ids}


def _create_groups(domain: Structure, tag: Structure) -> dict[str, str]:
    groups = {}
    for direction in DIRECTIONS:
        groups[direction] = call(
            "ec2",
            "CreateSecurityGroup",
            GroupName=_group_name(direction, domain),
            Description=f"[DO NOT DELETE] Security Group that allows {direction} NFS traffic for SageMaker Notebooks "
            f"Domain [{domain['DomainId']}]",
            VpcId=domain["VpcId"],
            TagSpecifications=[{"ResourceType": "security-group", "Tags": [tag]}],
        )["GroupId"]
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}  # EC2 gives it to every new group
        call("ec2", "RevokeSecurityGroupEgress", GroupId=groups[direction], IpPermissions=[everything])
    call("ec2", "AuthorizeSecurityGroupIngress", GroupId=groups["inbound"], IpPermissions=_rules(groups["outbound"]))
    call("ec2", "AuthorizeSecurityGroupEgress", GroupId=groups["outbound"], IpPermissions=_rules(groups["inbound"]))
    return groups


def _rules(peer: str) -> list[Structure]:
    return [
        {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, "UserIdGroupPairs": [{"GroupId": peer}]}
        for first, last in PORTS
    ]


def _mount_targets(file_system_id: str) -> list[Structure]:
    return call("efs", "DescribeMountTargets", FileSystemId=file_system_id)["MountTargets"]


def delete(record: Structure) -> None:
    """Remove a domain's mount targets, file system and NFS groups, as far as they still exist.

    Raises NotYet while something is still in use, TransitionFailed when it cannot be done.
    """
    domain = record["attributes"]
    try:
        if "HomeEfsFileSystemId" in domain:
            _delete_file_system(domain["HomeEfsFileSystemId"])
        _delete_groups(_groups(domain))
    except CallFailed as error:
        failure = NotYet if error.code in WAITING else TransitionFailed
        raise failure(f"{error.code}: {error}") from error


def _delete_file_system(file_system_id: str) -> None:
    """The time that EFS takes for mount targets and file system is part of the domain's Deleting."""
    efs.discard_file_system(file_system_id)
    try:
        call("efs", "DescribeFileSystems", FileSystemId=file_system_id)
    except CallFailed as error:
        if error.code == "FileSystemNotFound":
            return
        raise
    raise CallFailed("FileSystemInUse", f"File system {file_system_id} could not be deleted.")


def _delete_groups(groups: dict[str, str]) -> None:
    """Each group refers to the other, so the rules go first."""
    calls = {
        "inbound": ("RevokeSecurityGroupIngress", "IpPermissions"),
        "outbound": ("RevokeSecurityGroupEgress", "IpPermissionsEgress"),
    }
    for direction, group_id in groups.items():
        revoke, member = calls[direction]
        group = call("ec2", "DescribeSecurityGroups", GroupIds=[group_id])["SecurityGroups"][0]
        if group[member]:
            call("ec2", revoke, GroupId=group_id, IpPermissions=group[member])
    for group_id in groups.values():
        call("ec2", "DeleteSecurityGroup", GroupId=group_id)
