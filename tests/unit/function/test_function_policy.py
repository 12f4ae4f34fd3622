# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The function's IAM policy: exactly the calls it makes, on nothing wider than AWS allows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.unit.policies.evaluation import Request, decide
from tests.unit.policies.rendering import login

ROLE = Path(__file__).parents[3] / "roles/login"
ROLES = [f"arn:aws-us-gov:iam::111111111111:role/sagemaker-studio--team1--eu-central-1-{name}" for name in ("a", "b")]
EVERYTHING = {"login_profile_role_arns": ROLES, "login_live_group_check": True}
ALWAYS = {
    "sagemaker:ListApps",
    "sagemaker:ListDomains",
    "sagemaker:ListSpaces",
    "sagemaker:ListTags",
    "sagemaker:DescribeDomain",
    "sagemaker:DescribeUserProfile",
    "sagemaker:CreatePresignedDomainUrl",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}


def statements(**changes):
    policy = login(login_partition="aws-us-gov", **changes).documents["presigned_url"]
    assert policy["Version"] == "2012-10-17"
    return policy["Statement"]


def granted(policy):
    actions = [[s["Action"]] if isinstance(s["Action"], str) else s["Action"] for s in policy]
    return {action for group in actions for action in group}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, set()),
        (
            {"login_profile_role_arns": ROLES},
            {"sagemaker:CreateUserProfile", "sagemaker:AddTags", "iam:PassRole"},
        ),
        ({"login_live_group_check": False}, None),
    ],
)
def test_nothing_but_the_calls_it_makes_is_allowed(changes, more):
    asked = set() if more is None else {"cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"}
    assert granted(statements(**changes)) == ALWAYS | asked | (more or set())


def test_only_what_carries_the_platforms_tag_is_opened_and_made():
    """Another platform's profiles of the account are none of the function's business."""
    profile = "arn:aws:sagemaker:eu-central-1:111111111111:user-profile/d-1/ada"
    policy = login(login_profile_role_arns=ROLES).documents["presigned_url"]

    def decision(action, tags, **context):
        return decide([policy], Request(f"sagemaker:{action}", {profile: tags}, context))

    own, other = ({"Platform": name} for name in ("sagemaker-studio", "another"))
    assert decision("CreatePresignedDomainUrl", own) == "Allow"
    assert decision("CreatePresignedDomainUrl", other) == decision("CreatePresignedDomainUrl", {}) == "ImplicitDeny"
    for action in ("CreateUserProfile", "AddTags"):
        assert decision(action, {}, **{"aws:RequestTag/Platform": "sagemaker-studio"}) == "Allow"
        assert decision(action, {}, **{"aws:RequestTag/Platform": "another"}) == "ImplicitDeny"
        assert decision(action, {}) == "ImplicitDeny"


@pytest.mark.parametrize(
    ("options", "checked"),
    [
        ({}, True),
        ({"login_live_group_check": False}, False),
        ({"login_endpoint_type": "private", "login_network": {"vpc_endpoints": {}}}, False),
    ],
)
def test_groups_are_asked_for_at_each_sign_in_wherever_that_can_be(options, checked):
    assert login(**options).plan["function"]["environment"]["LIVE_GROUP_CHECK"] == str(checked).lower()


def test_the_function_of_a_private_sign_in_is_given_the_pools_keys():
    keys = [{"kid": "a", "n": "AQAB", "e": "AQAB"}]
    private = {"login_endpoint_type": "private", "login_network": {"vpc_endpoints": {}}}
    pool = {"user_pool": {"id": "eu-central-1_example", "signing_keys": keys}}
    told = login(found=pool, **private).plan["function"]["environment"]["TOKEN_KEYS"]
    assert json.loads(told) == {"keys": keys}
    assert login(found=pool).plan["function"]["environment"]["TOKEN_KEYS"] == ""


def test_only_lists_are_allowed_on_everything():
    wide = [statement for statement in statements(**EVERYTHING) if statement["Resource"] == "*"]
    assert [statement["Action"] for statement in wide] == [
        "sagemaker:ListDomains",
        ["sagemaker:ListApps", "sagemaker:ListSpaces"],
    ]


def test_resources_are_of_this_account_and_region():
    resources = {s["Sid"]: s["Resource"] for s in statements(**EVERYTHING)}
    prefix = "arn:aws-us-gov:sagemaker:eu-central-1:111111111111"
    logs = "arn:aws-us-gov:logs:eu-central-1:111111111111:log-group"
    assert resources == {
        "FindDomains": "*",
        "FindPlaces": "*",
        "ReadDomains": f"{prefix}:domain/*",
        "OpenStudio": f"{prefix}:user-profile/*",
        "ReadProfiles": f"{prefix}:user-profile/*",
        "MakeProfiles": f"{prefix}:user-profile/*",
        "GiveProfilesTheirRole": ROLES,
        "LookUpMembership": "arn:aws-us-gov:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_example",
        "WriteLog": f"{logs}:/aws/lambda/sagemaker-studio-presigned-url:*",
    }


def test_roles_are_passed_to_sagemaker_alone():
    (passing,) = [statement for statement in statements(**EVERYTHING) if statement["Action"] == "iam:PassRole"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_the_calls_of_the_code_are_the_calls_of_the_policy():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROLE / "files/presigned_url").glob("*.py"))
    calls = {
        "admin_get_user": "cognito-idp:AdminGetUser",
        "admin_list_groups_for_user": "cognito-idp:AdminListGroupsForUser",
        "list_apps": "sagemaker:ListApps",
        "list_domains": "sagemaker:ListDomains",
        "list_spaces": "sagemaker:ListSpaces",
        "list_tags": "sagemaker:ListTags",
        "describe_domain": "sagemaker:DescribeDomain",
        "describe_user_profile": "sagemaker:DescribeUserProfile",
        "create_presigned_domain_url": "sagemaker:CreatePresignedDomainUrl",
        "create_user_profile": "sagemaker:CreateUserProfile",
    }
    made = set(re.findall(r'(?:sagemaker|_cognito)\.(?:get_paginator\(")?([a-z]+_\w+)', source)) - {"get_paginator"}
    assert made == set(calls)
    # Making a profile with tags and a role needs two rights more (service authorization reference).
    together = {calls[name] for name in made} | {"sagemaker:AddTags", "iam:PassRole"}
    assert together == {action for action in granted(statements(**EVERYTHING)) if not action.startswith("logs:")}
