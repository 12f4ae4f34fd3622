# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of the sign-in: what its functions may do, who may take its roles, and who reaches a private API.

docs/sign-in.md says why each line is there.
"""

from __future__ import annotations

import typing as t

from ..sign_in import PRESIGNED_URL, TOKEN_GROUPS, SignIn
from .document import Document, Statement, document

# What Lambda does in the name of a function (Lambda developer guide, "Giving Lambda functions access to a VPC").
INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


def presigned_url_policy(sign_in: SignIn, user_pool_arn: str, endpoint_ids: t.Sequence[str]) -> Document:
    """Return what the sign-in function may do, and no more.

    endpoint_ids: the VPC endpoints through which alone the URLs of a private sign-in open.
    """
    place = sign_in.platform
    sagemaker = f"arn:{place.partition}:sagemaker:{place.region}:{place.account_id}"
    own = {"aws:ResourceTag/Platform": place.name}
    through_the_vpc = {"aws:SourceVpce": list(endpoint_ids)} if sign_in.is_private else {}
    return document(
        [
            {
                "Sid": "FindDomains",
                "Effect": "Allow",
                "Action": "sagemaker:ListDomains",
                "Resource": "*",
            },
            # AWS takes no narrower resource for a list.
            {
                "Sid": "FindPlaces",
                "Effect": "Allow",
                "Action": ["sagemaker:ListApps", "sagemaker:ListSpaces"],
                "Resource": "*",
            },
            {
                "Sid": "ReadDomains",
                "Effect": "Allow",
                "Action": ["sagemaker:DescribeDomain", "sagemaker:ListTags"],
                "Resource": f"{sagemaker}:domain/*",
            },
            {
                "Sid": "OpenStudio",
                "Effect": "Allow",
                "Action": "sagemaker:CreatePresignedDomainUrl",
                "Resource": f"{sagemaker}:user-profile/*",
                "Condition": {"StringEquals": {**own, **through_the_vpc}},
            },
            {
                "Sid": "ReadProfiles",
                "Effect": "Allow",
                "Action": ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
                "Resource": f"{sagemaker}:user-profile/*",
            },
            *_profiles(sign_in, sagemaker),
            *_membership(sign_in, user_pool_arn),
            *_traces(sign_in),
            *_vpc(sign_in),
            _log(sign_in, PRESIGNED_URL),
        ]
    )


def _profiles(sign_in: SignIn, sagemaker: str) -> list[Statement]:
    """For teams whose members make their profile by signing in."""
    if not sign_in.profile_role_arns:
        return []
    return [
        {
            "Sid": "MakeProfiles",
            "Effect": "Allow",
            "Action": ["sagemaker:AddTags", "sagemaker:CreateUserProfile"],
            "Resource": f"{sagemaker}:user-profile/*",
            "Condition": {"StringEquals": {"aws:RequestTag/Platform": sign_in.platform.name}},
        },
        {
            "Sid": "GiveProfilesTheirRole",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": list(sign_in.profile_role_arns),
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
    ]


def _membership(sign_in: SignIn, user_pool_arn: str) -> list[Statement]:
    if not sign_in.checks_groups:
        return []
    return [
        {
            "Sid": "LookUpMembership",
            "Effect": "Allow",
            "Action": ["cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"],
            "Resource": user_pool_arn,
        }
    ]


def _traces(sign_in: SignIn) -> list[Statement]:
    if not sign_in.tracing:
        return []
    return [
        {
            "Sid": "WriteTraces",
            "Effect": "Allow",
            "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            "Resource": "*",
        }
    ]


def _vpc(sign_in: SignIn) -> list[Statement]:
    """Lambda puts the function of a private sign-in into the VPC; the function itself may not."""
    if not sign_in.is_private:
        return []
    return [
        {"Sid": "LiveInTheVpc", "Effect": "Allow", "Action": INTERFACES, "Resource": "*"},
        {
            "Sid": "NoInterfacesOfItsOwn",
            "Effect": "Deny",
            "Action": INTERFACES,
            "Resource": "*",
            "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": sign_in.function_arn(PRESIGNED_URL)}},
        },
    ]


def _log(sign_in: SignIn, function: str) -> Statement:
    return {
        "Sid": "WriteLog",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{sign_in.logs}:{sign_in.function_log_group(function)}:*",
    }


def token_groups_policy(sign_in: SignIn) -> Document:
    """Return what the function may do that puts teams into tokens."""
    return document([_log(sign_in, TOKEN_GROUPS)])


def function_trust() -> Document:
    """Return who may take the roles of the functions."""
    return _trust("Lambda", "lambda.amazonaws.com")


def gateway_trust() -> Document:
    """Return who may take the role with which API Gateway writes logs."""
    return _trust("ApiGateway", "apigateway.amazonaws.com")


def _trust(sid: str, service: str) -> Document:
    return document([{"Sid": sid, "Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}])


def private_api_policy(endpoint_id: str) -> Document:
    """Return the policy of a private API. endpoint_id: the VPC endpoint through which alone it is reached."""
    return document(
        [
            {
                "Sid": "ThroughTheEndpointOnly",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
                "Condition": {"StringEquals": {"aws:SourceVpce": endpoint_id}},
            }
        ]
    )
