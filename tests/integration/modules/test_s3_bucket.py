# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import copy
import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults

pytestmark = pytest.mark.usefixtures("emulator")

NAME = "example-team1-data"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
OPTIONS = {
    "name": NAME,
    "object_ownership": "BucketOwnerEnforced",
    "encryption": {"sse_algorithm": "AES256"},
    "versioning": True,
    "public_access_block": {
        "block_public_acls": True,
        "ignore_public_acls": True,
        "block_public_policy": True,
        "restrict_public_buckets": True,
    },
    "policy": POLICY,
    "lifecycle_rules": [
        {"id": "uploads", "abort_incomplete_multipart_upload": {"days_after_initiation": 7}},
        {
            "id": "old",
            "filter": {"prefix": "logs/"},
            "noncurrent_version_expiration": {"noncurrent_days": "30"},
            "transitions": [
                {"days": 30, "storage_class": "STANDARD_IA"},
                {"days": 90, "storage_class": "GLACIER"},
            ],
        },
    ],
    "cors_rules": [{"allowed_methods": ["GET"], "allowed_origins": ["https://example.com"]}],
    "tags": {"Platform": "p"},
}


@pytest.fixture
def s3(client):
    return client("s3")


def run(check=False, **changes):
    return run_module("s3_bucket", check=check, **copy.deepcopy({**OPTIONS, **changes}))


def test_create_predicts_and_is_idempotent(emulator, s3):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["changed"] and predicted["diff"] == made["diff"]
    bucket = made["bucket"]
    assert (
        bucket["arn"] == f"arn:aws:s3:::{NAME}" and bucket["versioning"] is True and bucket["tags"] == {"Platform": "p"}
    )
    assert s3.get_bucket_location(Bucket=NAME)["LocationConstraint"] == "eu-central-1"
    assert len(s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]) == 2
    with no_writes(emulator):
        assert run()["changed"] is False
        assert run(check=True)["changed"] is False


def test_bucket_in_us_east_1_has_no_location(client):
    assert run(region="us-east-1", state="present")["changed"] is True
    assert not client("s3", region="us-east-1").get_bucket_location(Bucket=NAME).get("LocationConstraint")


def test_order_and_writing_have_no_meaning():
    run()
    rules = [*OPTIONS["lifecycle_rules"][::-1]]
    rules[0] = {**rules[0], "transitions": rules[0]["transitions"][::-1]}
    statement = POLICY["Statement"][0]
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            **statement,
            "Principal": {"AWS": "*"},
            "Action": statement["Action"][::-1],
            "Resource": statement["Resource"][::-1],
            "Condition": {"Bool": {"aws:SecureTransport": False}},
        },
    }
    assert run(lifecycle_rules=rules, policy=policy)["changed"] is False


@pytest.mark.parametrize(
    "change",
    [
        {"versioning": False},
        {"object_ownership": "BucketOwnerPreferred"},
        {"encryption": {"sse_algorithm": "aws:kms", "bucket_key_enabled": True}},
        {"public_access_block": {"restrict_public_buckets": False}},
        {"policy": {**POLICY, "Statement": [{**POLICY["Statement"][0], "Action": "s3:*"}]}},
        {"policy": {"Version": "2012-10-17", "Statement": []}},
        {"lifecycle_rules": OPTIONS["lifecycle_rules"][:1]},
        {"lifecycle_rules": []},
        {"cors_rules": [{"allowed_methods": ["GET", "PUT"], "allowed_origins": ["https://example.com"]}]},
        {"cors_rules": []},
        {"tags": {"Other": "1"}},
        {"tags": {}},
    ],
)
def test_change_in_place_as_predicted(emulator, change):
    before = run()["bucket"]
    with no_writes(emulator):
        predicted = run(check=True, **change)
    changed = run(**change)
    assert set(changed["diff"]["after"]) == set(change) and predicted["diff"] == changed["diff"]
    others = set(OPTIONS) - set(change)
    assert {name: changed["bucket"].get(name) for name in others} == {name: before.get(name) for name in others}
    with no_writes(emulator):
        assert run(**change)["changed"] is False


def test_key_leaves_with_its_algorithm(client):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    with_key = {"sse_algorithm": "aws:kms", "kms_master_key_id": key, "bucket_key_enabled": True}
    assert run(encryption=with_key)["bucket"]["encryption"] == with_key
    assert run(encryption=with_key)["changed"] is False
    assert "kms_master_key_id" not in run()["bucket"]["encryption"]
    assert run()["changed"] is False


def test_logging_begins_and_ends(s3):
    run(name="example-logs", policy=None)  # the policy names the other bucket
    to = {"target_bucket": "example-logs", "target_prefix": "team1/"}
    assert run(logging=to)["bucket"]["logging"] == to
    assert run(logging=to)["changed"] is False
    assert run(logging={"target_bucket": ""})["changed"] is True
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=NAME)
    assert run(logging={"target_bucket": ""})["changed"] is False


def drift_policy(s3):
    s3.delete_bucket_policy(Bucket=NAME)


def drift_encryption(s3):
    s3.delete_bucket_encryption(Bucket=NAME)


def drift_public_access_block(s3):
    s3.delete_public_access_block(Bucket=NAME)


def drift_object_ownership(s3):
    s3.delete_bucket_ownership_controls(Bucket=NAME)


def drift_tags(s3):
    s3.delete_bucket_tagging(Bucket=NAME)


def drift_versioning(s3):
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Suspended"})


def drift_cors_rules(s3):
    s3.delete_bucket_cors(Bucket=NAME)


def drift_lifecycle_rules(s3):
    """Somebody lets a rule of ours delete objects."""
    rules = s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]
    rules[0]["Expiration"] = {"Days": 1}
    s3.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration={"Rules": rules})


@pytest.mark.parametrize(
    "drift",
    [
        drift_policy,
        drift_encryption,
        drift_public_access_block,
        drift_object_ownership,
        drift_tags,
        drift_versioning,
        drift_cors_rules,
        drift_lifecycle_rules,
    ],
)
def test_drift_is_seen_and_repaired(emulator, s3, drift):
    run(encryption={"sse_algorithm": "aws:kms"})
    drift(s3)
    with no_writes(emulator):
        seen = run(check=True, encryption={"sse_algorithm": "aws:kms"})
    assert set(seen["diff"]["after"]) == {drift.__name__.removeprefix("drift_")}
    assert run(encryption={"sse_algorithm": "aws:kms"})["diff"] == seen["diff"]
    assert run(encryption={"sse_algorithm": "aws:kms"})["changed"] is False


def test_what_the_task_does_not_name_is_left_alone(emulator, s3):
    run()
    with no_writes(emulator):
        assert run_module("s3_bucket", name=NAME)["changed"] is False
    assert json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"]) == POLICY


def test_half_made_bucket_is_completed(s3):
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    assert run()["changed"] is True
    assert run()["changed"] is False


@pytest.mark.parametrize("check", [True, False])
def test_bucket_of_another_account_is_refused(emulator, client, check):
    client("s3", account="222222222222").create_bucket(
        Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    with no_writes(emulator), pytest.raises(ModuleFailed, match="belongs to another account"):
        run(check=check)


@pytest.mark.parametrize("check", [True, False])
def test_bucket_of_another_region_is_refused(emulator, client, check):
    client("s3", region="eu-west-1").create_bucket(
        Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    with no_writes(emulator), pytest.raises(ModuleFailed, match="is in region eu-west-1, not in eu-central-1"):
        run(check=check)


def test_absent_refuses_a_filled_bucket_unless_forced(emulator, s3):
    run()
    for number in range(3):
        s3.put_object(Bucket=NAME, Key="same", Body=str(number).encode())
    s3.delete_object(Bucket=NAME, Key="same")
    assert "Contents" not in s3.list_objects_v2(Bucket=NAME), "only versions and a delete marker are left"
    for check in (True, False):
        with no_writes(emulator), pytest.raises(ModuleFailed, match=r"is not empty\. Set force to true"):
            run(check=check, state="absent")
    with no_writes(emulator):
        assert run(check=True, state="absent", force=True)["changed"] is True
    assert run(state="absent", force=True)["bucket"] == {}
    with no_writes(emulator):
        assert run(state="absent")["changed"] is False


def test_absent_deletes_more_than_one_batch(s3):
    run_module("s3_bucket", name=NAME)
    for number in range(1001):
        s3.put_object(Bucket=NAME, Key=f"key-{number}")
    assert run(state="absent", force=True)["changed"] is True
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    "change, message",
    [
        ({"lifecycle_rules": [{"id": "x", "expires": 1}]}, "expires"),
        ({"encryption": {"sse_algorithm": "rot13"}}, "must be one of"),
        ({"name": "Not_A_Bucket"}, "Not_A_Bucket cannot be the name of a bucket"),
    ],
)
def test_bad_input_is_one_sentence(change, message):
    with pytest.raises(ModuleFailed, match=message) as failure:
        run(**change)
    assert "fault of the collection" not in str(failure.value)


def test_lost_answer_of_a_creation_is_made_up_for(emulator):
    set_faults(emulator, {"service": "s3", "operation": "CreateBucket", "drop": True, "times": 1})
    assert run()["bucket"]["versioning"] is True
    assert run()["changed"] is False


def test_conflicting_operation_is_waited_for(emulator):
    set_faults(emulator, {"service": "s3", "operation": "CreateBucket", "error": "OperationAborted", "times": 2})
    assert run()["changed"] is True


@pytest.mark.parametrize("operation", ["PutBucketVersioning", "PutBucketPolicy", "PutBucketLifecycleConfiguration"])
def test_run_that_broke_off_is_continued(emulator, operation):
    set_faults(emulator, {"service": "s3", "operation": operation, "error": "AccessDenied"})
    with pytest.raises(ModuleFailed, match="AccessDenied"):
        run()
    set_faults(emulator)
    assert run()["changed"] is True
    assert run()["changed"] is False
