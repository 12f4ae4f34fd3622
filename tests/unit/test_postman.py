# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for Postman: valid, complete, without a secret, and compatible with what clients of the API know."""

from __future__ import annotations

import json
import re

import pytest

from tests.unit.policies.rendering import Role, login

URL = "https://abc123.execute-api.eu-central-1.amazonaws.com/prod"
VARIABLE = re.compile(r"{{([^}]*)}}")


@pytest.fixture(scope="module")
def role():
    plan = login(
        found={"rest_api_id": "abc123", "client_ids": ["portal-id", "api-id"]},
        login_callback_urls=["https://oauth.pstmn.io/v1/browser-callback"],
        login_postman_team="team7",
        login_postman_dir="/somewhere",
    ).plan
    return Role("login", postman=plan["postman"])


@pytest.fixture(scope="module")
def collection(role):
    return role.policy("postman_collection.json.j2")


@pytest.fixture(scope="module")
def environment(role):
    return role.policy("postman_environment.json.j2")


@pytest.fixture(scope="module")
def values(environment):
    return {value["key"]: value["value"] for value in environment["values"]}


def filled(text, values):
    return VARIABLE.sub(lambda match: values[match[1]], text)


def test_the_environment_has_the_deployments_own_values(values):
    assert values == {
        "sagemaker-presigned-api": URL,
        "cognito-signin-endpoint": values["cognito-signin-endpoint"],
        "callback-url": "https://oauth.pstmn.io/v1/browser-callback",
        "client-id": "api-id",
        "client-secret": "",
        "access-token": "",
        "domainName": "team7",
    }
    assert re.fullmatch(
        r"https://sagemaker-studio-[0-9a-f]{10}\.auth\.eu-central-1\.amazoncognito\.com",
        values["cognito-signin-endpoint"],
    )


def test_secrets_are_left_to_be_filled_in(environment):
    secret = [value for value in environment["values"] if value["type"] == "secret"]
    assert [(value["key"], value["value"]) for value in secret] == [("client-secret", ""), ("access-token", "")]


def test_no_variable_is_left_over_or_missing(collection, values):
    assert set(VARIABLE.findall(json.dumps(collection))) == values.keys()


def test_every_address_is_that_of_the_api(collection, values):
    addresses = [filled(item["request"]["url"], values) for item in collection["item"]]
    assert addresses == [
        f"{URL}/domainName/team7/getPresignedUrl",
        f"{URL}/domainName/not-my-team/getPresignedUrl",
        f"{URL}/domainName/team7/getPresignedUrl",
    ]
    assert all("//" not in address.removeprefix("https://") for address in addresses)


def test_tokens_come_from_the_code_flow_with_pkce_and_go_into_the_header(collection, values):
    assert collection["auth"]["type"] == "oauth2"
    settings = {one["key"]: one["value"] for one in collection["auth"]["oauth2"]}
    assert settings["grant_type"] == "authorization_code_with_pkce"
    assert settings["challengeAlgorithm"] == "S256"
    assert (settings["scope"], settings["addTokenTo"]) == ("openid", "header")
    assert filled(settings["authUrl"], values) == values["cognito-signin-endpoint"] + "/oauth2/authorize"
    assert filled(settings["accessTokenUrl"], values) == values["cognito-signin-endpoint"] + "/oauth2/token"


def test_every_request_is_tested(collection):
    for item in [collection, *collection["item"]]:
        (event,) = item["event"]
        assert event["listen"] == "test"
        assert any("pm.test(" in line for line in event["script"]["exec"])


def test_form_is_that_of_collections_2_1(collection):
    assert collection["info"]["schema"] == "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    assert collection["info"].keys() == {"_postman_id", "name", "description", "schema"}
