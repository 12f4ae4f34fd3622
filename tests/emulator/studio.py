# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the SageMaker tests share: a network, domains and profiles made with plain boto3."""

import time
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_plugin import ACCOUNT, REGION

ROLE = f"arn:aws:iam::{ACCOUNT}:role/studio"
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
PATIENCE = 10


class Studio:
    """boto3 clients, one VPC with a subnet in each of two zones, and shortcuts for what most tests need first."""

    def __init__(self, client, region=REGION, **arguments):
        self.sagemaker = client("sagemaker", region=region, **arguments)
        self.ec2 = client("ec2", region=region, **arguments)
        self.efs = client("efs", region=region, **arguments)
        self.region = region
        self.vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self.subnet(number, zone) for number, zone in enumerate("ab")]

    def subnet(self, number, zone):
        """A new subnet 10.1.NUMBER.0/24 in a zone of the region."""
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=f"10.1.{number}.0/24", AvailabilityZone=f"{self.region}{zone}"
        )
        return made["Subnet"]["SubnetId"]

    def create_domain(self, name="team1", user_settings=None, **arguments):
        """CreateDomain with the least that works; the answer."""
        request = {
            "DomainName": name,
            "AuthMode": "IAM",
            "DefaultUserSettings": {"ExecutionRole": ROLE, **(user_settings or {})},
            "VpcId": self.vpc,
            "SubnetIds": self.subnets,
            **arguments,
        }
        return self.sagemaker.create_domain(**{key: value for key, value in request.items() if value is not None})

    def domain(self, name="team1", user_settings=None, **arguments):
        """The id of a new domain that has settled."""
        domain_id = self.create_domain(name, user_settings, **arguments)["DomainId"]
        self.settled(domain_id)
        return domain_id

    def profile(self, domain_id, name="ada", **arguments):
        """The name of a new profile that has settled."""
        self.sagemaker.create_user_profile(DomainId=domain_id, UserProfileName=name, **arguments)
        self.settled_profile(domain_id, name)
        return name

    def settled(self, domain_id):
        """DescribeDomain once nothing moves any more."""
        return settled(lambda: self.sagemaker.describe_domain(DomainId=domain_id))

    def settled_profile(self, domain_id, name="ada"):
        """DescribeUserProfile once nothing moves any more."""
        return settled(lambda: self.sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName=name))

    def gone(self, domain_id):
        """Wait until a domain in deletion is gone."""
        try:
            self.settled(domain_id)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ResourceNotFound"
        else:
            pytest.fail(f"{domain_id} is still there")

    def nfs_groups(self, domain_id):
        """The security groups that SageMaker made for a domain, by direction."""
        names = {f"security-group-for-{direction}-nfs-{domain_id}": direction for direction in ("inbound", "outbound")}
        found = self.ec2.describe_security_groups()["SecurityGroups"]
        return {names[group["GroupName"]]: group for group in found if group["GroupName"] in names}


def settled(describe):
    """What `describe()` gives once its Status is not a passing one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = describe()
        if found["Status"] not in ("Pending", "Updating", "Deleting"):
            return found
        time.sleep(0.01)
    pytest.fail(f"still {found['Status']} after {PATIENCE} s")


@contextmanager
def refused(code, message=None):
    """The block must fail with this AWS error code and, if given, with exactly this message; gives pytest's record."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    if message is not None:
        assert error["Message"] == message
