# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of a platform's network: its endpoints, and the role that writes its flow logs."""

from __future__ import annotations

from ..image_owners import IMAGE_OWNERS
from ..network import Network
from .document import Document, Statement, document
from .owned_by_aws import PULL_IMAGES, READ_HUB, public_hub

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


def _of_aws(network: Network) -> list[Statement]:
    """Reads of what the teams' policies allow of AWS's own accounts."""
    place = network.platform
    principal = {"aws:PrincipalAccount": place.account_id}
    owners = [*IMAGE_OWNERS.get(place.region, ()), *network.image_owner_ids]
    images: Statement = {
        "Sid": "PullImagesOfAws",
        "Effect": "Allow",
        "Principal": "*",
        "Action": PULL_IMAGES,
        "Resource": f"arn:{place.partition}:ecr:{place.region}:*:repository/*",
        "Condition": {"StringEquals": {**principal, "aws:ResourceAccount": owners}},
    }
    hub: Statement = {
        "Sid": "ReadTheModelCatalogueOfAws",
        "Effect": "Allow",
        "Principal": "*",
        "Action": READ_HUB,
        "Resource": public_hub(place.partition, place.region),
        "Condition": {"StringEquals": principal},
    }
    return [*([images] if owners else []), hub]


def interface_endpoint_policy(network: Network) -> Document:
    """Return the policy of interface endpoints.

    It admits reads of what AWS owns, and CodeArtifact domains of other accounts that are named.
    """
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
    if not network.endpoint_policies:
        return document([ANYTHING])
    packages = [foreign_packages] if network.package_owner_ids else []
    return document([_this_account(network), *_of_aws(network), *packages])


def studio_endpoint_policy(network: Network) -> Document:
    """Return the policy of the endpoint that browsers open Studio through."""
    return document([ANYTHING]) if network.studio_endpoint_full_access else interface_endpoint_policy(network)


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
