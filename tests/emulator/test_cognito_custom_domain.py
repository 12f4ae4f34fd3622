# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A custom domain is a whole name, a prefix is not (model, CreateUserPoolDomain.Domain)."""

import pytest
from botocore.exceptions import ClientError

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/11111111-2222-3333-4444-555555555555"}


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def pool(cognito):
    return cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]


def test_custom_domain_may_have_dots(cognito, pool):
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="auth.example.com", CustomDomainConfig=CERTIFICATE)
    described = cognito.describe_user_pool_domain(Domain="auth.example.com")["DomainDescription"]
    assert described["UserPoolId"] == pool and described["CustomDomainConfig"] == CERTIFICATE


@pytest.mark.parametrize(
    "domain, config",
    [("auth.example.com", {}), ("Auth_.example.com", {"CustomDomainConfig": CERTIFICATE}), ("Auth_", {})],
)
def test_bad_domains_are_refused(cognito, pool, domain, config):
    with pytest.raises(ClientError) as failure:
        cognito.create_user_pool_domain(UserPoolId=pool, Domain=domain, **config)
    assert failure.value.response["Error"]["Code"] == "InvalidParameterException"
    assert "Domain" not in cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
