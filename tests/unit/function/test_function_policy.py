# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The function's IAM policy: exactly the calls it makes, on nothing wider than AWS allows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jinja2
import pytest

ROLE = Path(__file__).parents[3] / "roles/login"
VARIABLES = {
    "login_partition": "aws-us-gov",
    "login_region": "eu-central-1",
    "login_account_id": "111111111111",
    "login_log_group_name": "/aws/lambda/sagemaker-studio-presigned-url",
}
ALWAYS = {
    "sagemaker:ListDomains",
    "sagemaker:ListTags",
    "sagemaker:DescribeDomain",
    "sagemaker:DescribeUserProfile",
    "sagemaker:CreatePresignedDomainUrl",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}


def statements(**changes):
    source = (ROLE / "templates/presigned_url_policy.json.j2").read_text(encoding="utf-8")
    # As Ansible renders templates.
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701
    policy = json.loads(environment.from_string(source).render(**VARIABLES, **changes))
    assert policy["Version"] == "2012-10-17"
    return policy["Statement"]


def granted(policy):
    actions = [[s["Action"]] if isinstance(s["Action"], str) else s["Action"] for s in policy]
    return {action for group in actions for action in group}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, set()),
        ({"login_profile_on_first_sign_in": False}, set()),
        ({"login_profile_on_first_sign_in": True}, {"sagemaker:CreateUserProfile", "sagemaker:AddTags"}),
    ],
)
def test_nothing_but_the_calls_it_makes_is_allowed(changes, more):
    assert granted(statements(**changes)) == ALWAYS | more


def test_only_the_list_of_domains_is_allowed_on_everything():
    wide = [statement for statement in statements(login_profile_on_first_sign_in=True) if statement["Resource"] == "*"]
    assert [statement["Action"] for statement in wide] == ["sagemaker:ListDomains"]


def test_resources_are_of_this_account_and_region():
    resources = {s["Sid"]: s["Resource"] for s in statements(login_profile_on_first_sign_in=True)}
    prefix = "arn:aws-us-gov:sagemaker:eu-central-1:111111111111"
    logs = "arn:aws-us-gov:logs:eu-central-1:111111111111:log-group"
    assert resources == {
        "FindDomains": "*",
        "ReadDomains": f"{prefix}:domain/*",
        "OpenStudio": f"{prefix}:user-profile/*",
        "MakeProfiles": f"{prefix}:user-profile/*",
        "WriteLog": f"{logs}:/aws/lambda/sagemaker-studio-presigned-url:*",
    }


def test_the_calls_of_the_code_are_the_calls_of_the_policy():
    source = (ROLE / "files/presigned_url/studio.py").read_text(encoding="utf-8")
    calls = {
        "list_domains": "ListDomains",
        "list_tags": "ListTags",
        "describe_domain": "DescribeDomain",
        "describe_user_profile": "DescribeUserProfile",
        "create_presigned_domain_url": "CreatePresignedDomainUrl",
        "create_user_profile": "CreateUserProfile",
    }
    made = set(re.findall(r'self\._sagemaker\.(?:get_paginator\(")?(\w+)', source)) - {"get_paginator"}
    assert made == set(calls)
    allowed = granted(statements(login_profile_on_first_sign_in=True))
    assert {f"sagemaker:{calls[name]}" for name in made} | {"sagemaker:AddTags"} == {
        action for action in allowed if action.startswith("sagemaker:")
    }
