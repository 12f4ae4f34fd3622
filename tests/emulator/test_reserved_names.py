# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that AWS keeps for itself, or for another kind of thing."""

import json

import pytest

from tests.emulator.aws_answers import refused

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@pytest.mark.parametrize(
    "name",
    [
        *("xn--team1", "sthree-team1", "sthree-configurator", "amzn-s3-demo-team1"),
        *("team1-s3alias", "team1--ol-s3", "team1.mrap", "team1--table-s3"),
    ],
)
def test_bucket_is_refused(client, name):
    """S3 user guide, "General purpose bucket naming rules"; error codes, InvalidBucketName."""
    with refused("InvalidBucketName", "The specified bucket is not valid."):
        client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})


@pytest.mark.parametrize("name", ["xn-team1", "sthree1", "amzn-s3-team1", "team1-s3"])
def test_bucket_is_taken(client, name):
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})


def test_alias_of_aws_itself_is_refused(client):
    """KMS API reference, CreateAlias: the prefix alias/aws/ is reserved."""
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    with refused("NotAuthorizedException", ""):
        kms.create_alias(AliasName="alias/aws/team1", TargetKeyId=key)
    kms.create_alias(AliasName="alias/aws-team1", TargetKeyId=key)


@pytest.mark.parametrize("path", ["/aws-service-role/", "/aws-service-role/team1/"])
def test_role_with_the_path_of_service_linked_roles_is_refused(client, path):
    """As tilfin/aws-iam-policy-tool #9 quotes AWS."""
    words = "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"
    with refused("InvalidInput", words):
        client("iam").create_role(RoleName="team1", Path=path, AssumeRolePolicyDocument=TRUST)


@pytest.mark.parametrize("name", ["sg-team1", "SG-team1"])
def test_security_group_is_refused(client, name):
    """EC2 API reference, CreateSecurityGroup, GroupName: it cannot start with sg-."""
    ec2 = client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    with refused("InvalidParameterValue", "GroupName"):
        ec2.create_security_group(GroupName=name, Description="Team 1", VpcId=vpc_id)
