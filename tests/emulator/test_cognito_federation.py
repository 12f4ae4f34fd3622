# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People whom an identity provider vouches for, and feature plans of user pools.

Sources: Amazon Cognito developer guide, "Specifying identity provider attribute mappings", "Pre token generation Lambda
trigger", "User pool feature plans"; model, WriteAttributes and FeatureUnavailableInTierException.
"""

import pytest
from botocore.exceptions import ClientError

from tests.support import saml
from tests.support.function_code import packed
from tests.support.roles import make_role

CALLBACK = "http://localhost/app"
NAME = "Ada@example.org"
SEVERAL = ("data & more", "ops")
ADD_GROUPS = """
def handle(event, context):
    groups = event["request"]["groupConfiguration"]["groupsToOverride"] + ["from-the-trigger"]
    event["response"] = {"claimsAndScopeOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": groups}}}
    return event
"""


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    """A pool that ignores case, with a SAML provider that fills custom:groups."""
    pool_id = cognito.create_user_pool(PoolName="p", UsernameConfiguration={"CaseSensitive": False})["UserPool"]["Id"]
    cognito.add_custom_attributes(
        UserPoolId=pool_id, CustomAttributes=[{"Name": "groups", "AttributeDataType": "String", "Mutable": True}]
    )
    cognito.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="company",
        ProviderType="SAML",
        ProviderDetails={"MetadataURL": saml.ADDRESS},
        AttributeMapping={"custom:groups": "groups"},
    )
    return pool_id


@pytest.fixture
def make_client(cognito, pool):
    def make(providers=("company",), writable=("custom:groups",)):
        return cognito.create_user_pool_client(
            UserPoolId=pool,
            ClientName="app",
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            AllowedOAuthFlowsUserPoolClient=True,
            SupportedIdentityProviders=list(providers),
            CallbackURLs=[CALLBACK],
            **({"WriteAttributes": list(writable)} if writable else {}),
        )["UserPoolClient"]["ClientId"]

    return make


@pytest.fixture
def sign_in(emulator):
    """Go through the provider with a browser's requests; what the app's address is called with in the end."""
    return lambda client_id, groups=SEVERAL: saml.come_back(emulator.url, client_id, CALLBACK, NAME, groups)


def attributes(cognito, pool, username):
    user = cognito.admin_get_user(UserPoolId=pool, Username=username)
    return {item["Name"]: item["Value"] for item in user["UserAttributes"]}


def test_browser_goes_straight_to_the_only_provider(make_client, sign_in):
    assert "code" in sign_in(make_client())


def test_several_values_of_an_attribute_become_one_text(cognito, pool, make_client, sign_in):
    sign_in(make_client())
    assert attributes(cognito, pool, "company_Ada@example.org")["custom:groups"] == "[data+%26+more,ops]"


def test_one_value_stays_as_it_is(cognito, pool, make_client, sign_in):
    sign_in(make_client(), groups=["data & more"])
    assert attributes(cognito, pool, "company_Ada@example.org")["custom:groups"] == "data & more"


def test_attribute_that_the_client_may_not_write_ends_the_sign_in(cognito, pool, make_client, sign_in):
    answer = sign_in(make_client(writable=()))
    assert "code" not in answer
    assert "custom:groups" in answer["error_description"][0]
    assert cognito.list_users(UserPoolId=pool)["Users"] == []


def test_trigger_of_version_2_sets_the_groups_of_both_tokens(client, cognito, pool, make_client, emulator):
    client("lambda").create_function(
        FunctionName="groups",
        Role=make_role(client("iam"), "groups", "lambda.amazonaws.com"),
        Runtime="python3.13",
        Handler="index.handle",
        Code={"ZipFile": packed(ADD_GROUPS)},
    )
    trigger = {"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:eu-central-1:111111111111:function:groups"}
    cognito.update_user_pool(UserPoolId=pool, LambdaConfig={"PreTokenGenerationConfig": trigger})
    tokens = saml.sign_in(emulator.url, make_client(), CALLBACK, NAME, SEVERAL).json()
    for kind in ("access_token", "id_token"):
        assert saml.claims(tokens[kind])["cognito:groups"] == [f"{pool}_company", "from-the-trigger"]


def test_trigger_that_fails_ends_the_sign_in(emulator, cognito, pool, make_client):
    trigger = {"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:eu-central-1:111111111111:function:none"}
    cognito.update_user_pool(UserPoolId=pool, LambdaConfig={"PreTokenGenerationConfig": trigger})
    answer = saml.sign_in(emulator.url, make_client(), CALLBACK, NAME, SEVERAL)
    assert answer.status_code >= 400
    assert "access_token" not in answer.text


@pytest.mark.parametrize(
    ("plan", "settings", "refused"),
    [
        ("ESSENTIALS", {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, True),
        ("LITE", {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}, True),
        ("PLUS", {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}, False),
        ("LITE", {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}, False),
        (
            "LITE",
            {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:l:f"}}},
            True,
        ),
    ],
)
def test_plan_decides_on_features(cognito, plan, settings, refused):
    if "LambdaConfig" in settings:
        settings["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaArn"] = (
            "arn:aws:lambda:eu-central-1:111111111111:function:f"
        )
    try:
        cognito.create_user_pool(PoolName="p", UserPoolTier=plan, **settings)
    except ClientError as error:
        assert refused
        assert error.response["Error"]["Code"] == "FeatureUnavailableInTierException"
    else:
        assert not refused
