# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With whose address a pool sends (botocore model, EmailConfigurationType; developer guide, "Email settings")."""

import json

import pytest

from tests.emulator.aws_answers import ACCOUNT, REGION, refused
from tests.support.emulator_plugin import boto3_client

ADDRESS = "studio@example.com"
SERVICE = "email.cognito-idp.amazonaws.com"
ROLE = "AWSServiceRoleForAmazonCognitoIdpEmailService"


def identity(name=ADDRESS, region=REGION, account=ACCOUNT):
    return f"arn:aws:ses:{region}:{account}:identity/{name}"


def own(**more):
    return {"EmailSendingAccount": "DEVELOPER", "SourceArn": identity(), **more}


@pytest.fixture
def cognito(client):
    return client("cognito-idp")


@pytest.fixture
def verified(client):
    client("ses").verify_email_identity(EmailAddress=ADDRESS)


def shown(cognito, pool):
    return cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["EmailConfiguration"]


def test_pool_keeps_and_shows_its_sender_until_an_update_leaves_it_out(cognito, verified, client):
    sender = own(From=f"Studio <{ADDRESS}>", ReplyToEmailAddress="help@example.com", ConfigurationSet="studio")
    pool = cognito.create_user_pool(PoolName="people", EmailConfiguration=sender)["UserPool"]["Id"]
    assert shown(cognito, pool) == sender
    assert client("iam").get_role(RoleName=ROLE)["Role"]["Path"] == f"/aws-service-role/{SERVICE}/"
    cognito.update_user_pool(UserPoolId=pool)
    assert shown(cognito, pool) == {"EmailSendingAccount": "COGNITO_DEFAULT"}


def test_domain_that_the_newer_api_verified_may_send(cognito, client):
    client("sesv2").create_email_identity(EmailIdentity="example.org")
    sender = own(SourceArn=identity("example.org"), From="studio@example.org")
    assert cognito.create_user_pool(PoolName="people", EmailConfiguration=sender)["UserPool"]["Id"]


@pytest.mark.parametrize(
    ("sender", "code", "text"),
    [
        # Model, EmailSendingAccount: "If you use this option, provide the ARN".
        ({"EmailSendingAccount": "DEVELOPER"}, "InvalidParameterException", "requires a SourceArn"),
        (own(SourceArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:topic"), "InvalidParameterException", "SES identity"),
        # aws-cdk #25115, verbatim.
        (
            own(SourceArn=identity(account="222222222222")),
            "NotAuthorizedException",
            "Email arn does not belong to your account.",
        ),
        # Developer guide, "Amazon SES email configuration Regions".
        (own(SourceArn=identity(region="eu-west-3")), "InvalidParameterException", "eu-west-3"),
        # aws-cdk #18964, verbatim.
        (
            own(SourceArn=identity("nobody@example.com", "us-east-1")),
            "InvalidParameterException",
            "Email address is not verified. The following identities failed the check in region US-EAST-1: "
            f"{identity('nobody@example.com', 'us-east-1')}",
        ),
        # Model, InvalidEmailRoleAccessPolicyException.
        ({"SourceArn": identity("nobody@example.com")}, "InvalidEmailRoleAccessPolicyException", "not allowed to use"),
    ],
)
def test_sender_that_the_pool_cannot_have_is_refused(cognito, verified, sender, code, text):
    with refused(code, text):
        cognito.create_user_pool(PoolName="people", EmailConfiguration=sender)
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    with refused(code, text):
        cognito.update_user_pool(UserPoolId=pool, EmailConfiguration=sender)
    assert shown(cognito, pool) == {"EmailSendingAccount": "COGNITO_DEFAULT"}


@pytest.mark.parametrize(
    ("region", "of_ses", "takes"),
    [("eu-west-3", "eu-west-1", False), ("us-east-2", "us-east-1", True), ("eu-central-2", "eu-central-1", True)],
)
def test_regions_that_a_pool_may_send_from(client, region, of_ses, takes):
    client("ses", region=of_ses).verify_email_identity(EmailAddress=ADDRESS)
    make = client("cognito-idp", region=region).create_user_pool
    sender = own(SourceArn=identity(region=of_ses))
    if takes:
        assert make(PoolName="people", EmailConfiguration=sender)["UserPool"]["Id"]
        return
    with refused("InvalidParameterException", of_ses):
        make(PoolName="people", EmailConfiguration=sender)


def test_first_pool_that_sends_by_itself_needs_the_right_to_make_cognitos_role(strict):
    """Developer guide, "Email settings", step 3."""
    iam = boto3_client(strict.url, "iam")
    boto3_client(strict.url, "ses").verify_email_identity(EmailAddress=ADDRESS)
    iam.create_user(UserName="operator")
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    cognito = boto3_client(
        strict.url,
        "cognito-idp",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )

    def allow(*statements):
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **s} for s in statements]}
        iam.put_user_policy(UserName="operator", PolicyName="p", PolicyDocument=json.dumps(policy))

    pools = {"Action": "cognito-idp:*"}
    own_role = {"StringEquals": {"iam:AWSServiceName": SERVICE}}
    allow(pools)
    assert cognito.create_user_pool(PoolName="plain")["UserPool"]["Id"]
    with refused(
        "AccessDeniedException", "is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:"
    ):
        cognito.create_user_pool(PoolName="people", EmailConfiguration=own())
    allow(pools, {"Action": "iam:CreateServiceLinkedRole", "Condition": own_role})
    assert cognito.create_user_pool(PoolName="people", EmailConfiguration=own())["UserPool"]["Id"]
    allow(pools)
    assert cognito.create_user_pool(PoolName="more", EmailConfiguration=own())["UserPool"]["Id"]
