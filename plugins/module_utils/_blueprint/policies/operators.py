# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What those need who make a platform, change it and take it down.

What is made carries the platform's tag from its first moment, and nothing is changed that does not carry it. Where AWS
has neither, things are known by their names. Which keys an action has, and on what resource it is asked, is in the
Service Authorization Reference.
"""

from __future__ import annotations

from ..network import Network
from ..platform import Platform
from ..sign_in import API_LOGS, PRESIGNED_URL, TOKEN_GROUPS, SignIn
from ..turns import turns_table_arn
from .document import Document, Statement, allow, document
from .readers import reader_policy

MAIL = "email.cognito-idp.amazonaws.com"


def platform_policies(platform: Platform) -> dict[str, Document]:
    """Return the policies by their names: who makes a platform needs all of them, who only looks the reader's."""
    return {
        "reader": reader_policy(platform),
        "platform-network": network_operator_policy(platform),
        "platform-sign-in": sign_in_operator_policy(platform),
    }


def network_operator_policy(platform: Platform) -> Document:
    """Return what who makes, changes and takes down a platform's network needs beside the reader's policy."""
    network = Network(platform)
    return document(
        [
            *_network(platform),
            *_turns(platform),
            _log_groups(platform, [network.flow_log_group]),
            *_roles(platform, [network.flow_log_role], ["vpc-flow-logs.amazonaws.com"]),
        ]
    )


def sign_in_operator_policy(platform: Platform) -> Document:
    """Return what who makes, changes and takes down a platform's sign-in needs beside the reader's policy."""
    sign_in = SignIn(platform)
    groups = [
        sign_in.access_log_group,
        *(sign_in.function_log_group(purpose) for purpose in (PRESIGNED_URL, TOKEN_GROUPS)),
    ]
    roles = [sign_in.role(purpose) for purpose in (PRESIGNED_URL, TOKEN_GROUPS, API_LOGS)]
    return document(
        [
            *_sign_in(platform),
            _log_groups(platform, groups),
            *_roles(platform, roles, ["apigateway.amazonaws.com", "lambda.amazonaws.com"]),
        ]
    )


def _made(platform: Platform) -> dict[str, str]:
    return {"aws:RequestTag/Platform": platform.name}


def _owned(platform: Platform) -> dict[str, str]:
    return {"aws:ResourceTag/Platform": platform.name}


def _network(platform: Platform) -> list[Statement]:
    """VPC, subnets, endpoints, security groups and flow logs, made here or taken over."""
    ec2 = platform.arn("ec2")
    parts = ["subnet", "route-table", "security-group", "vpc-endpoint", "vpc-flow-log"]
    made, owned = _made(platform), _owned(platform)
    return [
        allow("MakeVpc", ["ec2:CreateVpc"], f"{ec2}:vpc/*", StringEquals=made),
        allow(
            "MakePartsOfVpc",
            [
                "ec2:CreateFlowLogs",
                "ec2:CreateRouteTable",
                "ec2:CreateSecurityGroup",
                "ec2:CreateSubnet",
                "ec2:CreateVpcEndpoint",
            ],
            [f"{ec2}:{part}/*" for part in parts],
            StringEquals=made,
        ),
        allow(
            "TagWhatIsMade", ["ec2:CreateTags"], f"{ec2}:*/*", StringEquals=made, StringLike={"ec2:CreateAction": "*"}
        ),
        allow(
            "TakeOver",
            ["ec2:CreateTags"],
            [f"{ec2}:{part}/*" for part in ("vpc", "subnet", "vpc-endpoint")],
            StringEquals={**made, "aws:RequestTag/Adopted": "true"},
            Null={"aws:ResourceTag/Platform": "true"},
        ),
        # Route tables of a VPC that was taken over have no tag. The endpoint's VPC has one, as other statements say.
        allow(
            "RouteInTakenOverVpc",
            ["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"],
            f"{ec2}:route-table/*",
            Null={"aws:ResourceTag/Platform": "true"},
        ),
        # Rules of a VPC's own default group, which EC2 makes without tags; AWS has no finer right.
        allow(
            "EmptyDefaultGroup",
            ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"],
            f"{ec2}:security-group/*",
            Null={"aws:ResourceTag/Platform": "true"},
        ),
        allow(
            "ChangeNetwork",
            [
                "ec2:AssociateRouteTable",
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateFlowLogs",
                "ec2:CreateRoute",
                "ec2:CreateRouteTable",
                "ec2:CreateSecurityGroup",
                "ec2:CreateSubnet",
                "ec2:CreateTags",
                "ec2:CreateVpcEndpoint",
                "ec2:DeleteFlowLogs",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteRoute",
                "ec2:DeleteRouteTable",
                "ec2:DeleteSecurityGroup",
                "ec2:DeleteSubnet",
                "ec2:DeleteTags",
                "ec2:DeleteVpc",
                "ec2:DeleteVpcEndpoints",
                "ec2:DisassociateRouteTable",
                "ec2:ModifySubnetAttribute",
                "ec2:ModifyVpcAttribute",
                "ec2:ModifyVpcEndpoint",
                "ec2:ReplaceRoute",
                "ec2:ReplaceRouteTableAssociation",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
                "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
            ],
            [f"{ec2}:{part}/*" for part in ("vpc", "network-interface", *parts)],
            StringEquals=owned,
        ),
    ]


def _sign_in(platform: Platform) -> list[Statement]:
    """User pool, REST API, functions, alarms."""
    place = f"{platform.region}:{platform.account_id}"
    sign_in = SignIn(platform)
    arn = f"arn:{platform.partition}"
    apis = f"{arn}:apigateway:{platform.region}::"
    made, owned = _made(platform), _owned(platform)
    return [
        # A pool that is taken over gets the platform's tag too. One that has it is another statement's.
        allow(
            "MakeUserPool",
            ["cognito-idp:CreateUserPool", "cognito-idp:TagResource"],
            "*",
            StringEquals=made,
            Null={"aws:ResourceTag/Platform": "true"},
        ),
        allow(
            "ChangeUserPool",
            [
                "cognito-idp:AddCustomAttributes",
                "cognito-idp:AddUserPoolClientSecret",
                "cognito-idp:CreateIdentityProvider",
                "cognito-idp:CreateManagedLoginBranding",
                "cognito-idp:DeleteManagedLoginBranding",
                "cognito-idp:UpdateIdentityProvider",
                "cognito-idp:CreateUserPoolClient",
                "cognito-idp:CreateUserPoolDomain",
                "cognito-idp:UpdateUserPool",
                "cognito-idp:UpdateUserPoolClient",
                "cognito-idp:UpdateUserPoolDomain",
                "cognito-idp:DeleteGroup",
                "cognito-idp:DeleteIdentityProvider",
                "cognito-idp:DeleteUserPool",
                "cognito-idp:DeleteUserPoolClient",
                "cognito-idp:DeleteUserPoolClientSecret",
                "cognito-idp:DeleteUserPoolDomain",
                "cognito-idp:SetUserPoolMfaConfig",
                "cognito-idp:TagResource",
                "cognito-idp:UntagResource",
            ],
            f"{arn}:cognito-idp:{place}:userpool/*",
            StringEquals=owned,
        ),
        # Cognito makes it with the caller's rights for the first pool that sends with an address of the account's own.
        allow(
            "MakeRoleOfCognitosMail",
            ["iam:CreateServiceLinkedRole"],
            f"{arn}:iam::{platform.account_id}:role/aws-service-role/{MAIL}/*",
            StringEquals={"iam:AWSServiceName": MAIL},
        ),
        allow("MakeApi", ["apigateway:POST"], f"{apis}/restapis", StringEquals=made),
        allow(
            "ChangeApi",
            [
                "apigateway:DELETE",
                "apigateway:PATCH",
                "apigateway:POST",
                "apigateway:PUT",
                "apigateway:UpdateRestApiPolicy",
            ],
            [f"{apis}/restapis/*", f"{apis}/tags/*"],
            StringEquals=owned,
        ),
        allow("LogsOfAllApis", ["apigateway:PATCH"], f"{apis}/account"),
        allow(
            "Functions",
            [
                "lambda:AddPermission",
                "lambda:RemovePermission",
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            [f"{arn}:lambda:{place}:function:{sign_in.function(purpose)}" for purpose in (PRESIGNED_URL, TOKEN_GROUPS)],
        ),
        allow(
            "Alarms",
            [
                "cloudwatch:DeleteAlarms",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
            f"{arn}:cloudwatch:{place}:alarm:{platform.name}-*",
        ),
        allow(
            "WebAcl",
            ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL", "apigateway:SetWebACL"],
            [f"{arn}:wafv2:{place}:regional/webacl/*", f"{apis}/restapis/*/stages/*"],
        ),
    ]


def _turns(platform: Platform) -> list[Statement]:
    """The table in which runs take turns, and the turn of who works on the platform."""
    table = turns_table_arn(platform)
    return [
        allow(
            "TableOfTurns",
            [f"dynamodb:{action}" for action in ("CreateTable", "DeleteTable", "TagResource", "UntagResource")],
            table,
        ),
        allow(
            "Turns",
            [f"dynamodb:{action}" for action in ("DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem")],
            table,
        ),
    ]


def _log_groups(platform: Platform, names: list[str]) -> Statement:
    logs = platform.arn("logs", "log-group")
    return allow(
        "LogGroups",
        [
            "logs:AssociateKmsKey",
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteMetricFilter",
            "logs:DeleteRetentionPolicy",
            "logs:DisassociateKmsKey",
            "logs:PutMetricFilter",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ],
        # AWS asks for tags on the group itself, and for all else on its streams.
        [f"{logs}:{name}{streams}" for name in names for streams in ("", ":*")],
    )


def _roles(platform: Platform, names: list[str], services: list[str]) -> list[Statement]:
    """Roles that services take, each with a policy of its name."""
    iam = f"arn:{platform.partition}:iam::{platform.account_id}"
    roles = [f"{iam}:role/{name}" for name in names]
    return [
        allow(
            "Roles",
            [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
            ],
            roles,
        ),
        allow(
            "Policies",
            [
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
            [f"{iam}:policy/{name}" for name in names],
        ),
        allow("RolesAtWork", ["iam:PassRole"], roles, StringEquals={"iam:PassedToService": services}),
    ]
