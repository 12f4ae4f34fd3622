# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The home file system of a domain and the two NFS groups, seen through EFS and EC2."""

import pytest

from tests.emulator.studio import ARN, refused

TAG = "ManagedByAmazonSageMakerResource"


@pytest.fixture
def domain_id(studio):
    return studio.domain(Tags=[{"Key": "Platform", "Value": "studio"}])


def file_systems(studio):
    return studio.efs.describe_file_systems()["FileSystems"]


def delete(studio, domain_id, **arguments):
    studio.sagemaker.delete_domain(DomainId=domain_id, **arguments)
    studio.gone(domain_id)


def test_file_system_is_encrypted_and_has_only_sagemakers_tag(studio, domain_id):
    """Real accounts: tag ManagedByAmazonSageMakerResource, no Name; the domain's own tags are not documented there."""
    (found,) = file_systems(studio)
    assert found["FileSystemId"] == studio.settled(domain_id)["HomeEfsFileSystemId"]
    assert found["Tags"] == [{"Key": TAG, "Value": f"{ARN}:domain/{domain_id}"}]
    assert found["Encrypted"] is True


def test_no_file_system_before_in_service(studio):
    """The home is made while the domain is Pending; HomeEfsFileSystemId may be missing then."""
    domain_id = studio.create_domain()["DomainId"]
    assert "HomeEfsFileSystemId" not in studio.sagemaker.describe_domain(DomainId=domain_id)


def test_file_system_uses_the_domains_key(studio, client):
    """API reference CreateDomain.KmsKeyId: it encrypts the EFS volume."""
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    studio.domain(KmsKeyId=key)
    assert key in file_systems(studio)[0]["KmsKeyId"]


def test_unusable_key_fails_the_domain(studio, client):
    """KMS errors show in the asynchronous part: the domain becomes Failed."""
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    made = studio.create_domain(KmsKeyId=key)
    failed = studio.settled(made["DomainId"])
    assert (failed["Status"], failed["FailureReason"]) == (
        "Failed",
        f"ConfigurationError: KMSInvalidStateException: {key} is Disabled.",
    )


def test_one_mount_target_per_zone(studio):
    """EFS allows one mount target per availability zone; real domains have one per subnet."""
    second_of_zone = studio.subnet(7, "a")
    domain_id = studio.domain(SubnetIds=[*studio.subnets, second_of_zone])
    targets = studio.efs.describe_mount_targets(FileSystemId=studio.settled(domain_id)["HomeEfsFileSystemId"])
    assert [target["SubnetId"] for target in targets["MountTargets"]] == studio.subnets
    assert {target["LifeCycleState"] for target in targets["MountTargets"]} == {"available"}
    groups = studio.efs.describe_mount_target_security_groups(MountTargetId=targets["MountTargets"][0]["MountTargetId"])
    assert groups["SecurityGroups"] == [studio.nfs_groups(domain_id)["inbound"]["GroupId"]]


def test_nfs_groups_are_as_on_aws(studio, domain_id):
    """State dumps of real accounts: names, descriptions, rules and tag."""
    groups = studio.nfs_groups(domain_id)
    for direction, group in groups.items():
        assert group["Description"] == (
            f"[DO NOT DELETE] Security Group that allows {direction} NFS traffic for SageMaker Notebooks "
            f"Domain [{domain_id}]"
        )
        assert group["VpcId"] == studio.vpc
        assert group["Tags"] == [{"Key": TAG, "Value": f"{ARN}:domain/{domain_id}"}]
    inbound, outbound = groups["inbound"], groups["outbound"]
    assert (inbound["IpPermissionsEgress"], outbound["IpPermissions"]) == ([], [])
    for rules, peer in ((inbound["IpPermissions"], outbound), (outbound["IpPermissionsEgress"], inbound)):
        assert [(rule["FromPort"], rule["ToPort"]) for rule in rules] == [(2049, 2049), (988, 988), (1018, 1023)]
        assert all(rule["IpProtocol"] == "tcp" for rule in rules)
        pairs = [pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]]
        assert pairs == [peer["GroupId"]] * 3
        assert not any(rule["IpRanges"] for rule in rules)


def test_groups_refer_to_each_other(studio, domain_id):
    """EC2: a group that another one's rules name cannot be deleted (DependencyViolation)."""
    for group in studio.nfs_groups(domain_id).values():
        with refused("DependencyViolation"):
            studio.ec2.delete_security_group(GroupId=group["GroupId"])


def test_retention_is_the_default(studio, domain_id):
    """Model: RetentionPolicy.HomeEfsFileSystem defaults to Retain; subnets stay blocked (terraform #20986)."""
    delete(studio, domain_id)
    assert len(file_systems(studio)) == 1
    assert set(studio.nfs_groups(domain_id)) == {"inbound", "outbound"}
    with refused("DependencyViolation"):
        studio.ec2.delete_subnet(SubnetId=studio.subnets[0])


def test_delete_removes_everything(studio, domain_id):
    """RetentionPolicy Delete: nothing is left that would hold the VPC (terraform-provider-aws acceptance tests)."""
    delete(studio, domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    assert file_systems(studio) == []
    assert studio.nfs_groups(domain_id) == {}
    for subnet in studio.subnets:
        studio.ec2.delete_subnet(SubnetId=subnet)
    studio.ec2.delete_vpc(VpcId=studio.vpc)


def test_delete_copes_with_what_is_gone_already(studio, domain_id):
    """Somebody removed the mount targets and the file system by hand."""
    file_system = studio.settled(domain_id)["HomeEfsFileSystemId"]
    for target in studio.efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"]:
        studio.efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    while studio.efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"]:
        pass
    studio.efs.delete_file_system(FileSystemId=file_system)
    delete(studio, domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    assert studio.nfs_groups(domain_id) == {}


def test_delete_fails_while_an_nfs_group_is_in_use(studio, domain_id, monkeypatch):
    """sm-domain guide: Delete_Failed; call DeleteDomain again once nothing stands in the way (DependencyViolation)."""
    monkeypatch.setattr("emulator.sagemaker.states.GIVE_UP_SECONDS", 0)
    inbound = studio.nfs_groups(domain_id)["inbound"]["GroupId"]
    own = studio.ec2.create_security_group(GroupName="own", Description="own", VpcId=studio.vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": inbound}]}
    studio.ec2.authorize_security_group_ingress(GroupId=own, IpPermissions=[rule])
    studio.sagemaker.delete_domain(DomainId=domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    failed = studio.settled(domain_id)
    assert failed["Status"] == "Delete_Failed"
    assert failed["FailureReason"].startswith("DependencyViolation: ")
    with refused("ResourceInUse"):
        studio.sagemaker.update_domain(DomainId=domain_id)
    studio.ec2.delete_security_group(GroupId=own)
    delete(studio, domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    assert studio.nfs_groups(domain_id) == {}


def test_no_home_when_its_creation_is_disabled(studio):
    """API reference CreateDomain.HomeEfsFileSystemCreation."""
    domain_id = studio.domain(HomeEfsFileSystemCreation="Disabled")
    assert "HomeEfsFileSystemId" not in studio.settled(domain_id)
    assert (file_systems(studio), studio.nfs_groups(domain_id)) == ([], {})


def test_home_can_be_enabled_later_but_not_disabled(studio):
    """API reference UpdateDomain.HomeEfsFileSystemCreation."""
    domain_id = studio.domain(HomeEfsFileSystemCreation="Disabled")
    studio.sagemaker.update_domain(DomainId=domain_id, HomeEfsFileSystemCreation="Enabled")
    assert studio.settled(domain_id)["HomeEfsFileSystemId"] == file_systems(studio)[0]["FileSystemId"]
    with refused("ValidationException"):
        studio.sagemaker.update_domain(DomainId=domain_id, HomeEfsFileSystemCreation="Disabled")


def test_new_subnet_gets_a_mount_target(studio, domain_id):
    """Assumed: users of a new zone must reach their home."""
    new = studio.subnet(8, "c")
    studio.sagemaker.update_domain(DomainId=domain_id, SubnetIds=[*studio.subnets, new])
    file_system = studio.settled(domain_id)["HomeEfsFileSystemId"]
    targets = studio.efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"]
    assert [target["SubnetId"] for target in targets] == [*studio.subnets, new]
