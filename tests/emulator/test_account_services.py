# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM, KMS, S3 and Lambda refuse, each with the source of AWS's behaviour."""

import io
import json
import zipfile

import pytest

from tests.emulator.aws_answers import ACCOUNT, REGION, refused


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(**principal):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


NOBODY = f"arn:aws:iam::{ACCOUNT}:role/nobody"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def role(iam):
    """A function that makes a role for a service and returns its ARN."""

    def make(name, service="lambda.amazonaws.com"):
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(Service=service))["Role"]["Arn"]

    return make


# --- IAM


@pytest.mark.parametrize(
    "policy, code, text",
    [
        ("nonsense", "MalformedPolicyDocument", ""),
        (json.dumps({"a": 1}), "MalformedPolicyDocument", ""),
        (document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "MalformedPolicyDocument", "Principal"),
        (document({"Effect": "Allow", "Principal": ROOT}), "MalformedPolicyDocument", "Action"),
        (trust(AWS=NOBODY), "MalformedPolicyDocument", "Invalid principal"),
        (trust(AWS=[f"arn:aws:iam::{number:012d}:root" for number in range(70)]), "LimitExceeded", "ACLSizePerRole"),
    ],
)
def test_refused_trust_policies(iam, policy, code, text):
    """API reference CreateRole; IAM quotas; user guide, Principal element."""
    with refused(code, text):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy)


def big_policy(size):
    return document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + "x" * size})


def test_sizes_of_policies(iam, role):
    """IAM quotas: 10,240 bytes for all inline policies of a role, 6,144 for a managed one, white space aside."""
    role("r")
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=big_policy(6000))
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=big_policy(9000))
    with refused("LimitExceeded", "Maximum policy size"):
        iam.put_role_policy(RoleName="r", PolicyName="b", PolicyDocument=big_policy(2000))
    with refused("LimitExceeded", "PolicySize"):
        iam.create_policy(PolicyName="p", PolicyDocument=big_policy(6144))
    iam.create_policy(PolicyName="p", PolicyDocument=big_policy(5000).replace(" ", " " * 200))


def test_actions_name_their_service(iam, role):
    """Text of public deployments: actions are prefaced by a vendor."""
    role("r")
    with refused("MalformedPolicyDocument", "vendor"):
        iam.put_role_policy(
            RoleName="r",
            PolicyName="a",
            PolicyDocument=document({"Effect": "Allow", "Action": "GetObject", "Resource": "*"}),
        )


def test_versions_hold_a_policy(iam):
    """API reference DeletePolicy: versions besides the default one go first."""
    arn = iam.create_policy(PolicyName="p", PolicyDocument=big_policy(1))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=big_policy(2), SetAsDefault=True)
    with refused("DeleteConflict", "more than one version"):
        iam.delete_policy(PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)


def test_policy_that_is_a_boundary_stays(iam, role):
    """gruntwork-io/cloud-nuke #972: DeleteConflict, as for one that is attached, until nobody is bounded by it."""
    role("r")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=big_policy(1))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=arn)
    iam.create_user(UserName="u", PermissionsBoundary=arn)
    listed = iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter="PermissionsBoundary")
    assert [one["RoleName"] for one in listed["PolicyRoles"]] == ["r"]
    assert [one["UserName"] for one in listed["PolicyUsers"]] == ["u"]
    for unbind in (
        lambda: iam.delete_role_permissions_boundary(RoleName="r"),
        lambda: iam.delete_user_permissions_boundary(UserName="u"),
    ):
        with refused("DeleteConflict", "Cannot delete a policy attached to entities."):
            iam.delete_policy(PolicyArn=arn)
        unbind()
    iam.delete_policy(PolicyArn=arn)


def test_another_version_of_a_policy_becomes_the_default(iam):
    """API reference SetDefaultPolicyVersion: it is what the policy says from then on; unknown ones are NoSuchEntity."""
    arn = iam.create_policy(PolicyName="p", PolicyDocument=big_policy(1))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=big_policy(2))
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v1"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert {version["VersionId"]: version["IsDefaultVersion"] for version in versions} == {"v1": False, "v2": True}
    for call in ({"PolicyArn": arn, "VersionId": "v9"}, {"PolicyArn": f"{arn}-gone", "VersionId": "v1"}):
        with refused("NoSuchEntity"):
            iam.set_default_policy_version(**call)


def test_only_policies_that_exist_are_attached(iam, role):
    """API reference AttachRolePolicy, PutRolePermissionsBoundary, CreateRole: NoSuchEntity."""
    role("r")
    gone = f"arn:aws:iam::{ACCOUNT}:policy/gone"
    with refused("NoSuchEntity", "does not exist or is not attachable"):
        iam.attach_role_policy(RoleName="r", PolicyArn=gone)
    with refused("NoSuchEntity"):
        iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=gone)
    with refused("NoSuchEntity"):
        iam.create_role(
            RoleName="s", AssumeRolePolicyDocument=trust(Service="ec2.amazonaws.com"), PermissionsBoundary=gone
        )
    iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")


# --- KMS


def test_key_is_scheduled_once(client):
    """API reference ScheduleKeyDeletion: KMSInvalidStateException while pending."""
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with refused("KMSInvalidStateException", "pending deletion"):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kms.cancel_key_deletion(KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


def key_policy(*principals, action="kms:*"):
    return document(
        *({"Effect": "Allow", "Principal": entry, "Action": action, "Resource": "*"} for entry in principals)
    )


def test_key_policies(client, role):
    """API reference PutKeyPolicy: no lock-out, no unknown principal; bypass only for the lock-out."""
    kms = client("kms")
    with refused("MalformedPolicyDocumentException", "will not allow you to update"):
        kms.create_key(Policy=key_policy(ROOT, action="kms:Decrypt"))
    with refused("MalformedPolicyDocumentException", "invalid principals"):
        kms.create_key(Policy=key_policy(ROOT, {"AWS": NOBODY}))
    kms.create_key(Policy=key_policy(ROOT, {"AWS": role("somebody")}))
    kms.create_key(Policy=key_policy(ROOT, action="kms:Decrypt"), BypassPolicyLockoutSafetyCheck=True)


# --- S3


@pytest.fixture
def bucket(client):
    client("s3").create_bucket(Bucket="team-data", CreateBucketConfiguration={"LocationConstraint": REGION})
    return "team-data"


def test_new_bucket_blocks_public_access(client, bucket):
    """S3 user guide, blocking public access: all four settings are on for new buckets since April 2023."""
    s3 = client("s3")
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True} and len(block) == 4
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    with refused("AccessDenied"):
        s3.put_bucket_policy(Bucket=bucket, Policy=document(anyone))


@pytest.mark.parametrize(
    "change, text",
    [
        ({"Principal": {"AWS": NOBODY}}, "Invalid principal"),
        ({"Resource": "arn:aws:s3:::other/*"}, "invalid resource"),
    ],
)
def test_refused_bucket_policies(client, bucket, change, text):
    """API reference PutBucketPolicy; error codes, MalformedPolicy."""
    statement = {
        "Effect": "Allow",
        "Principal": ROOT,
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    with refused("MalformedPolicy", text):
        client("s3").put_bucket_policy(Bucket=bucket, Policy=document({**statement, **change}))
    client("s3").put_bucket_policy(Bucket=bucket, Policy=document(statement))


def test_access_logs_go_to_a_bucket_that_exists(client, bucket):
    """S3 error codes, InvalidTargetBucketForLogging."""
    s3 = client("s3")

    def log_to(target):
        settings = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log/"}}
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=settings)

    with refused("InvalidTargetBucketForLogging"):
        log_to("nowhere")
    log_to(bucket)
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]["TargetBucket"] == bucket


# --- Lambda


@pytest.fixture
def create_function(client):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("code.py", "def answer(event, context):\n    return 1\n")

    def create(role_arn, runtime="python3.12"):
        return client("lambda").create_function(
            FunctionName="f",
            Role=role_arn,
            Runtime=runtime,
            Handler="code.answer",
            Code={"ZipFile": archive.getvalue()},
        )

    return create


def test_function_role_must_trust_lambda(client, create_function, role):
    """API reference CreateFunction; text of public deployments: one message for unknown and foreign roles."""
    for arn in (NOBODY, role("stranger", "ec2.amazonaws.com")):
        with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
            create_function(arn)
    create_function(role("mine"))
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        client("lambda").update_function_configuration(FunctionName="f", Role=NOBODY)


@pytest.mark.parametrize("runtime, text", [("python3.6", "no longer supported"), ("python9.9", "enum value set")])
def test_runtime_must_be_supported(create_function, role, runtime, text):
    """Developer guide, runtime deprecation; model, Runtime."""
    with refused("InvalidParameterValueException", text):
        create_function(role("mine"), runtime)


# --- tags


def test_tagging_api_finds_what_ec2_has(client):
    """Resource Groups Tagging API reference, GetResources."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(
        CidrBlock="10.0.0.0/16",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "Platform", "Value": "p"}]}],
    )["Vpc"]["VpcId"]
    found = client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "Platform", "Values": ["p"]}])
    assert [entry["ResourceARN"] for entry in found["ResourceTagMappingList"]] == [
        f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{vpc}"
    ]
