# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of a platform's network: its endpoints, and the role that writes its flow logs."""

from __future__ import annotations

from ..network import Network
from .document import Document, Statement, document

ANYTHING: Statement = {"Sid": "Anything", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def _this_account(network: Network) -> Statement:
    if not network.endpoint_policies:
        return ANYTHING
    return {
        "Sid": "ThisAccountOnly",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:PrincipalAccount": network.platform.account_id},
            # Calls that act on no resource, such as sts:GetCallerIdentity, carry no such key.
            "StringEqualsIfExists": {"aws:ResourceAccount": network.platform.account_id},
        },
    }


def interface_endpoint_policy(network: Network) -> Document:
    """Return the policy of interface endpoints, which admits CodeArtifact domains of other accounts that are named."""
    foreign_packages: Statement = {
        "Sid": "ReadPackagesOfOtherAccounts",
        "Effect": "Allow",
        "Principal": "*",
        "Action": [
            "codeartifact:GetAuthorizationToken",
            "codeartifact:GetRepositoryEndpoint",
            "codeartifact:ReadFromRepository",
        ],
        "Resource": "*",
        "Condition": {
            "StringEquals": {
                "aws:PrincipalAccount": network.platform.account_id,
                "aws:ResourceAccount": list(network.package_owner_ids),
            }
        },
    }
    more = [foreign_packages] if network.endpoint_policies and network.package_owner_ids else []
    return document([_this_account(network), *more])


def s3_endpoint_policy(network: Network) -> Document:
    """Return the policy of the S3 endpoint.

    Image layers are fetched with URLs that AWS signs for itself, so no principal of this account stands behind them.
    """
    place = network.platform
    buckets = [
        arn.replace("{region}", place.region).replace("{partition}", place.partition)
        for arn in network.foreign_bucket_arns
    ]
    foreign_buckets: Statement = {
        "Sid": "ReadWhatAwsKeeps",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": buckets,
    }
    return document([_this_account(network), *([foreign_buckets] if network.endpoint_policies and buckets else [])])


def api_endpoint_policy(network: Network) -> Document:
    """Return the policy of the endpoint of private APIs.

    Whoever calls an API signs in at the API itself, so no principal stands behind the call here.
    """
    place = network.platform
    own_apis: Statement = {
        "Sid": "ApisOfThisAccountOnly",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:{place.partition}:execute-api:{place.region}:{place.account_id}:*",
    }
    return document([own_apis if network.endpoint_policies else ANYTHING])


def flow_log_policy(network: Network) -> Document:
    """Return the policy with which flow logs are written."""
    place = network.platform
    group = f"arn:{place.partition}:logs:{place.region}:{place.account_id}:log-group:{network.flow_log_group}"
    return document(
        [
            {
                "Sid": "WriteFlowLogs",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                "Resource": [group, f"{group}:*"],
            },
            {"Sid": "FindTheLogGroup", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        ]
    )


def flow_log_trust(network: Network) -> Document:
    """Return the trust policy of the role with which flow logs are written."""
    place = network.platform
    flow_logs = f"arn:{place.partition}:ec2:{place.region}:{place.account_id}:vpc-flow-log/*"
    return document(
        [
            {
                "Sid": "FlowLogsOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": place.account_id},
                    "ArnLike": {"aws:SourceArn": flow_logs},
                },
            }
        ]
    )
