# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools whose people sign in by e-mail (botocore model, CreateUserPool.UsernameAttributes; boto3 #3836; moto #4249)."""

import pytest

from tests.emulator.aws_answers import refused

ADA = "ada@example.com"


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    return cognito.create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]["Id"]


def test_name_that_is_no_address_is_refused(cognito, pool):
    """boto3 #3836, verbatim."""
    with refused("InvalidParameterException", "Username should be an email."):
        cognito.admin_create_user(UserPoolId=pool, Username="ada")


def test_user_is_named_by_the_sub_and_found_by_the_address(cognito, pool):
    """cognito-local #102; developer guide, "User pool attributes": the user name is the sub, the address an alias."""
    user = cognito.admin_create_user(UserPoolId=pool, Username=ADA, MessageAction="SUPPRESS")["User"]
    attributes = {item["Name"]: item["Value"] for item in user["Attributes"]}
    assert user["Username"] == attributes["sub"] != ADA
    assert attributes["email"] == ADA
    assert cognito.admin_get_user(UserPoolId=pool, Username=ADA)["Username"] == user["Username"]
    cognito.create_group(UserPoolId=pool, GroupName="team1")
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=ADA, GroupName="team1")
    (member,) = cognito.list_users_in_group(UserPoolId=pool, GroupName="team1")["Users"]
    assert member["Username"] == user["Username"]
