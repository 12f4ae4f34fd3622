# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of the team's key and buckets."""

from __future__ import annotations

from ..found import Network
from ..names import Names
from ..team import Team
from .document import Document, Statement, document
from .limits import outside


def key_policy(names: Names, users: list[str]) -> Document:
    """Return the policy of the team's key: IAM's administrators, its users, and disks in their name.

    users: ARNs of the roles that work with the key.
    """
    return document(
        [
            {
                "Sid": "AdministeredWithIamPolicies",
                "Effect": "Allow",
                "Principal": {"AWS": f"{names.iam}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "UsedByTheTeam",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"kms:CallerAccount": names.account_id},
                    "ArnEquals": {"aws:PrincipalArn": users},
                },
            },
            {
                "Sid": "DisksOfTheTeam",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "kms:CreateGrant",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"kms:CallerAccount": names.account_id},
                    "ArnEquals": {"aws:PrincipalArn": users},
                    "Bool": {"kms:GrantIsForAWSResource": "true"},
                },
            },
        ]
    )


def data_bucket_policy(team: Team, key_arn: str, network: Network, users: list[str]) -> Document:
    """Return the policy of the data bucket, which refuses plain http and every other key.

    users: ARNs of the roles that work with the data.

    A request without encryption headers gets the bucket's default, which is the team's key. A request with headers must
    name that key: "aws:kms" alone would mean S3's own key.
    """
    names = team.names
    bucket = f"arn:{names.partition}:s3:::{names.data_bucket}"
    return document(
        [
            _tls_only(bucket),
            *_in_the_network(team, bucket, network, users),
            {
                "Sid": "NoOtherKey",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/*",
                "Condition": {
                    "Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"},
                    "ArnNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key_arn},
                },
            },
            {
                "Sid": "NoKeyOfS3",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/*",
                "Condition": {
                    "Null": {
                        "s3:x-amz-server-side-encryption": "false",
                        "s3:x-amz-server-side-encryption-aws-kms-key-id": "true",
                    }
                },
            },
            {
                "Sid": "NoOtherEncryption",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/*",
                "Condition": {
                    "Null": {"s3:x-amz-server-side-encryption": "false"},
                    "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                },
            },
            {
                "Sid": "NoKeyOfTheCaller",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/*",
                "Condition": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
            },
        ]
    )


def access_log_bucket_policy(names: Names) -> Document:
    """Return the policy of the bucket to which S3 delivers the data bucket's access log."""
    bucket = f"arn:{names.partition}:s3:::{names.access_log_bucket}"
    return document(
        [
            _tls_only(bucket),
            {
                "Sid": "AccessLogsOfTheDataBucket",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/{names.team}/*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": names.account_id},
                    "ArnEquals": {"aws:SourceArn": f"arn:{names.partition}:s3:::{names.data_bucket}"},
                },
            },
        ]
    )


def _in_the_network(team: Team, bucket: str, network: Network, users: list[str]) -> list[Statement]:
    """The team's roles alone: administrators and AWS's services come from elsewhere."""
    if not team.data_in_the_network_only:
        return []
    return [
        {
            "Sid": "InTheNetworkOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket, f"{bucket}/*"],
            "Condition": {**outside(network), "ArnLike": {"aws:PrincipalArn": users}},
        }
    ]


def _tls_only(bucket: str) -> Statement:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
