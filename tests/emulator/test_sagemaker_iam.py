# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SageMaker under IAM policies (--auth), with real IAM users: root keys are never checked."""

import json

import pytest
from botocore.exceptions import ClientError

from emulator.registration import resource_arn
from tests.emulator.studio import ARN, Studio, refused
from tests.support.emulator_plugin import ACCOUNT, REGION, boto3_client
from tests.support.emulator_process import EmulatorProcess


@pytest.fixture(scope="module")
def strict():
    process = EmulatorProcess("--auth")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def studio(strict):
    return Studio(lambda service, region: boto3_client(strict.url, service, region=region))


@pytest.fixture
def as_user(strict):
    """A function that makes an IAM user with these statements and gives its SageMaker client."""
    iam = boto3_client(strict.url, "iam")

    def make(*statements):
        name = f"user{len(iam.list_users()['Users'])}"
        iam.create_user(UserName=name)
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3_client(
            strict.url,
            "sagemaker",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


def test_deny_by_default(strict, as_user):
    """IAM guide: what no statement allows is denied; API reference, Common Errors: AccessDeniedException, HTTP 400."""
    sagemaker = as_user({"Action": "s3:*", "Resource": "*"})
    user = boto3_client(strict.url, "iam").list_users()["Users"][-1]["Arn"]
    with refused(
        "AccessDeniedException",
        f"User: {user} is not authorized to perform: sagemaker:ListDomains on resource: * because no identity-based "
        "policy allows the sagemaker:ListDomains action",
    ):
        sagemaker.list_domains()


def test_wrong_signature(strict, as_user):
    """SigV4: a wrong secret is refused."""
    sagemaker = as_user({"Action": "*", "Resource": "*"})
    key = sagemaker._request_signer._credentials.access_key
    forged = boto3_client(strict.url, "sagemaker", aws_access_key_id=key, aws_secret_access_key="x" * 40)
    with pytest.raises(ClientError) as caught:
        forged.list_domains()
    assert caught.value.response["Error"]["Code"] in ("SignatureDoesNotMatch", "InvalidSignatureException")


def test_presigning_is_limited_to_profiles_of_a_domain(studio, as_user):
    """Service Authorization Reference: CreatePresignedDomainUrl is checked on the user profile."""
    mine, other = studio.domain("team1"), studio.domain("team2")
    for domain_id in (mine, other):
        studio.profile(domain_id)
    sagemaker = as_user({"Action": "sagemaker:CreatePresignedDomainUrl", "Resource": f"{ARN}:user-profile/{mine}/*"})
    assert sagemaker.create_presigned_domain_url(DomainId=mine, UserProfileName="ada")
    with refused("AccessDeniedException"):
        sagemaker.create_presigned_domain_url(DomainId=other, UserProfileName="ada")


def test_request_tag(studio, as_user):
    """Service Authorization Reference: aws:RequestTag for CreateUserProfile."""
    domain_id = studio.domain("team3")
    condition = {"StringEquals": {"aws:RequestTag/Team": "one"}}
    sagemaker = as_user({"Action": "sagemaker:CreateUserProfile", "Resource": "*", "Condition": condition})
    with refused("AccessDeniedException"):
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada")
    tags = [{"Key": "Team", "Value": "one"}]
    assert sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada", Tags=tags)


def test_resource_tag(studio, as_user):
    """Service Authorization Reference: aws:ResourceTag for DescribeDomain."""
    tagged = studio.domain("team4", Tags=[{"Key": "Team", "Value": "one"}])
    other = studio.domain("team5")
    condition = {"StringEquals": {"aws:ResourceTag/Team": "one"}}
    sagemaker = as_user({"Action": "sagemaker:DescribeDomain", "Resource": "*", "Condition": condition})
    assert sagemaker.describe_domain(DomainId=tagged)
    with refused("AccessDeniedException"):
        sagemaker.describe_domain(DomainId=other)


@pytest.mark.parametrize(
    ("operation", "request_", "resource"),
    [
        ("CreateDomain", {"DomainName": "a"}, "domain/*"),
        ("UpdateDomain", {"DomainId": "d-1"}, "domain/d-1"),
        ("CreateUserProfile", {"DomainId": "d-1", "UserProfileName": "Ada"}, "user-profile/d-1/ada"),
        ("DeleteStudioLifecycleConfig", {"StudioLifecycleConfigName": "x"}, "studio-lifecycle-config/x"),
        ("DeleteSpace", {"DomainId": "d-1", "SpaceName": "lab"}, "space/d-1/lab"),
        (
            "CreateApp",
            {"DomainId": "d-1", "SpaceName": "lab", "AppType": "JupyterLab", "AppName": "default"},
            "app/d-1/lab/jupyterlab/default",
        ),
        ("AddTags", {"ResourceArn": f"{ARN}:domain/d-1"}, "domain/d-1"),
    ],
)
def test_resource_arns(emulator, operation, request_, resource):
    """Service Authorization Reference, resource types of Amazon SageMaker."""
    assert resource_arn(operation, json.dumps(request_).encode(), REGION, ACCOUNT) == f"{ARN}:{resource}"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"DomainId": 1}', b'{"ResourceArn": []}'])
def test_malformed_requests_have_no_resource(emulator, body):
    """They are answered by validation, not by IAM."""
    assert resource_arn("DescribeDomain", body, REGION, ACCOUNT) == "*"
    assert resource_arn("ListUserProfiles", b'{"DomainIdEquals": "d-1"}', REGION, ACCOUNT) == "*"
