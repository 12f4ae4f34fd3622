# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tags IAM, KMS and EC2 take, each with the source of AWS's behaviour."""

import json

import pytest

from emulator.shared import tag_rules
from emulator.shared.models import load
from tests.emulator.aws_answers import ACCOUNT, refused

FAILED = "failed to satisfy constraint"
PATTERN = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]"
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}},
    }
)
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/p"
FITTING = {"Größe": "a b_c.d:e/f=g+h-i@j", "k" * 128: "v" * 256, "empty": ""}


def listed(tags, key="Key", value="Value"):
    return [{key: name, value: text} for name, text in tags.items()]


def numbered(first, last):
    return {f"k{number}": "v" for number in range(first, last + 1)}


@pytest.fixture
def iam(client):
    return client("iam")


MAKE = {
    "create_role": {"RoleName": "r", "AssumeRolePolicyDocument": TRUST},
    "create_policy": {"PolicyName": "p", "PolicyDocument": DOCUMENT},
    "create_user": {"UserName": "u"},
}
TAG = {"tag_role": {"RoleName": "r"}, "tag_policy": {"PolicyArn": POLICY}, "tag_user": {"UserName": "u"}}


@pytest.fixture
def everything(iam):
    for operation, arguments in MAKE.items():
        getattr(iam, operation)(**arguments)


def test_the_rules_are_those_of_iams_model():
    shapes = load("iam")["shapes"]
    assert (shapes["tagKeyType"]["pattern"], shapes["tagKeyType"]["max"]) == (tag_rules.KEY, tag_rules.LONGEST_KEY)
    assert shapes["tagValueType"]["pattern"] == tag_rules.VALUE
    assert (shapes["tagValueType"]["max"], shapes["tagListType"]["max"]) == (tag_rules.LONGEST_VALUE, tag_rules.MAXIMUM)


@pytest.mark.parametrize("operation", [*MAKE])
@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ({"Unit": "R&D"}, f"1 validation error detected: Value 'R&D' at 'tags.1.member.value' {FAILED}: {PATTERN}*"),
        ({"a": "", "R&D": ""}, f"Value 'R&D' at 'tags.2.member.key' {FAILED}: {PATTERN}+"),
        ({"Unit": "<b>"}, "Value '<b>' at 'tags.1.member.value'"),
        ({"k" * 129: ""}, f"at 'tags.1.member.key' {FAILED}: Member must have length less than or equal to 128"),
        ({"k": "v" * 257}, "Member must have length less than or equal to 256"),
        (numbered(1, 51), f"at 'tags' {FAILED}: Member must have length less than or equal to 50"),
    ],
)
def test_iam_refuses_tags_and_makes_nothing(iam, operation, tags, text):
    """cloud-platform-environments #22667 and kops #16027: code and text for a sign; the model: lengths and number."""
    with refused("ValidationError", text):
        getattr(iam, operation)(**MAKE[operation], Tags=listed(tags))
    getattr(iam, operation)(**MAKE[operation], Tags=listed(FITTING))


@pytest.mark.parametrize("operation", [*TAG])
def test_iam_refuses_tags_of_what_is_there(iam, everything, operation):
    """As at creation; and IAM quotas: 50 tags for each role, policy and user."""
    tag = getattr(iam, operation)
    with refused("ValidationError", "Value 'R&D' at 'tags.1.member.value'"):
        tag(**TAG[operation], Tags=listed({"Unit": "R&D"}))
    tag(**TAG[operation], Tags=listed(numbered(1, 50)))
    tag(**TAG[operation], Tags=listed(numbered(1, 3)))
    with refused("LimitExceeded", "Cannot exceed quota for TagsPer"):
        tag(**TAG[operation], Tags=listed({"one": "more"}))


def test_a_tag_that_is_refused_spoils_no_listing(iam, everything):
    """ListPolicies of AWS is XML that every client can read."""
    with refused("ValidationError"):
        iam.tag_policy(PolicyArn=POLICY, Tags=listed({"Unit": "R&D"}))
    assert [policy["Arn"] for policy in iam.list_policies(Scope="Local")["Policies"]] == [POLICY]
    assert iam.list_policy_tags(PolicyArn=POLICY)["Tags"] == []


def test_kms_refuses_tags(client):
    """provider-upjet-aws #922: TagException for a value with &; recordings of AWS for the others."""
    kms = client("kms")
    for tags, said in (({"Unit": "R&D"}, "Invalid tag"), ({"R&D": ""}, "Invalid tag"), ({"aws:x": ""}, "are reserved")):
        with refused("TagException", said):
            kms.create_key(Tags=listed(tags, "TagKey", "TagValue"))
    with refused("TagException", "Too many tags"):
        kms.create_key(Tags=listed(numbered(1, 51), "TagKey", "TagValue"))
    assert kms.list_keys()["Keys"] == []
    key = kms.create_key(Tags=listed(FITTING, "TagKey", "TagValue"))["KeyMetadata"]["KeyId"]
    with refused("TagException"):
        kms.tag_resource(KeyId=key, Tags=listed({"Unit": "R&D"}, "TagKey", "TagValue"))
    kms.tag_resource(KeyId=key, Tags=listed(numbered(1, 47), "TagKey", "TagValue"))
    with refused("TagException", "Too many tags"):
        kms.tag_resource(KeyId=key, Tags=listed({"one": "more"}, "TagKey", "TagValue"))


def test_ec2_takes_any_signs_and_50_tags(client):
    """EC2 user guide, tag restrictions; EC2 error codes: TagLimitExceeded."""
    ec2 = client("ec2")

    def make(tags):
        asked = [{"ResourceType": "vpc", "Tags": listed(tags)}]
        return ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=asked)["Vpc"]["VpcId"]

    before = len(ec2.describe_vpcs()["Vpcs"])
    with refused("TagLimitExceeded"):
        make(numbered(1, 51))
    assert len(ec2.describe_vpcs()["Vpcs"]) == before
    vpc = make({**numbered(1, 49), "R&D": "<x>"})
    ec2.create_tags(Resources=[vpc], Tags=listed(numbered(1, 3)))
    with refused("TagLimitExceeded"):
        ec2.create_tags(Resources=[vpc], Tags=listed({"one": "more"}))
    (shown,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert {"Key": "R&D", "Value": "<x>"} in shown["Tags"]
