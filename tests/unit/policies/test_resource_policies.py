# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust, key, bucket and endpoint policies say what they should, to whom they should."""

from __future__ import annotations

import pytest

from tests.unit.policies.evaluation import Request, decide_resource_policy
from tests.unit.policies.rendering import ACCOUNT, KEY_IDS, PLATFORM, REGION, execution_trusts, login, network, team

STRANGER = "999999999999"


def allowed(document, action, resources="*", service=None, principal=f"arn:aws:iam::{ACCOUNT}:role/anybody", **context):
    request = Request(action, {resources: {}}, context, principal)
    return decide_resource_policy(document, request, service)


# Trust


@pytest.mark.parametrize("persona", ["data-scientist", "lead", "space"])
@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:SetSourceIdentity"])
def test_sagemaker_takes_the_roles_for_this_account_only(persona, action):
    trust = execution_trusts()[persona]
    sagemaker = "sagemaker.amazonaws.com"
    assert allowed(trust, action, service=sagemaker, **{"aws:SourceAccount": ACCOUNT}) == "Allow"
    assert allowed(trust, action, service=sagemaker, **{"aws:SourceAccount": STRANGER}) == "ImplicitDeny"
    assert allowed(trust, action, service=sagemaker) == "ImplicitDeny"
    assert allowed(trust, action, service="lambda.amazonaws.com", **{"aws:SourceAccount": ACCOUNT}) == "ImplicitDeny"
    assert (
        allowed(trust, action, principal=f"arn:aws:iam::{ACCOUNT}:user/admin", **{"aws:SourceAccount": ACCOUNT})
        == "ImplicitDeny"
    )


@pytest.mark.parametrize(
    ("persona", "wanted"), [("data-scientist", "Allow"), ("lead", "ImplicitDeny"), ("space", "ImplicitDeny")]
)
def test_eventbridge_takes_the_role_of_jobs_for_rules_of_this_account(persona, wanted):
    def by_rule(account, resource="rule/x"):
        keys = {"aws:SourceAccount": account, "aws:SourceArn": f"arn:aws:events:{REGION}:{account}:{resource}"}
        return allowed(execution_trusts()[persona], "sts:AssumeRole", service="events.amazonaws.com", **keys)

    assert by_rule(ACCOUNT) == wanted
    assert by_rule(STRANGER) == "ImplicitDeny"
    assert by_rule(ACCOUNT, "event-bus/x") == "ImplicitDeny"


@pytest.mark.parametrize(
    ("document", "service"),
    [
        (login().documents["function_trust"], "lambda.amazonaws.com"),
        (login().documents["gateway_trust"], "apigateway.amazonaws.com"),
    ],
    ids=["function", "gateway"],
)
def test_each_service_role_has_one_service(document, service):
    assert allowed(document, "sts:AssumeRole", service=service) == "Allow"
    assert allowed(document, "sts:AssumeRole", service="sagemaker.amazonaws.com") == "ImplicitDeny"
    assert allowed(document, "sts:AssumeRole") == "ImplicitDeny"


def test_flow_logs_of_this_account_only():
    def by_flow_log(account):
        keys = {"aws:SourceAccount": account, "aws:SourceArn": f"arn:aws:ec2:{REGION}:{account}:vpc-flow-log/fl-1"}
        trust = network().documents["flow_log_trust"]
        return allowed(trust, "sts:AssumeRole", service="vpc-flow-logs.amazonaws.com", **keys)

    assert by_flow_log(ACCOUNT) == "Allow"
    assert by_flow_log(STRANGER) == "ImplicitDeny"


# Key


@pytest.mark.parametrize(
    ("role", "account", "action", "resource_grant", "wanted"),
    [
        ("data-scientist", ACCOUNT, "kms:Decrypt", None, "Allow"),
        ("lead", ACCOUNT, "kms:GenerateDataKeyWithoutPlaintext", None, "Allow"),
        ("space", ACCOUNT, "kms:Encrypt", None, "Allow"),
        ("space", ACCOUNT, "kms:CreateGrant", "true", "Allow"),
        ("space", ACCOUNT, "kms:CreateGrant", "false", "ImplicitDeny"),
        ("data-scientist", ACCOUNT, "kms:PutKeyPolicy", None, "ImplicitDeny"),
        ("data-scientist", ACCOUNT, "kms:ScheduleKeyDeletion", None, "ImplicitDeny"),
        ("data-scientist", STRANGER, "kms:Decrypt", None, "ImplicitDeny"),
    ],
)
def test_the_key_is_used_by_the_teams_roles(role, account, action, resource_grant, wanted):
    # Stripped of the statement for the account, which leaves the decision to IAM policies.
    document = team().plan["key"]["policy"]
    own = {
        **document,
        "Statement": [each for each in document["Statement"] if each["Sid"] != "AdministeredWithIamPolicies"],
    }
    principal = team().role_arns[role].replace(ACCOUNT, account)
    keys = {"kms:CallerAccount": account, "kms:GrantIsForAWSResource": resource_grant}
    assert allowed(own, action, principal=principal, **keys) == wanted


def test_the_key_is_closed_to_other_teams():
    document = team().plan["key"]["policy"]
    own = {**document, "Statement": document["Statement"][1:]}
    for arn in team("team2").role_arns.values():
        assert allowed(own, "kms:Decrypt", principal=arn, **{"kms:CallerAccount": ACCOUNT}) == "ImplicitDeny"


def test_the_account_keeps_the_key_manageable():
    """KMS guide, default key policy: without the account's own statement a key can become unmanageable."""
    first = team().plan["key"]["policy"]["Statement"][0]
    assert (first["Effect"], first["Principal"], first["Action"]) == (
        "Allow",
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "kms:*",
    )


# Buckets


@pytest.mark.parametrize("step", ["data_bucket", "access_log_bucket"])
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
def test_plain_http_is_denied_to_everybody(step, action):
    document = team().plan[step]["policy"]
    bucket = f"arn:aws:s3:::{team().plan[step]['name']}"
    resource = bucket if action == "s3:ListBucket" else f"{bucket}/x"
    for principal in (f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{STRANGER}:user/x"):
        assert allowed(document, action, resource, principal=principal, **{"aws:SecureTransport": "false"}) == "Deny"
        assert allowed(document, action, resource, principal=principal) == "ImplicitDeny"


OWN_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_IDS['team1']}"
OTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_IDS['team2']}"


@pytest.mark.parametrize(
    ("encryption", "key", "customer", "wanted"),
    [
        (None, None, None, "ImplicitDeny"),
        ("aws:kms", OWN_KEY, None, "ImplicitDeny"),
        (None, OWN_KEY, None, "ImplicitDeny"),
        ("aws:kms", OTHER_KEY, None, "Deny"),
        (None, OTHER_KEY, None, "Deny"),
        ("aws:kms", None, None, "Deny"),
        ("AES256", None, None, "Deny"),
        ("AES256", OWN_KEY, None, "Deny"),
        (None, None, "AES256", "Deny"),
    ],
)
def test_objects_are_encrypted_with_the_teams_key(encryption, key, customer, wanted):
    """S3 guide: no header means the bucket's default, aws:kms without a key S3's own key. ImplicitDeny: IAM decides."""
    keys = {
        "s3:x-amz-server-side-encryption": encryption,
        "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
        "s3:x-amz-server-side-encryption-customer-algorithm": customer,
    }
    resource = f"arn:aws:s3:::{team().names.data_bucket}/data.csv"
    assert allowed(team().plan["data_bucket"]["policy"], "s3:PutObject", resource, **keys) == wanted


@pytest.mark.parametrize(
    ("account", "bucket", "prefix", "wanted"),
    [
        (ACCOUNT, "own", "team1/", "Allow"),
        (ACCOUNT, "own", "", "ImplicitDeny"),
        (ACCOUNT, "other", "team1/", "ImplicitDeny"),
        (STRANGER, "own", "team1/", "ImplicitDeny"),
    ],
)
def test_only_the_data_buckets_log_is_delivered(account, bucket, prefix, wanted):
    source = team("team1" if bucket == "own" else "team2").names.data_bucket
    keys = {"aws:SourceAccount": account, "aws:SourceArn": f"arn:aws:s3:::{source}"}
    resource = f"arn:aws:s3:::{team().names.access_log_bucket}/{prefix}2026-01-01"
    document = team().plan["access_log_bucket"]["policy"]
    assert allowed(document, "s3:PutObject", resource, service="logging.s3.amazonaws.com", **keys) == wanted
    assert allowed(document, "s3:PutObject", resource, **keys) == "ImplicitDeny"


# Endpoints


@pytest.mark.parametrize("endpoint", ["interface", "s3"])
@pytest.mark.parametrize(
    ("principal", "resource", "wanted"),
    [
        (ACCOUNT, ACCOUNT, "Allow"),
        (ACCOUNT, None, "Allow"),
        (ACCOUNT, STRANGER, "ImplicitDeny"),
        (STRANGER, ACCOUNT, "ImplicitDeny"),
        (STRANGER, STRANGER, "ImplicitDeny"),
        (None, ACCOUNT, "ImplicitDeny"),
    ],
)
def test_endpoints_serve_this_account(endpoint, principal, resource, wanted):
    keys = {"aws:PrincipalAccount": principal, "aws:ResourceAccount": resource}
    document = network().documents[endpoint]
    assert allowed(document, "s3:PutObject", "arn:aws:s3:::anything/x", **keys) == wanted


def test_the_s3_endpoint_reads_what_aws_keeps():
    layer = f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/layer"
    keys = {"aws:PrincipalAccount": STRANGER, "aws:ResourceAccount": STRANGER}
    document = network().documents["s3"]
    assert allowed(document, "s3:GetObject", layer, **keys) == "Allow"
    assert allowed(document, "s3:PutObject", layer, **keys) == "ImplicitDeny"
    none = network(network_foreign_bucket_arns=[]).documents["s3"]
    assert allowed(none, "s3:GetObject", layer, **keys) == "ImplicitDeny"


@pytest.mark.parametrize("endpoint", ["interface", "s3"])
def test_the_switch_opens_the_endpoints(endpoint):
    document = network(network_endpoint_policies=False).documents[endpoint]
    keys = {"aws:PrincipalAccount": STRANGER, "aws:ResourceAccount": STRANGER}
    assert allowed(document, "s3:PutObject", "arn:aws:s3:::anything/x", **keys) == "Allow"


# The roles of the platform


def test_flow_logs_are_written_to_their_own_group():
    statements = {each["Sid"]: each for each in network().documents["flow_log"]["Statement"]}
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vpc/{PLATFORM}"
    assert statements["WriteFlowLogs"]["Resource"] == [group, f"{group}:*"]
    assert statements["FindTheLogGroup"]["Action"] == "logs:DescribeLogGroups"
