# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People whom an identity provider vouches for, and feature plans of user pools.

Sources: Amazon Cognito developer guide, "Specifying identity provider attribute mappings", "Pre token generation Lambda
trigger", "User pool feature plans"; model, WriteAttributes and FeatureUnavailableInTierException.
"""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from botocore.exceptions import ClientError

from tests.support.function_code import packed
from tests.support.roles import make_role

CALLBACK = "http://localhost/app"
SEVERAL = "<a:AttributeValue>data &amp; more</a:AttributeValue><a:AttributeValue>ops</a:AttributeValue>"
RESPONSE = """<p:Response
xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">
<a:Assertion><a:Subject><a:NameID>{name}</a:NameID></a:Subject><a:AttributeStatement>
<a:Attribute Name="groups">{values}</a:Attribute></a:AttributeStatement></a:Assertion></p:Response>"""
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
        ProviderDetails={"MetadataURL": "https://login.example.com/sso"},
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

    def sign_in(client_id, name="Ada@example.org", values=SEVERAL, **query):
        asked = {"client_id": client_id, "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid", **query}
        start = requests.get(f"{emulator.url}/oauth2/authorize", params=asked, allow_redirects=False, timeout=30)
        assert start.headers["Location"].startswith("https://login.example.com/sso"), start.headers
        relay = parse_qs(urlsplit(start.headers["Location"]).query)["RelayState"][0]
        answer = base64.b64encode(RESPONSE.format(name=name, values=values).encode()).decode()
        form = {"SAMLResponse": answer, "RelayState": relay}
        back = requests.post(f"{emulator.url}/saml2/idpresponse", data=form, allow_redirects=False, timeout=30)
        return parse_qs(urlsplit(back.headers["Location"]).query)

    return sign_in


@pytest.fixture
def claims(emulator, sign_in):
    """The claims of both tokens of a sign-in."""

    def claims(client_id, **options):
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": sign_in(client_id, **options)["code"][0],
            "redirect_uri": CALLBACK,
        }
        tokens = requests.post(f"{emulator.url}/oauth2/token", data=form, timeout=30).json()
        parts = [tokens[kind].split(".")[1] for kind in ("access_token", "id_token")]
        return [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts]

    return claims


def attributes(cognito, pool, username):
    user = cognito.admin_get_user(UserPoolId=pool, Username=username)
    return {item["Name"]: item["Value"] for item in user["UserAttributes"]}


def test_browser_goes_straight_to_the_only_provider(make_client, sign_in):
    assert "code" in sign_in(make_client())


def test_several_values_of_an_attribute_become_one_text(cognito, pool, make_client, sign_in):
    sign_in(make_client())
    assert attributes(cognito, pool, "company_Ada@example.org")["custom:groups"] == "[data+%26+more,ops]"


def test_one_value_stays_as_it_is(cognito, pool, make_client, sign_in):
    sign_in(make_client(), values="<a:AttributeValue>data &amp; more</a:AttributeValue>")
    assert attributes(cognito, pool, "company_Ada@example.org")["custom:groups"] == "data & more"


def test_attribute_that_the_client_may_not_write_ends_the_sign_in(cognito, pool, make_client, sign_in):
    answer = sign_in(make_client(writable=()))
    assert "code" not in answer
    assert "custom:groups" in answer["error_description"][0]
    assert cognito.list_users(UserPoolId=pool)["Users"] == []


def test_trigger_of_version_2_sets_the_groups_of_both_tokens(client, cognito, pool, make_client, claims):
    client("lambda").create_function(
        FunctionName="groups",
        Role=make_role(client("iam"), "groups", "lambda.amazonaws.com"),
        Runtime="python3.13",
        Handler="index.handle",
        Code={"ZipFile": packed(ADD_GROUPS)},
    )
    trigger = {"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:eu-central-1:111111111111:function:groups"}
    cognito.update_user_pool(UserPoolId=pool, LambdaConfig={"PreTokenGenerationConfig": trigger})
    for token in claims(make_client()):
        assert token["cognito:groups"] == [f"{pool}_company", "from-the-trigger"]


def test_trigger_that_fails_ends_the_sign_in(emulator, cognito, pool, make_client, sign_in):
    trigger = {"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:eu-central-1:111111111111:function:none"}
    cognito.update_user_pool(UserPoolId=pool, LambdaConfig={"PreTokenGenerationConfig": trigger})
    client_id = make_client()
    form = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": CALLBACK}
    form["code"] = sign_in(client_id)["code"][0]
    answer = requests.post(f"{emulator.url}/oauth2/token", data=form, timeout=30)
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
