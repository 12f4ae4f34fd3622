# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SageMaker under IAM policies (--auth), with real IAM users: root keys are never checked."""

import http.client
import json
import urllib.parse
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from emulator.registration import resource_arn
from tests.emulator.studio import ARN, ROLE, Studio, refused, settled
from tests.support.emulator_plugin import ACCOUNT, REGION, boto3_client
from tests.support.emulator_process import EmulatorProcess


@pytest.fixture(scope="module")
def strict():
    process = EmulatorProcess("--auth", "--set", "presigned_url_conditions=checked")
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
    actions = ["sagemaker:CreateUserProfile", "sagemaker:AddTags"]
    sagemaker = as_user({"Action": actions, "Resource": "*", "Condition": condition})
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
        ("CreateImageVersion", {"ImageName": "Lab"}, "image/Lab"),
        ("ListImageVersions", {"ImageName": "Lab"}, "image/Lab"),
        ("DescribeImageVersion", {"ImageName": "Lab", "Version": 2}, "image-version/lab/2"),
        ("DeleteAppImageConfig", {"AppImageConfigName": "lab"}, "app-image-config/lab"),
        ("AddTags", {"ResourceArn": f"{ARN}:domain/d-1"}, "domain/d-1"),
        ("ListPipelineExecutions", {"PipelineName": "churn"}, "pipeline/churn"),
        ("ListPipelineExecutions", {"PipelineName": f"{ARN}:pipeline/churn"}, "pipeline/churn"),
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


def everything(**condition):
    """A statement that allows all of SageMaker, under conditions."""
    return {"Action": "sagemaker:*", "Resource": "*", **({"Condition": condition} if condition else {})}


def pass_role(arn):
    return {"Action": "iam:PassRole", "Resource": arn}


def test_execution_role_must_be_passed(studio, as_user):
    """Service Authorization Reference: CreateDomain depends on iam:PassRole; AWS names it and the role."""
    sagemaker, settings = as_user(everything()), {"ExecutionRole": ROLE}
    request = {"AuthMode": "IAM", "VpcId": studio.vpc, "SubnetIds": studio.subnets, "DefaultUserSettings": settings}
    with refused("AccessDeniedException") as caught:
        sagemaker.create_domain(DomainName="team6", **request)
    assert f"is not authorized to perform: iam:PassRole on resource: {ROLE} because" in str(caught.value)
    domain_id = studio.domain("team6")
    for call, arguments in (
        (sagemaker.update_domain, {"DefaultUserSettings": settings}),
        (sagemaker.update_domain, {"DefaultSpaceSettings": settings}),
        (sagemaker.create_user_profile, {"UserProfileName": "ada", "UserSettings": settings}),
    ):
        with refused("AccessDeniedException"):
            call(DomainId=domain_id, **arguments)
    studio.profile(domain_id)
    with refused("AccessDeniedException"):
        sagemaker.update_user_profile(DomainId=domain_id, UserProfileName="ada", UserSettings=settings)
    allowed = as_user(everything(), pass_role(ROLE))
    assert allowed.update_user_profile(DomainId=domain_id, UserProfileName="ada", UserSettings=settings)


HOMES = {"Action": "elasticfilesystem:CreateFileSystem", "Resource": "*"}
OWN_ROLE = {"Action": "iam:CreateServiceLinkedRole", "Resource": "*"}


def test_first_domain_of_an_account_needs_the_right_to_make_sagemakers_role(strict, studio, as_user):
    """CloudFormation, create handler of AWS::SageMaker::Domain; SageMaker guide, using service-linked roles."""
    iam = boto3_client(strict.url, "iam")
    with suppress(ClientError):
        iam.delete_service_linked_role(RoleName="AWSServiceRoleForAmazonSageMakerNotebooks")
    settings = {"ExecutionRole": ROLE}
    request = {"AuthMode": "IAM", "VpcId": studio.vpc, "SubnetIds": studio.subnets, "DefaultUserSettings": settings}
    own = {"StringEquals": {"iam:AWSServiceName": "sagemaker.amazonaws.com"}}
    without = as_user(everything(), pass_role(ROLE), HOMES)
    with refused("AccessDeniedException") as caught:
        without.create_domain(DomainName="linked", **request)
    assert "is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:" in str(caught.value)
    allowed = as_user(everything(), pass_role(ROLE), HOMES, {**OWN_ROLE, "Condition": own})
    assert allowed.create_domain(DomainName="linked", **request)["DomainId"]
    role = iam.get_role(RoleName="AWSServiceRoleForAmazonSageMakerNotebooks")["Role"]
    assert role["Path"] == "/aws-service-role/sagemaker.amazonaws.com/"
    assert without.create_domain(DomainName="second", **request)["DomainId"]


def test_domain_needs_the_right_to_make_its_file_system(studio, as_user):
    """CloudFormation, create handler of AWS::SageMaker::Domain."""
    settings = {"ExecutionRole": ROLE}
    request = {"AuthMode": "IAM", "VpcId": studio.vpc, "SubnetIds": studio.subnets, "DefaultUserSettings": settings}
    with refused("AccessDeniedException") as caught:
        as_user(everything(), pass_role(ROLE), OWN_ROLE).create_domain(DomainName="homes", **request)
    assert "is not authorized to perform: elasticfilesystem:CreateFileSystem on resource: * because" in str(
        caught.value
    )


def test_role_is_passed_to_sagemaker(studio, as_user):
    """IAM user guide: iam:PassedToService."""
    domain_id = studio.domain("team7")
    seen = []
    for service in ("lambda.amazonaws.com", "sagemaker.amazonaws.com"):
        condition = {"StringEquals": {"iam:PassedToService": service}}
        sagemaker = as_user(everything(), {**pass_role("*"), "Condition": condition})
        try:
            sagemaker.create_user_profile(
                DomainId=domain_id, UserProfileName="ada", UserSettings={"ExecutionRole": ROLE}
            )
            seen.append("passed")
        except ClientError as error:
            seen.append(error.response["Error"]["Code"])
    assert seen == ["AccessDeniedException", "passed"]


def test_creating_with_tags_needs_add_tags(studio, as_user):
    """Service Authorization Reference: sagemaker:AddTags depends on tags at creation; sagemaker:TaggingAction."""
    domain_id = studio.domain("team8")
    profile = {"DomainId": domain_id, "UserProfileName": "ada", "Tags": [{"Key": "Team", "Value": "one"}]}
    create = {"Action": "sagemaker:CreateUserProfile", "Resource": "*"}
    with refused("AccessDeniedException") as caught:
        as_user(create).create_user_profile(**profile)
    arn = f"{ARN}:user-profile/{domain_id}/ada"
    assert f"is not authorized to perform: sagemaker:AddTags on resource: {arn} because" in str(caught.value)

    def tagging(action):
        condition = {"StringEquals": {"sagemaker:TaggingAction": action}}
        return as_user(create, {"Action": "sagemaker:AddTags", "Resource": "*", "Condition": condition})

    with refused("AccessDeniedException"):
        tagging("CreateDomain").create_user_profile(**profile)
    assert tagging("CreateUserProfile").create_user_profile(**profile)
    with refused("AccessDeniedException"):
        tagging("CreateUserProfile").add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])


def test_tag_keys(studio, as_user):
    """Service Authorization Reference: aws:TagKeys for AddTags."""
    arn = studio.create_domain("team9")["DomainArn"]
    sagemaker = as_user(everything(**{"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}))
    assert sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "Team", "Value": "b"}])
    with refused("AccessDeniedException"):
        sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "Other", "Value": "b"}])


def test_resource_tag_by_sagemakers_own_key(studio, as_user):
    """Service Authorization Reference: sagemaker:ResourceTag."""
    tagged = studio.domain("team10", Tags=[{"Key": "Team", "Value": "one"}])
    other = studio.domain("team11")
    sagemaker = as_user(everything(StringEquals={"sagemaker:ResourceTag/Team": "one"}))
    assert sagemaker.describe_domain(DomainId=tagged)
    with refused("AccessDeniedException"):
        sagemaker.describe_domain(DomainId=other)


@pytest.mark.parametrize(
    ("operator", "key", "allowed", "good", "bad"),
    [
        ("ForAnyValue:StringEquals", "VpcSecurityGroupIds", "sg-1", {"SecurityGroups": ["sg-1"]}, {}),
        (
            "ForAllValues:StringEquals",
            "InstanceTypes",
            "ml.t3.medium",
            {"JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}},
            {"CodeEditorAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.m5.xlarge"}}},
        ),
        (
            "StringEquals",
            "DomainSharingOutputKmsKey",
            "key",
            {"SharingSettings": {"S3KmsKeyId": "key"}},
            {"SharingSettings": {"S3KmsKeyId": "other"}},
        ),
        (
            "ForAnyValue:StringLike",
            "ImageArns",
            f"{ARN}:image/lab",
            {"JupyterLabAppSettings": {"DefaultResourceSpec": {"SageMakerImageArn": f"{ARN}:image/lab"}}},
            {"JupyterLabAppSettings": {"DefaultResourceSpec": {"SageMakerImageArn": f"{ARN}:image/other"}}},
        ),
    ],
)
def test_conditions_on_settings(studio, as_user, operator, key, allowed, good, bad):
    """Service Authorization Reference: condition keys of CreateUserProfile and UpdateDomain."""
    domain_id = studio.domain(f"team-{key}")
    sagemaker = as_user(everything(**{operator: {f"sagemaker:{key}": allowed}}), pass_role("*"))
    assert sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada", UserSettings=good)
    with refused("AccessDeniedException"):
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="bob", UserSettings=bad)
    with refused("AccessDeniedException"):
        sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings=bad)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "AppNetworkAccessType", "VpcOnly"),
        ("ForAnyValue:StringEquals", "VpcSubnets", "subnet-1"),
        ("StringEquals", "VolumeKmsKey", "key"),
    ],
)
def test_conditions_on_a_new_domain(studio, as_user, operator, key, value):
    """Service Authorization Reference: condition keys of CreateDomain."""
    sagemaker = as_user(everything(**{operator: {f"sagemaker:{key}": value}}), pass_role("*"), HOMES, OWN_ROLE)
    member = {"VpcSubnets": {"SubnetIds": ["subnet-1"]}, "VolumeKmsKey": {"KmsKeyId": "key"}}.get(key, {key: value})
    settings = {"ExecutionRole": ROLE}
    request = {"DomainName": "x", "AuthMode": "IAM", "VpcId": studio.vpc, "DefaultUserSettings": settings}
    with refused("AccessDeniedException"):
        sagemaker.create_domain(**request, SubnetIds=studio.subnets)
    with pytest.raises(ClientError) as caught:  # allowed, and then refused for what else is wrong with it
        sagemaker.create_domain(**request, **{"SubnetIds": ["subnet-2"], **member})
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_conditions_on_spaces_and_apps(studio, as_user):
    """Service Authorization Reference: sagemaker:SpaceSharingType and sagemaker:OwnerUserProfileArn, for apps too."""
    domain_id = studio.domain("team12")
    studio.profile(domain_id)
    studio.profile(domain_id, "bob")
    owner = f"{ARN}:user-profile/{domain_id}/ada"
    condition = {
        "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
        "ArnLike": {"sagemaker:OwnerUserProfileArn": owner},
    }
    sagemaker = as_user(everything(**condition))

    def space(person, sharing="Private"):
        return {
            "DomainId": domain_id,
            "SpaceName": f"{person}-{sharing}",
            "OwnershipSettings": {"OwnerUserProfileName": person},
            "SpaceSharingSettings": {"SharingType": sharing},
            "SpaceSettings": {"AppType": "JupyterLab"},
        }

    assert sagemaker.create_space(**space("ada"))
    for other in (space("bob"), space("ada", "Shared")):
        with refused("AccessDeniedException"):
            sagemaker.create_space(**other)
    studio.sagemaker.create_space(**space("bob"))
    for person in ("ada", "bob"):
        place = {"DomainId": domain_id, "SpaceName": f"{person}-Private"}
        settled(lambda place=place: studio.sagemaker.describe_space(**place))
    app = {"DomainId": domain_id, "AppType": "JupyterLab", "AppName": "default"}
    assert sagemaker.create_app(**app, SpaceName="ada-Private")
    with refused("AccessDeniedException"):
        sagemaker.create_app(**app, SpaceName="bob-Private")
    with refused("AccessDeniedException"):
        sagemaker.delete_space(DomainId=domain_id, SpaceName="bob-Private")


def test_policy_variables(strict, studio, as_user):
    """IAM user guide, "Variables and tags": the value of the key, else the default, else no match."""
    domain_id = studio.domain("team13")
    name = f"user{len(boto3_client(strict.url, 'iam').list_users()['Users'])}"
    create = {"Action": "sagemaker:CreateUserProfile"}
    profile = f"{ARN}:user-profile/{domain_id}"
    mine = as_user(
        {**create, "Resource": [f"{profile}/${{aws:username}}", f"{profile}/${{sagemaker:UserProfileName}}"]}
    )
    assert mine.create_user_profile(DomainId=domain_id, UserProfileName=name)
    for other in ("ada", "sagemaker"):
        with refused("AccessDeniedException"):
            mine.create_user_profile(DomainId=domain_id, UserProfileName=other)
    default = as_user({**create, "Resource": f"{profile}/${{aws:PrincipalTag/name, 'guest'}}"})
    assert default.create_user_profile(DomainId=domain_id, UserProfileName="guest")
    condition = {"StringEquals": {"aws:RequestTag/owner": "${aws:username}"}}
    name = f"user{len(boto3_client(strict.url, 'iam').list_users()['Users'])}"
    tagger = as_user(everything(**condition))
    tags = [{"Key": "owner", "Value": name}]
    assert tagger.create_user_profile(DomainId=domain_id, UserProfileName="tagged", Tags=tags)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.1/32"}}, 200),
        ({"StringEquals": {"aws:SourceVpce": ["vpce-1"]}}, 302),
    ],
)
def test_creators_conditions_hold_for_the_browser(strict, studio, as_user, condition, status):
    """API reference CreatePresignedDomainUrl: the creator's policies are evaluated for every request of the browser."""
    domain_id = studio.domain(f"team-{status}")
    studio.profile(domain_id)
    presign = {"Action": "sagemaker:CreatePresignedDomainUrl", "Resource": "*"}
    sagemaker = as_user(presign)
    url = sagemaker.create_presigned_domain_url(DomainId=domain_id, UserProfileName="ada")["AuthorizedUrl"]
    assert get_status(url) == 200
    user = boto3_client(strict.url, "iam").list_users()["Users"][-1]["UserName"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **presign, "Condition": condition}]}
    boto3_client(strict.url, "iam").put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps(policy))
    assert get_status(url) == status


def get_status(url):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    with connection.getresponse() as response:
        return response.status
