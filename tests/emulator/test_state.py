# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""--state: every kind of transition that a stop interrupts ends after the next start, as AWS's does by itself."""

import time

import pytest
from botocore.exceptions import ClientError

from tests.emulator.studio import ROLE, Studio, settled
from tests.support.emulator_plugin import boto3_client
from tests.support.http import get

PATIENCE = 10


class Account:
    """One emulator process after the other, on the same state."""

    def __init__(self, start_emulator, directory):
        self._start, self._directory = start_emulator, str(directory)
        self.process = None

    def go_on(self, latency_scale):
        """Stop and start again; at scale 1 nothing ends meanwhile, at 0 everything does soon."""
        if self.process:
            assert self.process.stop() == 0
        self.process = self._start("--state", self._directory, "--latency-scale", latency_scale)
        self.sagemaker, self.ec2, self.efs = (self.client(service) for service in ("sagemaker", "ec2", "efs"))

    def client(self, service, region="eu-central-1"):
        return boto3_client(self.process.url, service, region=region)

    def count(self, kind):
        rows = get(f"{self.process.url}/_emulator/resources?all=1")
        return sum(row["type"] == kind for row in rows)


@pytest.fixture
def account(start_emulator, tmp_path):
    return Account(start_emulator, tmp_path)


def eventually(check):
    deadline = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < deadline, "it did not end"
        time.sleep(0.05)


def gone(describe):
    try:
        describe()
    except ClientError as error:
        return error.response["Error"]["Code"] == "ResourceNotFound"
    return False


def test_interrupted_transitions_end(account):
    """Creations, updates and deletions of SageMaker, VPC endpoints and mount targets."""
    account.go_on("0")
    studio = Studio(account.client)
    domain_id = studio.domain()
    for name in ("ada", "bob"):
        studio.profile(domain_id, name)
    space = {"DomainId": domain_id, "SpaceName": "lab"}
    account.sagemaker.create_space(**space)
    settled(lambda: account.sagemaker.describe_space(**space))
    old = {"DomainId": domain_id, "SpaceName": "old"}
    account.sagemaker.create_space(**old)
    settled(lambda: account.sagemaker.describe_space(**old))
    file_system = account.efs.create_file_system(CreationToken="own")["FileSystemId"]
    target = account.efs.create_mount_target(FileSystemId=file_system, SubnetId=studio.subnets[0])["MountTargetId"]
    endpoint = create_endpoint(account.ec2, studio)

    account.go_on("1")
    app = {**space, "AppType": "JupyterLab", "AppName": "default"}
    account.sagemaker.create_app(**app)
    account.sagemaker.update_user_profile(
        DomainId=domain_id, UserProfileName="ada", UserSettings={"ExecutionRole": ROLE}
    )
    account.sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="bob")
    account.sagemaker.delete_space(**old)
    account.sagemaker.create_image(ImageName="lab", RoleArn=ROLE)
    account.sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")
    account.sagemaker.create_domain(
        DomainName="second",
        AuthMode="IAM",
        VpcId=studio.vpc,
        SubnetIds=studio.subnets,
        DefaultUserSettings={"ExecutionRole": ROLE},
    )
    account.efs.delete_mount_target(MountTargetId=target)
    account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    new_endpoint = create_endpoint(account.ec2, studio)
    assert account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["State"] == "deleting"
    assert account.sagemaker.describe_domain(DomainId=domain_id)["Status"] == "Updating"

    account.go_on("0")
    # The second domain's home is made although nobody reads the domain.
    eventually(lambda: account.count("file_system") == 3)
    assert settled(lambda: account.sagemaker.describe_app(**app))["Status"] == "InService"
    assert settled(lambda: account.sagemaker.describe_domain(DomainId=domain_id))["TagPropagation"] == "ENABLED"
    ada = {"DomainId": domain_id, "UserProfileName": "ada"}
    shown = settled(lambda: account.sagemaker.describe_user_profile(**ada))
    assert shown["UserSettings"] == {"ExecutionRole": ROLE}
    eventually(lambda: gone(lambda: account.sagemaker.describe_user_profile(**{**ada, "UserProfileName": "bob"})))
    eventually(lambda: gone(lambda: account.sagemaker.describe_space(**old)))
    eventually(lambda: account.sagemaker.describe_image(ImageName="lab")["ImageStatus"] == "CREATED")
    eventually(lambda: endpoints(account.ec2) == {new_endpoint: "available"})
    eventually(lambda: account.efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"] == [])


def create_endpoint(ec2, studio):
    made = ec2.create_vpc_endpoint(
        VpcId=studio.vpc,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.eu-central-1.sts",
        SubnetIds=studio.subnets,
        PrivateDnsEnabled=False,
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def endpoints(ec2):
    return {found["VpcEndpointId"]: found["State"] for found in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
