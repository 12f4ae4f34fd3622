# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /_emulator/calls: which calls are recorded, and as what."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from emulator.front.calls import KEPT, Calls
from emulator.shared.access_levels import writes
from emulator.shared.operations import Request, rest_operation
from tests.support.emulator_plugin import ACCOUNT, boto3_client
from tests.support.function_code import packed
from tests.support.http import get, request

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"},
        ],
    }
)


@pytest.fixture
def calls(emulator):
    """A function that gives the recorded calls."""
    return lambda: get(f"{emulator.url}/_emulator/calls")


def names(recorded):
    return [(call["service"], call["operation"], call["write"]) for call in recorded]


def test_a_call_in_full(calls, client):
    before = time.time()
    client("sts").get_caller_identity()
    (call,) = calls()
    assert before <= call.pop("at") <= time.time()
    assert 0 < call.pop("duration") < 10
    assert call == {
        "service": "sts",
        "operation": "GetCallerIdentity",
        "write": False,
        "status": 200,
        "error": None,
        "principal": ROOT,
    }


def test_every_wire_protocol(calls, client):
    """ec2: ec2 query; iam: query; kms, logs, cognito-idp, sagemaker: json; apigateway, lambda, efs, backup: rest-json;
    s3: rest-xml; cloudwatch: whatever boto3 prefers (botocore models, metadata.protocols)."""
    client("ec2").describe_vpcs()
    client("iam").create_user(UserName="ada")
    client("kms").create_key()
    client("logs").create_log_group(logGroupName="/a")
    client("cognito-idp").list_user_pools(MaxResults=1)
    client("sagemaker").list_domains()
    client("apigateway").create_rest_api(name="api")
    client("lambda").list_functions()
    client("efs").create_file_system(CreationToken="a")
    client("backup").list_backup_vaults()
    client("s3").list_buckets()
    client("cloudwatch").describe_alarms()
    assert names(calls()) == [
        ("ec2", "DescribeVpcs", False),
        ("iam", "CreateUser", True),
        ("kms", "CreateKey", True),
        ("logs", "CreateLogGroup", True),
        ("cognito-idp", "ListUserPools", False),
        ("sagemaker", "ListDomains", False),
        ("apigateway", "CreateRestApi", True),
        ("lambda", "ListFunctions", False),
        ("efs", "CreateFileSystem", True),
        ("backup", "ListBackupVaults", False),
        ("s3", "ListBuckets", False),
        ("cloudwatch", "DescribeAlarms", False),
    ]


def test_paths_with_encoded_arns_and_greedy_keys(calls, client):
    api, s3 = client("apigateway"), client("s3")
    arn = f"arn:aws:apigateway:eu-central-1::/restapis/{api.create_rest_api(name='api')['id']}"
    api.tag_resource(resourceArn=arn, tags={"a": "b"})
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="bucket", Key="a/b c/d", Body=b"")
    s3.copy_object(Bucket="bucket", Key="copy", CopySource="bucket/a/b c/d")
    s3.get_bucket_versioning(Bucket="bucket")
    s3.list_objects_v2(Bucket="bucket")
    assert [operation for _service, operation, _write in names(calls())[1:]] == [
        "TagResource",
        "CreateBucket",
        "PutObject",
        "CopyObject",
        "GetBucketVersioning",
        "ListObjectsV2",
    ]


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("ec2", "describe_subnets", {"SubnetIds": ["subnet-00000000000000000"]}, "InvalidSubnetID.NotFound"),
        ("iam", "get_role", {"RoleName": "none"}, "NoSuchEntity"),
        ("kms", "describe_key", {"KeyId": "00000000-0000-0000-0000-000000000000"}, "NotFoundException"),
        ("apigateway", "get_rest_api", {"restApiId": "none"}, "NotFoundException"),
        ("lambda", "get_function", {"FunctionName": "none"}, "ResourceNotFoundException"),
        ("s3", "get_bucket_tagging", {"Bucket": "none-at-all"}, "NoSuchBucket"),
        ("s3", "head_bucket", {"Bucket": "none-at-all"}, "404"),
        ("sagemaker", "describe_domain", {"DomainId": "d-000000000000"}, "ResourceNotFound"),
    ],
)
def test_error_code_is_the_one_that_boto3_shows(calls, client, service, operation, arguments, code):
    with pytest.raises(ClientError) as caught:
        getattr(client(service), operation)(**arguments)
    assert caught.value.response["Error"]["Code"] == code
    (call,) = calls()
    assert (call["error"], call["status"]) == (code, caught.value.response["ResponseMetadata"]["HTTPStatusCode"])


def test_principals(calls, client, emulator):
    iam = client("iam")
    iam.create_user(UserName="ada", Path="/people/")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    role = iam.create_role(RoleName="admin", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    session = client("sts").assume_role(RoleArn=role, RoleSessionName="work")["Credentials"]
    user = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    assumed = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    for credentials in (user, assumed):
        boto3_client(emulator.url, "sts", **credentials).get_caller_identity()
    assert [call["principal"] for call in calls()[-2:]] == [
        f"arn:aws:iam::{ACCOUNT}:user/people/ada",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/work",
    ]


def test_calls_of_a_function_and_of_an_api_are_recorded(calls, client, emulator):
    """The client invokes the API, the API the function (by AWS itself: not recorded), the function calls STS."""
    api, functions = client("apigateway"), client("lambda")
    role = client("iam").create_role(RoleName="function", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    code = """
import boto3
def handler(event, context):
    boto3.client("sts").get_caller_identity()
    return {"statusCode": 200}
"""
    function = functions.create_function(
        FunctionName="who", Role=role, Runtime="python3.11", Handler="index.handler", Code={"ZipFile": packed(code)}
    )["FunctionArn"]
    api_id = api.create_rest_api(name="api")["id"]
    root = api.get_resources(restApiId=api_id)["items"][0]["id"]
    api.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    uri = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{function}/invocations"
    proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri}
    api.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", **proxy)
    source = f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:{api_id}/*/GET/"
    invoker = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
    functions.add_permission(FunctionName="who", StatementId="api", **invoker)
    api.create_deployment(restApiId=api_id, stageName="prod")
    request(f"{emulator.url}/_emulator/calls", "DELETE")
    host = {"Host": f"{api_id}.execute-api.eu-central-1.amazonaws.com"}
    assert request(f"{emulator.url}/_aws/execute-api/{api_id}/prod/")[0] == 200
    assert request(f"{emulator.url}/prod/", headers=host)[0] == 200
    assert names(calls()) == 2 * [("execute-api", "Invoke", True), ("sts", "GetCallerIdentity", False)]


@pytest.mark.parametrize("name", ["auth", "auth-fips"])
def test_hosted_ui_is_recorded_as_such(calls, client, emulator, name):
    """Cognito developer guide: auth.REGION.amazoncognito.com, and auth-fips where FIPS endpoints are used."""
    pool = client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"]
    client("cognito-idp").create_user_pool_domain(UserPoolId=pool, Domain="people-1")
    host = {"Host": f"people-1.{name}.eu-central-1.amazoncognito.com"}
    status = request(f"{emulator.url}/oauth2/authorize?client_id=none&response_type=code", headers=host)[0]
    (call,) = calls()[2:]
    assert (call["service"], call["operation"]) == ("cognito-hosted-ui", "GET /oauth2/authorize")
    assert (call["write"], call["principal"], call["status"]) == (False, None, status)


def test_pages_and_keys_are_no_calls(calls, client, emulator):
    pool = client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"]
    for path in (f"/{pool}/.well-known/jwks.json", "/_ministack/health", "/_emulator/health", "/_studio/sign-in"):
        assert request(f"{emulator.url}{path}")[0] == 200
    assert len(calls()) == 1


def test_what_sagemaker_does_in_the_account_is_no_call(calls, client):
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    role = client("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    sagemaker = client("sagemaker")
    domain = sagemaker.create_domain(
        DomainName="team1",
        AuthMode="IAM",
        VpcId=vpc,
        SubnetIds=[subnet],
        DefaultUserSettings={"ExecutionRole": role},
    )["DomainArn"].rpartition("/")[2]
    for _attempt in range(3):
        sagemaker.describe_domain(DomainId=domain)
    assert client("efs").describe_file_systems()["FileSystems"] != []
    assert {service for service, _operation, _write in names(calls())} == {"ec2", "iam", "sagemaker", "efs"}
    assert [name for name in names(calls()) if name[0] == "efs"] == [("efs", "DescribeFileSystems", False)]


def test_delete_and_reset_clear(calls, client, emulator):
    client("sts").get_caller_identity()
    assert request(f"{emulator.url}/_emulator/calls", "DELETE")[0] == 200
    assert calls() == []
    client("sts").get_caller_identity()
    emulator.reset()
    assert calls() == []


def test_only_the_last_calls_are_kept():
    recorded = Calls()
    for number in range(KEPT + 2):
        recorded.add(("sts", "GetCallerIdentity"), None, number, 200, None)
    assert len(recorded.as_list()) == KEPT
    assert recorded.as_list()[0]["at"] == 2


@pytest.mark.parametrize(
    ("service", "operation", "written"),
    [
        ("sagemaker", "CreatePresignedDomainUrl", True),
        ("sagemaker", "AddTags", True),
        ("sagemaker", "Search", False),
        ("kms", "Decrypt", True),
        ("kms", "GenerateDataKey", True),
        ("kms", "Verify", True),
        ("kms", "GetPublicKey", False),
        ("sts", "AssumeRole", True),
        ("sts", "GetCallerIdentity", False),
        ("cognito-idp", "AdminGetUser", False),
        ("cognito-idp", "AdminListGroupsForUser", False),
        ("cognito-idp", "AdminInitiateAuth", True),
        ("cognito-idp", "GetTokensFromRefreshToken", True),
        ("cognito-idp", "GetUserAttributeVerificationCode", False),
        ("logs", "FilterLogEvents", False),
        ("logs", "StartQuery", False),
        ("logs", "TagResource", True),
        ("iam", "SimulatePrincipalPolicy", False),
        ("iam", "PutRolePolicy", True),
        ("lambda", "Invoke", True),
        ("s3", "HeadObject", False),
        ("s3", "PutBucketPolicy", True),
        ("sqs", "ReceiveMessage", False),
        ("ec2", "SearchTransitGatewayRoutes", False),
        ("execute-api", "Invoke", True),
        ("cognito-hosted-ui", "POST /login", False),
    ],
)
def test_write_is_iams_access_level(service, operation, written):
    """Service Authorization Reference, column access level."""
    assert writes(service, operation) is written


@pytest.mark.parametrize(
    ("service", "method", "path", "query", "operation"),
    [
        ("apigateway", "PUT", "/restapis/a1", "mode=overwrite", "PutRestApi"),
        ("apigateway", "POST", "/restapis", "mode=import&failonwarnings=true", "ImportRestApi"),
        ("apigateway", "POST", "/restapis", "", "CreateRestApi"),
        ("apigateway", "PATCH", "/account", "", "UpdateAccount"),
        ("lambda", "POST", "/2015-03-31/functions/who/invocations", "", "Invoke"),
        ("efs", "GET", "/2015-02-01/tags/fs-1/", "", "DescribeTags"),
        ("s3", "PUT", "/bucket/key", "partNumber=1&uploadId=u", "UploadPart"),
        ("s3", "DELETE", "/bucket/key", "uploadId=u", "AbortMultipartUpload"),
        ("s3", "GET", "/bucket", "lifecycle", "GetBucketLifecycleConfiguration"),
        ("s3", "GET", "/bucket", "list-type=2&prefix=a", "ListObjectsV2"),
        ("s3", "PATCH", "/bucket", "", "PATCH /bucket"),
    ],
)
def test_rest_operations(service, method, path, query, operation):
    """botocore models: method, requestUri, required members in the query string and in headers."""
    assert rest_operation(service, Request(method, path, query, {"host": "127.0.0.1"})) == operation
