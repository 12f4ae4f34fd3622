# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""--state after a kill: nothing that was answered is lost, and nothing is there in parts."""

import json
import random
import threading

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.emulator.studio import Studio
from tests.support.emulator_plugin import boto3_client
from tests.support.function_code import packed
from tests.support.http import get, request

REGION = {"LocationConstraint": "eu-central-1"}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"},
        ],
    }
)
CODE = "def handler(event, context):\n    return {!r}"
TAGS = [{"Key": "team", "Value": "one"}]


@pytest.fixture
def start(start_emulator, tmp_path):
    """A function that starts an emulator on the test's state; things take as long as on AWS, so none ends meanwhile."""
    return lambda *arguments: start_emulator("--state", str(tmp_path), "--latency-scale", "1", *arguments)


def make_network(client):
    studio = Studio(client)
    studio.create_domain()
    endpoint = {"VpcId": studio.vpc, "VpcEndpointType": "Interface", "SubnetIds": studio.subnets}
    client("ec2").create_vpc_endpoint(ServiceName="com.amazonaws.eu-central-1.sts", PrivateDnsEnabled=False, **endpoint)
    file_system = client("efs").create_file_system(CreationToken="own", Tags=TAGS)["FileSystemId"]
    client("efs").create_mount_target(FileSystemId=file_system, SubnetId=studio.subnets[0])


def make_storage(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration=REGION)
    s3.put_bucket_tagging(Bucket="kept", Tagging={"TagSet": TAGS})
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second"):
        s3.put_object(Bucket="kept", Key="folder/object", Body=body, Tagging="a=b")
    client("dynamodb").create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    while client("dynamodb").describe_table(TableName="kept")["Table"]["TableStatus"] == "CREATING":
        pass
    client("dynamodb").put_item(TableName="kept", Item={"id": {"S": "1"}})
    client("secretsmanager").create_secret(Name="kept", SecretString="made-up")
    client("ssm").put_parameter(Name="kept", Value="x", Type="String")


def make_people(client):
    pool = client("cognito-idp").create_user_pool(PoolName="kept")["UserPool"]["Id"]
    client("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="kept")
    client("cognito-idp").admin_create_user(UserPoolId=pool, Username="ada")
    client("iam").create_user(UserName="ada", Tags=TAGS)
    client("iam").create_access_key(UserName="ada")


def make_functions(client):
    role = client("iam").create_role(RoleName="function", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    settings = {"Role": role, "Runtime": "python3.11", "Handler": "index.handler"}
    client("lambda").create_function(FunctionName="kept", Code={"ZipFile": packed(CODE.format("old"))}, **settings)
    client("lambda").update_function_code(FunctionName="kept", ZipFile=packed(CODE.format("new")))
    api = client("apigateway").create_rest_api(name="kept")["id"]
    client("apigateway").create_request_validator(restApiId=api, name="kept")
    client("logs").create_log_group(logGroupName="/kept")
    key = client("kms").create_key(Tags=[{"TagKey": "team", "TagValue": "one"}])["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName="alias/kept", TargetKeyId=key)
    client("sns").create_topic(Name="kept")
    client("backup").create_backup_vault(BackupVaultName="kept")
    client("cloudwatch").put_metric_alarm(
        AlarmName="kept",
        MetricName="m",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
    )


@pytest.mark.parametrize("make", [make_network, make_storage, make_people, make_functions])
def test_a_kill_right_after_an_answer_loses_nothing(start, make):
    running = start()
    make(lambda service, **_options: boto3_client(running.url, service))
    before = get(f"{running.url}/_emulator/resources?full=1&all=1")
    running.kill()
    again = start("--port", str(running.port))
    assert get(f"{again.url}/_emulator/resources?full=1&all=1") == before
    assert len(before) > 3


def test_what_listings_do_not_show_is_kept_as_well(start):
    """Objects with versions and tags, the code of functions, passwords, temporary credentials."""
    running = start()

    def client(service):
        return boto3_client(running.url, service)

    make_storage(client)
    make_functions(client)
    session = client("sts").assume_role(RoleArn="arn:aws:iam::111111111111:role/function", RoleSessionName="session")
    credentials = session["Credentials"]
    running.kill()
    running = start()
    versions = client("s3").list_object_versions(Bucket="kept")["Versions"]
    assert len(versions) == 2
    assert client("s3").get_object(Bucket="kept", Key="folder/object")["Body"].read() == b"second"
    assert client("s3").get_object_tagging(Bucket="kept", Key="folder/object")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert json.load(client("lambda").invoke(FunctionName="kept")["Payload"]) == "new"
    assert client("secretsmanager").get_secret_value(SecretId="kept")["SecretString"] == "made-up"
    names = {"AccessKeyId": "aws_access_key_id", "SecretAccessKey": "aws_secret_access_key"}
    keys = {own: credentials[name] for name, own in {**names, "SessionToken": "aws_session_token"}.items()}
    assert (
        boto3_client(running.url, "sts", **keys).get_caller_identity()["Arn"].endswith("assumed-role/function/session")
    )


class Writer(threading.Thread):
    """Makes a tagged bucket with an object, and a user, one after the other, until the emulator is gone."""

    def __init__(self, url, name, answers):
        super().__init__(daemon=True)
        self._answers = answers
        self._s3, self._iam, self._name = boto3_client(url, "s3"), boto3_client(url, "iam"), name
        self.answered = []

    def run(self):
        try:
            for number in range(10_000):
                self.write(f"{self._name}-{number}")
        except (BotoCoreError, ClientError):
            return

    def write(self, name):
        self._s3.create_bucket(Bucket=name, CreateBucketConfiguration={**REGION, "Tags": TAGS})
        self.note("bucket", name)
        self._s3.put_object(Bucket=name, Key="object", Body=name.encode())
        self.note("object", name)
        self._iam.create_user(UserName=name, Tags=TAGS)
        self.note("user", name)

    def note(self, kind, name):
        self.answered.append((kind, name))
        self._answers.release()


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_at_any_moment_leaves_what_was_answered_and_nothing_in_parts(start, seed):
    running = start()
    answers = threading.Semaphore(0)
    writers = [Writer(running.url, f"writer{number}", answers) for number in range(3)]
    for writer in writers:
        writer.start()
    for _answer in range(random.Random(seed).randint(10, 60)):  # noqa: S311 - chance, not secrecy
        assert answers.acquire(timeout=30)
    running.kill()
    for writer in writers:
        writer.join(30)
    again = start()
    s3, iam = boto3_client(again.url, "s3"), boto3_client(again.url, "iam")
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    for name in buckets:
        assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-central-1"
        assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == TAGS
    users = [user["UserName"] for user in iam.list_users()["Users"]]
    objects = [name for name in buckets if s3.list_objects_v2(Bucket=name)["KeyCount"]]
    found = {*(("bucket", n) for n in buckets), *(("object", n) for n in objects), *(("user", n) for n in users)}
    answered = {item for writer in writers for item in writer.answered}
    assert len(answered) >= 10
    assert answered - found == set()
    # At most the write that each was waiting for.
    assert len(found - answered) <= len(writers)


def test_a_reset_is_kept_too(start):
    running = start()
    boto3_client(running.url, "iam").create_user(UserName="ada")
    boto3_client(running.url, "iam").create_group(GroupName="old")
    assert request(f"{running.url}/_emulator/reset", "POST")[0] == 200
    boto3_client(running.url, "iam").create_user(UserName="bob")
    running.kill()
    again = boto3_client(start().url, "iam")
    assert [user["UserName"] for user in again.list_users()["Users"]] == ["bob"]
    assert again.list_groups()["Groups"] == []


def test_what_a_read_has_shown_stays_so(start_emulator, tmp_path):
    """A file system's mount target that was seen available is not creating again."""
    running = start_emulator("--state", str(tmp_path))
    studio = Studio(lambda service, **_options: boto3_client(running.url, service))
    domain = studio.domain()
    running.kill()
    again = boto3_client(start_emulator("--state", str(tmp_path)).url, "sagemaker")
    assert again.describe_domain(DomainId=domain)["Status"] == "InService"
