# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs, models and rules as people of a deployed team ask for them, with their policies enforced.

Whoever may make a job is told that the emulator knows no such call; whoever may not is told that access is denied. The
same requests are put to IAM's simulator, which answers for the person's role as it stands.
"""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_plugin import ACCOUNT, REGION, boto3_client
from tests.unit.policies.rendering import PLATFORM

TEAM = "team1"
SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
TAGS = [{"Key": "DomainName", "Value": TEAM}]
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


class Member:
    """The rights of demo-user of team1, as a user of IAM who carries what the person's role carries."""

    def __init__(self, account):
        self.account, iam = account, account.client("iam")
        name = f"{PLATFORM}--{TEAM}--{REGION}-person-demo-user"
        self.role = iam.get_role(RoleName=name)["Role"]["Arn"]
        iam.create_user(UserName="copied")
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.attach_user_policy(UserName="copied", PolicyArn=policy["PolicyArn"])
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            iam.put_user_policy(UserName="copied", PolicyName=policy, PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName="copied")["AccessKey"]
        self.keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        settings = account.domains(TEAM)[0]
        self.home, self.key = settings["HomeEfsFileSystemId"], settings["KmsKeyId"]
        kms = account.client("kms").describe_key(KeyId=self.key)["KeyMetadata"]
        self.key = kms["Arn"]
        groups = settings["DefaultUserSettings"]["SecurityGroups"]
        self.network = {"Subnets": settings["SubnetIds"], "SecurityGroupIds": groups}

    def may(self, service, method, **arguments):
        """Whether a call is let through."""
        with pytest.raises(ClientError) as refusal:
            getattr(boto3_client(self.account.url, service, **self.keys), method)(**arguments)
        return refusal.value.response["Error"]["Code"] not in DENIED

    def simulated(self, action, resource, **context):
        """Whether the simulator allows the same to the person's role."""
        entries = [
            {
                "ContextKeyName": name.replace("__", ":"),
                "ContextKeyValues": value if isinstance(value, list) else [value],
                "ContextKeyType": "stringList" if isinstance(value, list) else "string",
            }
            for name, value in {"aws:RequestTag/DomainName": TEAM, **context}.items()
        ]
        answer = self.account.client("iam").simulate_principal_policy(
            PolicySourceArn=self.role, ActionNames=[action], ResourceArns=[resource], ContextEntries=entries
        )
        return answer["EvaluationResults"][0]["EvalDecision"] == "allowed"

    def training(self, network, files=None):
        """A training job."""
        data = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data"}}
        if files:
            source = {"FileSystemId": files, "FileSystemAccessMode": "ro", "FileSystemType": "EFS"}
            data = {"FileSystemDataSource": {**source, "DirectoryPath": "/200005"}}
        return {
            "TrainingJobName": "team1--churn",
            "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "image"},
            "RoleArn": self.role,
            "InputDataConfig": [{"ChannelName": "train", "DataSource": data}],
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/out", "KmsKeyId": self.key},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
                "VolumeKmsKeyId": self.key,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "Tags": TAGS,
            **({"VpcConfig": network} if network else {}),
        }

    def processing(self, network):
        """A processing job."""
        cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}
        return {
            "ProcessingJobName": "team1--churn",
            "ProcessingResources": {"ClusterConfig": {**cluster, "VolumeKmsKeyId": self.key}},
            "AppSpecification": {"ImageUri": "image"},
            "RoleArn": self.role,
            "Tags": TAGS,
            **({"NetworkConfig": {"VpcConfig": network}} if network else {}),
        }

    def model(self, name, network):
        """A model."""
        return {
            "ModelName": name,
            "PrimaryContainer": {"Image": "image"},
            "ExecutionRoleArn": self.role,
            "Tags": TAGS,
            **({"VpcConfig": network} if network else {}),
        }


@pytest.fixture(scope="module")
def member(deployed):
    return Member(deployed("--auth", "--assume-tls"))


@pytest.mark.parametrize("kind", ["training", "processing", "model"])
def test_jobs_and_models_run_in_the_network_or_not_at_all(member, kind):
    def asked(network):
        extra = ("team1--churn",) if kind == "model" else ()
        return getattr(member, kind)(*extra, network)

    call = {"training": "create_training_job", "processing": "create_processing_job", "model": "create_model"}[kind]
    assert member.may("sagemaker", call, **asked(member.network))
    assert not member.may("sagemaker", call, **asked(None))
    for part, foreign in (("Subnets", "subnet-00000001"), ("SecurityGroupIds", "sg-00000001")):
        elsewhere = {**member.network, part: [*member.network[part], foreign]}
        assert not member.may("sagemaker", call, **asked(elsewhere))


def test_the_simulator_says_the_same(member):
    inside = {
        "sagemaker:VolumeKmsKey": member.key,
        "sagemaker:OutputKmsKey": member.key,
        "sagemaker:InstanceTypes": ["ml.m5.large"],
        "sagemaker:VpcSubnets": member.network["Subnets"],
        "sagemaker:VpcSecurityGroupIds": member.network["SecurityGroupIds"],
    }
    asked = ("sagemaker:CreateTrainingJob", f"{SAGEMAKER}:training-job/x")
    assert member.simulated(*asked, **inside)
    for key in ("sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"):
        assert not member.simulated(*asked, **{**inside, key: ["elsewhere-1"]})
    assert not member.simulated(*asked, **{key: inside[key] for key in list(inside)[:2]})
    assert not member.simulated(*asked, **inside, **{"sagemaker:FileSystemId": [member.home]})


def sdk_configuration(account):
    """What SageMaker's SDK is told by the script that runs when an app of the team starts."""
    sagemaker = account.client("sagemaker")
    name = f"{PLATFORM}--{TEAM}--built-in--jupyterlab"
    listed = sagemaker.list_studio_lifecycle_configs(NameContains=name)["StudioLifecycleConfigs"]
    (made,) = [one["StudioLifecycleConfigName"] for one in listed]
    told = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName=made)
    script = base64.b64decode(told["StudioLifecycleConfigContent"]).decode()
    (line,) = [line for line in script.splitlines() if line.startswith('{"SchemaVersion"')]
    return json.loads(line)["SageMaker"]


def keys_of_results(settings):
    """The keys with which the SDK lets results be written, at any depth of its configuration."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from keys_of_results(value)
        elif name in ("KmsKeyId", "S3KmsKeyId"):
            yield value


def test_what_the_sdk_is_told_is_written_to_the_data_bucket_and_no_other_key_is(member):
    """As sagemaker-python-sdk uploads code and jobs write results: with aws:kms, and the key that it is told."""
    told = sdk_configuration(member.account)
    bucket = told["PythonSDK"]["Modules"]["Session"]["DefaultS3Bucket"]
    s3 = boto3_client(member.account.url, "s3", **member.keys)

    def may_write(**encryption):
        try:
            s3.put_object(Bucket=bucket, Key="code/sourcedir.tar.gz", Body=b"code", **encryption)
        except ClientError as error:
            assert error.response["Error"]["Code"] in DENIED
            return False
        return True

    assert set(keys_of_results(told)) == {member.key}
    assert may_write(ServerSideEncryption="aws:kms", SSEKMSKeyId=member.key)
    assert may_write(), "the bucket's own default is the team's key"
    other = member.account.client("kms").create_key()["KeyMetadata"]["Arn"]
    assert not may_write(ServerSideEncryption="aws:kms", SSEKMSKeyId=other)
    assert not may_write(ServerSideEncryption="aws:kms"), "which is S3's own key"
    assert not may_write(ServerSideEncryption="AES256")


def test_results_need_a_key_where_every_job_of_the_kind_has_results(member):
    """sagemaker-python-sdk, Session.process: a processing job without outputs names no key, and may run."""
    training = member.training(member.network)
    assert not member.may(
        "sagemaker", "create_training_job", **{**training, "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"}}
    )
    processing = member.processing(member.network)
    assert "ProcessingOutputConfig" not in processing
    assert member.may("sagemaker", "create_processing_job", **processing)
    for keys in ({}, {"KmsKeyId": member.key}):
        named = {**processing, "ProcessingOutputConfig": {"Outputs": [], **keys}}
        assert member.may("sagemaker", "create_processing_job", **named)


def test_no_job_mounts_the_home_directories_of_the_team(member):
    assert not member.may("sagemaker", "create_training_job", **member.training(member.network, files=member.home))


def test_no_team_makes_or_runs_a_model_that_is_not_named_for_it(member):
    assert member.may("sagemaker", "create_model", **member.model("team1--fraud", member.network))
    for name in ("fraud", "team2--fraud"):
        assert not member.may("sagemaker", "create_model", **member.model(name, member.network))
    for name, wanted in (("team1--fraud", True), ("fraud", False), ("team2--fraud", False)):
        variant = {"VariantName": "all", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        config = {"EndpointConfigName": "x", "ProductionVariants": [variant], "KmsKeyId": member.key, "Tags": TAGS}
        assert member.may("sagemaker", "create_endpoint_config", **config) is wanted
        arn = [f"{SAGEMAKER}:model/{name}"]
        told = {"sagemaker:ModelArn": arn, "sagemaker:VolumeKmsKey": member.key}
        told["sagemaker:InstanceTypes"] = ["ml.m5.large"]
        results = {"sagemaker:OutputKmsKey": member.key}
        for action, resource, more in (
            ("CreateEndpointConfig", "endpoint-config/x", {}),
            ("CreateTransformJob", "transform-job/x", results),
        ):
            assert member.simulated(f"sagemaker:{action}", f"{SAGEMAKER}:{resource}", **told, **more) is wanted


def test_nobody_writes_rules_that_did_not_choose_to(member):
    rule = {"Name": "GuardDutyFindings", "ScheduleExpression": "rate(1 day)", "Tags": TAGS}
    assert not member.may("events", "put_rule", **rule)
    assert not member.may("events", "put_rule", **rule, EventBusName="payments")
    for name in ("GuardDutyFindings", "payments/x", "x"):
        assert not member.simulated("events:PutRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}")
