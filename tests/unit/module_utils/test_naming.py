# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ansible_collections.mlplatform.studio.plugins.module_utils._naming import (
    Operations,
    UnknownOption,
    from_api,
    member_names,
    to_api,
    unless_missing,
)


def shape(service, operation, output=False):
    model = boto3.client(service, region_name="eu-central-1").meta.service_model.operation_model(operation)
    return model.output_shape if output else model.input_shape


# (service, operation, option names, API names): the names that blind conversion loses are the point.
NAMES = [
    ("cognito-idp", "CreateUserPoolClient", {"callback_urls": ["https://a/"]}, {"CallbackURLs": ["https://a/"]}),
    (
        "cognito-idp",
        "CreateUserPoolClient",
        {"default_redirect_uri": "https://a/"},
        {"DefaultRedirectURI": "https://a/"},
    ),
    ("cognito-idp", "CreateUserPoolClient", {"allowed_o_auth_flows": ["code"]}, {"AllowedOAuthFlows": ["code"]}),
    ("apigateway", "CreateAuthorizer", {"provider_arns": ["arn:x"]}, {"providerARNs": ["arn:x"]}),
    ("sagemaker", "CreateDomain", {"kms_key_id": "alias/x"}, {"KmsKeyId": "alias/x"}),
    (
        "sagemaker",
        "CreateDomain",
        {"default_user_settings": {"auto_mount_home_efs": "Enabled", "r_session_app_settings": {}}},
        {"DefaultUserSettings": {"AutoMountHomeEFS": "Enabled", "RSessionAppSettings": {}}},
    ),
    (
        "sagemaker",
        "CreateDomain",
        {
            "default_user_settings": {
                "custom_file_system_configs": [{"efs_file_system_config": {"file_system_id": "fs-1"}}]
            }
        },
        {"DefaultUserSettings": {"CustomFileSystemConfigs": [{"EFSFileSystemConfig": {"FileSystemId": "fs-1"}}]}},
    ),
    (
        "sagemaker",
        "AddTags",
        {"tags": [{"key": "some_key", "value": "v"}]},
        {"Tags": [{"Key": "some_key", "Value": "v"}]},
    ),
    (
        "lambda",
        "CreateFunction",
        {"environment": {"variables": {"LOG_level": "x"}}, "tags": {"CostCenter": "1"}},
        {"Environment": {"Variables": {"LOG_level": "x"}}, "Tags": {"CostCenter": "1"}},
    ),
]


@pytest.mark.parametrize(("service", "operation", "options", "api"), NAMES)
def test_names_go_both_ways(service, operation, options, api):
    assert to_api(options, shape(service, operation)) == api
    assert from_api(api, shape(service, operation)) == options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domain_nam": "x"}, "Unknown option domain_nam. Did you mean domain_name?"),
        (
            {"default_user_settings": {"execution_rol": "x"}},
            "Unknown option default_user_settings.execution_rol. Did you mean execution_role?",
        ),
        (
            {"default_user_settings": {"kernel_gateway_app_settings": {"custom_images": [{"image": "x"}]}}},
            "Unknown option default_user_settings.kernel_gateway_app_settings.custom_images[0].image. "
            "Did you mean image_name?",
        ),
        (
            {"default_user_settings": {"sharing_settings": {"zzz": 1}}},
            "Unknown option default_user_settings.sharing_settings.zzz. Known are: notebook_output_option,",
        ),
        (
            {"default_user_settings": {"custom_posix_user_config": {"uid": "ten"}}},
            "Option default_user_settings.custom_posix_user_config.uid must be a number, not 'ten'.",
        ),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(options, message):
    with pytest.raises(UnknownOption) as caught:
        to_api(options, shape("sagemaker", "CreateDomain"))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "api"),
    [
        ({"default_user_settings": {"custom_posix_user_config": {"uid": "10001"}}}, {"Uid": 10001}),
        ({"default_user_settings": {"custom_posix_user_config": {"uid": None}}}, {"Uid": None}),
    ],
)
def test_templated_numbers_become_numbers(options, api):
    sent = to_api(options, shape("sagemaker", "CreateDomain"))
    assert sent["DefaultUserSettings"]["CustomPosixUserConfig"] == api


def test_numbers_given_for_text_become_text():
    assert to_api({"domain_name": 42}, shape("sagemaker", "CreateDomain")) == {"DomainName": "42"}


def test_answers_lose_what_the_model_does_not_know_and_times_become_text():
    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    answer = {"DomainId": "d-1", "CreationTime": moment, "ResponseMetadata": {"x": 1}}
    assert from_api(answer, shape("sagemaker", "DescribeDomain", output=True)) == {
        "domain_id": "d-1",
        "creation_time": "2026-01-02T00:00:00+00:00",
    }


def test_every_member_of_a_structure_has_its_own_option():
    for service, operation in (
        ("sagemaker", "CreateDomain"),
        ("cognito-idp", "CreateUserPool"),
        ("apigateway", "PutIntegration"),
    ):
        found = member_names(shape(service, operation))
        assert sorted(found.values()) == sorted(shape(service, operation).members)


@pytest.fixture
def stubbed():
    client = boto3.client("sagemaker", region_name="eu-central-1")
    with Stubber(client) as stubber:
        yield Operations(client), stubber


def test_call_sends_what_the_operation_takes_and_answers_in_option_names(stubbed):
    operations, stubber = stubbed
    stubber.add_response(
        "describe_domain", {"DomainName": "team1", "AppNetworkAccessType": "VpcOnly"}, {"DomainId": "d-1"}
    )
    answer = operations.call("DescribeDomain", domain_id="d-1", not_taken="x", unset=None)
    assert answer == {"domain_name": "team1", "app_network_access_type": "VpcOnly"}


def test_call_without_an_answer(stubbed):
    operations, stubber = stubbed
    stubber.add_response("delete_domain", {}, {"DomainId": "d-1"})
    assert operations.call("DeleteDomain", domain_id="d-1", retention_policy=None) == {}


def test_pages_are_read_to_the_end(stubbed):
    operations, stubber = stubbed
    stubber.add_response("list_domains", {"Domains": [{"DomainId": "d-1"}], "NextToken": "x"}, {"MaxResults": 1})
    stubber.add_response("list_domains", {"Domains": [{"DomainId": "d-2"}]}, {"MaxResults": 1, "NextToken": "x"})
    assert operations.pages("ListDomains", "domains", max_results=1) == [{"domain_id": "d-1"}, {"domain_id": "d-2"}]


@pytest.mark.parametrize(("code", "missing"), [("ResourceNotFound", True), ("AccessDenied", False)])
def test_unless_missing(code, missing):
    def call():
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "DescribeDomain")

    if missing:
        assert unless_missing(call, {"ResourceNotFound"}) is None
    else:
        with pytest.raises(ClientError):
            unless_missing(call, {"ResourceNotFound"})
    assert unless_missing(lambda: 1, {"ResourceNotFound"}) == 1
