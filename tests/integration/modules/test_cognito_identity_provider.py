# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers of a user pool: the secret stays secret, and what AWS adds by itself is not sent back."""

import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module

SECRET = "Correct-Horse-7-Battery"
METADATA = "https://login.example.com/metadata"


@pytest.fixture
def pool_id(client):
    return client("cognito-idp").create_user_pool(PoolName="studio")["UserPool"]["Id"]


@pytest.fixture
def stored(client, pool_id):
    """A function that reads a provider as Cognito keeps it."""

    def read(name):
        described = client("cognito-idp").describe_identity_provider(UserPoolId=pool_id, ProviderName=name)
        return described["IdentityProvider"]

    return read


@pytest.fixture
def company(pool_id):
    """The options of an OIDC provider."""
    return {
        "user_pool_id": pool_id,
        "name": "company",
        "provider_type": "OIDC",
        "provider_details": {
            "oidc_issuer": "https://login.example.com",
            "client_id": "c",
            "authorize_scopes": "openid",
        },
        "client_secret": SECRET,
    }


@pytest.mark.parametrize("check", [True, False])
def test_secret_is_kept_and_never_shown(company, stored, check):
    made = run_module("cognito_identity_provider", **company)
    assert stored("company")["ProviderDetails"]["client_secret"] == SECRET
    changed = run_module("cognito_identity_provider", check=check, **{**company, "client_secret": SECRET + "-2"})
    assert changed["changed"]
    assert SECRET not in json.dumps(
        [made["identity_provider"], made["diff"], changed["identity_provider"], changed["diff"]]
    )
    assert stored("company")["ProviderDetails"]["client_secret"] == (SECRET if check else SECRET + "-2")


def test_secret_stays_where_none_is_given(company, stored):
    run_module("cognito_identity_provider", **company)
    wider = {**company, "client_secret": None, "provider_details": {"authorize_scopes": "openid email"}}
    assert run_module("cognito_identity_provider", **wider)["changed"]
    details = stored("company")["ProviderDetails"]
    assert (details["client_secret"], details["client_id"], details["authorize_scopes"]) == (
        SECRET,
        "c",
        "openid email",
    )


def test_what_cognito_adds_by_itself_is_no_difference_and_is_not_sent_back(client, pool_id, stored):
    """AWS shows certificate and redirect addresses in ProviderDetails, which nobody can set (API reference)."""
    added = {"ActiveEncryptionCertificate": "certificate", "SSORedirectBindingURI": "https://login.example.com/sso"}
    client("cognito-idp").create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="company",
        ProviderType="SAML",
        ProviderDetails={"MetadataURL": METADATA, "IDPSignout": "true", **added},
    )
    options = {"user_pool_id": pool_id, "name": "company", "provider_type": "SAML"}
    same = {"MetadataURL": METADATA, "IDPSignout": True}
    assert not run_module("cognito_identity_provider", provider_details=same, **options)["changed"]
    assert run_module("cognito_identity_provider", provider_details={**same, "IDPSignout": False}, **options)["changed"]
    assert stored("company")["ProviderDetails"] == {"MetadataURL": METADATA, "IDPSignout": "false"}


def test_another_kind_of_provider_is_refused(company):
    run_module("cognito_identity_provider", **company)
    with pytest.raises(ModuleFailed, match="provider_type can only be set when it is created"):
        run_module("cognito_identity_provider", **{**company, "provider_type": "SAML"})


def test_provider_of_a_pool_that_is_not_there_yet_is_predicted(company):
    assert run_module("cognito_identity_provider", check=True, **{**company, "user_pool_id": "eu-central-1_none"})[
        "changed"
    ]
