# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import boto3
import botocore.session
import pytest
from botocore.stub import Stubber

from ansible_collections.mlplatform.studio.plugins.module_utils._plan import Lists, make_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._s3 import (
    PARTS,
    Bucket,
    encryption_body,
    encryption_of,
    is_nothing,
    lifecycle_body,
    logging_body,
    ownership_of,
    without_blanks,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError

MODEL = botocore.session.get_session().get_service_model("s3")


@pytest.mark.parametrize("name", PARTS)
def test_parts_name_operations_of_the_model(name):
    part = PARTS[name]
    for operation in filter(None, (part.read, part.write, part.remove)):
        assert MODEL.operation_model(operation)


@pytest.mark.parametrize("name", PARTS)
def test_parts_that_are_not_configured_are_empty(name):
    assert PARTS[name].value({}) in ("", [], {}, False)


@pytest.mark.parametrize("value", ["", [], {}, {"Statement": []}, {"Version": "2012-10-17", "Statement": []}])
def test_nothing(value):
    assert is_nothing(value)


@pytest.mark.parametrize("value", [False, True, "x", ["x"], {"a": "b"}, {"Statement": [{}]}])
def test_something(value):
    assert not is_nothing(value)


@pytest.mark.parametrize(
    "value",
    [
        {"sse_algorithm": "AES256", "bucket_key_enabled": False},
        {"sse_algorithm": "aws:kms", "kms_master_key_id": "arn", "bucket_key_enabled": True},
    ],
)
def test_encryption_there_and_back(value):
    assert encryption_of(encryption_body(value)) == value


def test_key_is_sent_with_kms_only():
    body = encryption_body({"sse_algorithm": "AES256", "kms_master_key_id": "arn"})
    assert encryption_of(body) == {"sse_algorithm": "AES256", "bucket_key_enabled": False}


def test_ownership():
    assert ownership_of({}) == ""
    assert ownership_of({"ownership_controls": {"rules": [{"object_ownership": "ObjectWriter"}]}}) == "ObjectWriter"


def test_logging_needs_a_prefix_and_ends_without_a_bucket():
    assert logging_body({"target_bucket": "b"})["bucket_logging_status"] == {
        "logging_enabled": {"target_bucket": "b", "target_prefix": ""}
    }
    assert logging_body({"target_bucket": "", "target_prefix": "p"}) == {"bucket_logging_status": {}}


def test_rules_are_sent_without_blanks():
    rule = {"id": "r", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 3, "date": ""}}
    sent = {"id": "r", "status": "Enabled", "filter": {}, "expiration": {"days": 3}}
    assert without_blanks(rule) == sent
    assert lifecycle_body([rule])["lifecycle_configuration"]["rules"] == [sent]
    assert lifecycle_body([{"id": "r"}])["lifecycle_configuration"]["rules"] == [{"id": "r", "filter": {}}]


RULE = {
    "id": "r",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "noncurrent_version_expiration": {"noncurrent_days": 9},
}


@pytest.mark.parametrize(
    ("added", "action"),
    [
        ({}, "none"),
        ({"prefix": ""}, "none"),
        ({"transitions": []}, "none"),
        ({"expiration": {"days": 3}}, "update"),
        ({"noncurrent_version_expiration": {"noncurrent_days": 9, "newer_noncurrent_versions": 1}}, "update"),
        ({"filter": {"prefix": "a/"}}, "update"),
    ],
)
def test_what_somebody_added_to_a_rule_is_a_change(added, action):
    wanted = {key: value for key, value in RULE.items() if key != "filter"}
    plan = make_plan(
        {"lifecycle_rules": [{**RULE, **added}]}, {"lifecycle_rules": [wanted]}, lists=Lists(Bucket.unordered)
    )
    assert plan.action == action


def test_bucket_of_another_account_is_not_ours_whatever_its_policy_allows():
    """Names are unique among all customers, and S3 answers 403 where the owner is another (S3 user guide)."""
    s3 = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    asked = {"Bucket": "name", "ExpectedBucketOwner": "111111111111"}
    with Stubber(s3) as stubber:
        stubber.add_client_error("head_bucket", "403", http_status_code=403, expected_params=asked)
        with pytest.raises(
            StudioError, match="Bucket name exists and you may not see it: it belongs to another account"
        ):
            Bucket(s3, "name", owner="111111111111").find()
        stubber.assert_no_pending_responses()
