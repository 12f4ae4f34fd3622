# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM under --auth for every service that the project uses: nothing is allowed that no policy allows.

Source of actions, resources and condition keys: Service Authorization Reference, the page of each service.
"""

import io
import json
import zipfile
from dataclasses import dataclass

import boto3
import pytest
from botocore.config import Config

from tests.emulator.aws_answers import ACCOUNT, REGION, refused
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess

TAG = {"Key": "Platform", "Value": "mine"}


@dataclass(frozen=True)
class Case:
    """A call of a service on the thing "mine", and the same on another; ``{mine}`` and ``{other}`` are their ids."""

    service: str
    action: str
    denied: str
    resource: str
    method: str
    arguments: dict


CASES = [
    Case("ec2", "ec2:DeleteSecurityGroup", "UnauthorizedOperation", "arn:aws:ec2:{region}:{account}:security-group/{0}",
         "delete_security_group", {"GroupId": "{0}", "DryRun": True}),
    Case("iam", "iam:GetRole", "AccessDenied", "arn:aws:iam::{account}:role/{0}", "get_role", {"RoleName": "{0}"}),
    Case("kms", "kms:DescribeKey", "AccessDeniedException", "arn:aws:kms:{region}:{account}:key/{0}",
         "describe_key", {"KeyId": "{0}"}),
    Case("s3", "s3:ListBucket", "AccessDenied", "arn:aws:s3:::{0}", "list_objects_v2", {"Bucket": "{0}"}),
    Case("lambda", "lambda:GetFunctionConfiguration", "AccessDeniedException",
         "arn:aws:lambda:{region}:{account}:function:{0}", "get_function_configuration", {"FunctionName": "{0}"}),
    Case("cognito-idp", "cognito-idp:DescribeUserPool", "AccessDeniedException",
         "arn:aws:cognito-idp:{region}:{account}:userpool/{0}", "describe_user_pool", {"UserPoolId": "{0}"}),
    Case("apigateway", "apigateway:GET", "AccessDeniedException", "arn:aws:apigateway:{region}::/restapis/{0}",
         "get_rest_api", {"restApiId": "{0}"}),
    Case("efs", "elasticfilesystem:DescribeFileSystems", "AccessDeniedException",
         "arn:aws:elasticfilesystem:{region}:{account}:file-system/{0}", "describe_file_systems",
         {"FileSystemId": "{0}"}),
    Case("logs", "logs:PutRetentionPolicy", "AccessDeniedException",
         "arn:aws:logs:{region}:{account}:log-group:{0}:*", "put_retention_policy",
         {"logGroupName": "{0}", "retentionInDays": 7}),
    Case("sagemaker", "sagemaker:DescribeStudioLifecycleConfig", "AccessDeniedException",
         "arn:aws:sagemaker:{region}:{account}:studio-lifecycle-config/{0}", "describe_studio_lifecycle_config",
         {"StudioLifecycleConfigName": "{0}"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def things(root):
    """``{service: (id of "mine", id of another)}``."""
    return {case.service: tuple(MAKERS[case.service](root, name) for name in ("mine", "other")) for case in CASES}


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(root, name):
    root("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))
    return name


def make_function(root, name):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("code.py", "def answer(event, context):\n    return 1\n")
    root("lambda").create_function(
        FunctionName=name,
        Role=f"arn:aws:iam::{ACCOUNT}:role/{make_role(root, f'role-of-{name}')}",
        Runtime="python3.12",
        Handler="code.answer",
        Code={"ZipFile": archive.getvalue()},
        Tags={TAG["Key"]: name},
    )
    return name


def make_bucket(root, name):
    bucket = f"bucket-{name}"
    root("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return bucket


def make_log_group(root, name):
    root("logs").create_log_group(logGroupName=name, tags={TAG["Key"]: name})
    return name


def make_script(root, name):
    root("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigContent="IyEvYmluL2Jhc2gK",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    return name


MAKERS = {
    "ec2": lambda root, name: root("ec2").create_security_group(GroupName=name, Description=name, VpcId="vpc-00000001")[
        "GroupId"
    ],
    "iam": make_role,
    "kms": lambda root, _name: root("kms").create_key()["KeyMetadata"]["KeyId"],
    "s3": make_bucket,
    "lambda": make_function,
    "cognito-idp": lambda root, name: root("cognito-idp").create_user_pool(
        PoolName=name, UserPoolTags={TAG["Key"]: name}
    )["UserPool"]["Id"],
    "apigateway": lambda root, name: root("apigateway").create_rest_api(name=name)["id"],
    "efs": lambda root, name: root("efs").create_file_system(CreationToken=name, Tags=[{**TAG, "Value": name}])[
        "FileSystemId"
    ],
    "logs": make_log_group,
    "sagemaker": make_script,
}


def call(case, client, thing):
    """Make the case's call on a thing; EC2's dry run says by an error that it is allowed."""
    arguments = {name: value.format(thing) if isinstance(value, str) else value
                 for name, value in case.arguments.items()}  # fmt: skip
    if arguments.get("DryRun"):
        with refused("DryRunOperation"):
            getattr(client, case.method)(**arguments)
    else:
        getattr(client, case.method)(**arguments)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.service)
def test_only_what_a_policy_allows(case, user, things):
    """User guide, policy evaluation: implicit deny, Allow of one resource, and a Deny that wins."""
    mine, other = things[case.service]
    resource = case.resource.format(mine, region=REGION, account=ACCOUNT)
    arguments = {name: value.format(mine) if isinstance(value, str) else value
                 for name, value in case.arguments.items()}  # fmt: skip
    with refused(case.denied):
        getattr(user(case.service), case.method)(**arguments)
    allowed = {"Action": case.action, "Resource": resource}
    client = user(case.service, allowed)
    call(case, client, mine)
    elsewhere = {name: value.format(other) if isinstance(value, str) else value
                 for name, value in case.arguments.items()}  # fmt: skip
    with refused(case.denied):
        getattr(client, case.method)(**elsewhere)
    with refused(case.denied):
        everything = {"Action": "*", "Resource": "*"}
        getattr(user(case.service, everything, {**allowed, "Effect": "Deny"}), case.method)(**arguments)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.service)
def test_conditions_on_the_region(case, user, things):
    """User guide, aws:RequestedRegion; global services are us-east-1 (same page)."""
    mine, _other = things[case.service]

    def statement(region):
        condition = {"StringEquals": {"aws:RequestedRegion": region}}
        return {"Action": case.action, "Resource": "*", "Condition": condition}

    here = "us-east-1" if case.service == "iam" else REGION
    call(case, user(case.service, statement(here)), mine)
    arguments = {name: value.format(mine) if isinstance(value, str) else value
                 for name, value in case.arguments.items()}  # fmt: skip
    with refused(case.denied):
        getattr(user(case.service, statement("ap-south-1")), case.method)(**arguments)


def test_tagging_api_is_guarded_too(user):
    """Service Authorization Reference, Resource Groups Tagging: tag:GetResources has no resource."""
    with refused("AccessDeniedException"):
        user("resourcegroupstaggingapi").get_resources()
    user("resourcegroupstaggingapi", {"Action": "tag:GetResources", "Resource": "*"}).get_resources()


TAGGED = [
    ("ec2", "CreateVpc", "ec2:CreateTags", lambda client, tag: client.create_vpc(
        CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": [tag]}])),
    ("iam", "CreateRole", "iam:TagRole", lambda client, tag: client.create_role(
        RoleName="tagged", AssumeRolePolicyDocument=trust("lambda.amazonaws.com"), Tags=[tag])),
    ("kms", "CreateKey", "kms:TagResource", lambda client, tag: client.create_key(
        Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]}])),
    ("logs", "CreateLogGroup", "logs:TagResource", lambda client, tag: client.create_log_group(
        logGroupName="tagged", tags={tag["Key"]: tag["Value"]})),
    ("efs", "CreateFileSystem", "elasticfilesystem:TagResource", lambda client, tag: client.create_file_system(
        CreationToken="tagged", Tags=[tag])),
    ("cognito-idp", "CreateUserPool", "cognito-idp:TagResource", lambda client, tag: client.create_user_pool(
        PoolName="tagged", UserPoolTags={tag["Key"]: tag["Value"]})),
]  # fmt: skip


@pytest.mark.parametrize("service, operation, tagging, make", TAGGED, ids=lambda value: str(value)[:20])
def test_making_with_tags_needs_the_right_to_tag(user, service, operation, tagging, make):
    """EC2 user guide, tag resources during creation; dependent actions of the other services; aws:RequestTag."""
    prefix = tagging.partition(":")[0]
    own = {"Action": f"{prefix}:{operation}", "Resource": "*"}
    code = "UnauthorizedOperation" if service == "ec2" else "AccessDenied" if service == "iam" else (
        "AccessDeniedException"
    )  # fmt: skip
    with refused(code, "" if service == "ec2" else tagging):
        make(user(service, own), TAG)
    condition = {"StringEquals": {"aws:RequestTag/Platform": "mine"}}
    tag_mine = {"Action": tagging, "Resource": "*", "Condition": condition}
    with refused(code):
        make(user(service, own, tag_mine), {**TAG, "Value": "yours"})
    make(user(service, own, tag_mine), TAG)


def test_tags_of_ec2_only_at_creation(user):
    """Service Authorization Reference, ec2:CreateAction: tags may come with a VPC, and not afterwards."""
    condition = {"StringEquals": {"ec2:CreateAction": "CreateVpc"}}
    client = user(
        "ec2",
        {"Action": "ec2:CreateVpc", "Resource": "*"},
        {"Action": "ec2:CreateTags", "Resource": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/*", "Condition": condition},
    )
    vpc = client.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": [TAG]}])["Vpc"][
        "VpcId"
    ]
    with refused("UnauthorizedOperation"):
        client.create_tags(Resources=[vpc], Tags=[TAG])
    # Without tags nothing is tagged, so the right is not needed.
    user("ec2", {"Action": "ec2:CreateVpc", "Resource": "*"}).create_vpc(CidrBlock="10.2.0.0/16")


def test_tags_of_ec2_on_what_has_a_tag(user, root):
    """Service Authorization Reference, ec2:CreateTags: aws:ResourceTag of every thing that is named decides."""
    vpcs = [root("ec2").create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"] for _number in range(2)]
    root("ec2").create_tags(Resources=vpcs[:1], Tags=[TAG])
    condition = {"StringEquals": {f"aws:ResourceTag/{TAG['Key']}": TAG["Value"]}}
    client = user("ec2", {"Action": ["ec2:CreateTags", "ec2:DeleteTags"], "Resource": "*", "Condition": condition})
    other = [{"Key": "Other", "Value": "one"}]
    client.create_tags(Resources=vpcs[:1], Tags=other)
    client.delete_tags(Resources=vpcs[:1], Tags=other)
    for resources in (vpcs, vpcs[::-1], vpcs[1:]):
        with refused("UnauthorizedOperation"):
            client.create_tags(Resources=resources, Tags=other)
        with refused("UnauthorizedOperation"):
            client.delete_tags(Resources=resources, Tags=other)


RESOURCE_TAGS = [
    ("lambda", "lambda:GetFunctionConfiguration", "AccessDeniedException",
     lambda client, name: client.get_function_configuration(FunctionName=name)),
    ("logs", "logs:DeleteRetentionPolicy", "AccessDeniedException",
     lambda client, name: client.delete_retention_policy(logGroupName=name)),
    ("cognito-idp", "cognito-idp:ListGroups", "AccessDeniedException",
     lambda client, pool: client.list_groups(UserPoolId=pool)),
    ("efs", "elasticfilesystem:DescribeFileSystems", "AccessDeniedException",
     lambda client, file_system: client.describe_file_systems(FileSystemId=file_system)),
]  # fmt: skip


@pytest.mark.parametrize("service, action, code, use", RESOURCE_TAGS, ids=lambda value: str(value)[:8])
def test_tags_of_the_resource(user, things, service, action, code, use):
    """User guide, aws:ResourceTag: only what carries the tag."""
    condition = {"StringEquals": {"aws:ResourceTag/Platform": "mine"}}
    client = user(service, {"Action": action, "Resource": "*", "Condition": condition})
    mine, other = things[service]
    use(client, mine)
    with refused(code):
        use(client, other)


# --- credentials


def client_with(strict, service, access_key, secret, token=None):
    return boto3.client(
        service,
        endpoint_url=strict.url,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize("secret", ["x", "a/b+c=d/e+f==", "ä-ö " * 10, "s" * 500, "%2F&=?#"])
def test_any_secret_is_the_roots(strict, secret):
    """Documentation of the emulator: a key of twelve digits is root, and its signature is never checked."""
    found = client_with(strict, "sts", "222222222222", secret).get_caller_identity()
    assert found["Arn"] == "arn:aws:iam::222222222222:root"


def test_principals_with_unusual_names(strict, root):
    """IAM quotas and name patterns: names of 64 characters with +=,.@-, paths, and session names likewise."""
    name, path = "a+=,.@-_" * 8, "/division_abc/subdivision_xyz/"
    statement = {"Effect": "Allow", "Action": "iam:GetRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role{path}{name}"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    principal = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trusting = json.dumps({"Version": "2012-10-17", "Statement": [principal]})
    iam = root("iam")
    role = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)
    iam.create_user(UserName=name, Path=path)
    iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    given = root("sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
    clients = [
        client_with(strict, "iam", key["AccessKeyId"], key["SecretAccessKey"]),
        client_with(strict, "iam", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]),
    ]
    for client in clients:
        assert client.get_role(RoleName=name)["Role"]["Arn"] == role
        with refused("AccessDenied"):
            client.list_roles()
    with refused("SignatureDoesNotMatch"):
        client_with(strict, "iam", key["AccessKeyId"], key["SecretAccessKey"] + "x").get_role(RoleName=name)
    with refused("InvalidClientTokenId"):
        client_with(strict, "iam", "AKIA" + "X" * 100, "s" * 500).get_role(RoleName=name)


# --- resources that a call names indirectly


def test_key_behind_an_alias(root, user, things):
    """KMS guide, "Controlling access to aliases": the policy names the key, the call its alias."""
    mine, other = things["kms"]
    for key in (mine, other):
        root("kms").create_alias(AliasName=f"alias/{key}", TargetKeyId=key)
    resource = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{mine}"
    client = user("kms", {"Action": "kms:DescribeKey", "Resource": resource})
    assert client.describe_key(KeyId=f"alias/{mine}")["KeyMetadata"]["KeyId"] == mine
    with refused("AccessDeniedException"):
        client.describe_key(KeyId=f"alias/{other}")


def test_alias_is_made_by_who_may_on_the_alias_and_on_the_key(root, user, things):
    """KMS guide, "Controlling access to aliases": CreateAlias and DeleteAlias are decided on both."""
    mine, other = things["kms"]
    prefix = f"arn:aws:kms:{REGION}:{ACCOUNT}:"
    actions = ["kms:CreateAlias", "kms:DeleteAlias"]
    client = user("kms", {"Action": actions, "Resource": [f"{prefix}key/{mine}", f"{prefix}alias/team/*"]})
    with refused("AccessDeniedException"):
        client.create_alias(AliasName="alias/other", TargetKeyId=mine)
    with refused("AccessDeniedException"):
        client.create_alias(AliasName="alias/team/a", TargetKeyId=other)
    client.create_alias(AliasName="alias/team/a", TargetKeyId=mine)
    root("kms").create_alias(AliasName="alias/team/b", TargetKeyId=other)
    with refused("AccessDeniedException"):
        client.delete_alias(AliasName="alias/team/b")
    client.delete_alias(AliasName="alias/team/a")


def test_file_system_of_a_mount_target(root, user, things):
    """Service Authorization Reference, EFS: mount targets are decided on their file system."""
    mine, other = things["efs"]
    efs = root("efs")
    targets = [efs.create_mount_target(FileSystemId=name, SubnetId="subnet-00000001")["MountTargetId"]
               for name in (mine, other)]  # fmt: skip
    resource = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/{mine}"
    client = user("efs", {"Action": "elasticfilesystem:*", "Resource": resource})
    client.describe_mount_target_security_groups(MountTargetId=targets[0])
    client.tag_resource(ResourceId=mine, Tags=[TAG])
    for refused_call in (
        lambda: client.describe_mount_target_security_groups(MountTargetId=targets[1]),
        lambda: client.tag_resource(ResourceId=other, Tags=[TAG]),
        lambda: client.create_mount_target(FileSystemId=other, SubnetId="subnet-00000002"),
    ):
        with refused("AccessDeniedException"):
            refused_call()


def test_policy_that_may_be_attached(user, things):
    """Service Authorization Reference, iam:PolicyARN."""
    condition = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    iam = user("iam", {"Action": "iam:AttachRolePolicy", "Resource": "*", "Condition": condition})
    iam.attach_role_policy(RoleName=things["iam"][0], PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    with refused("AccessDenied"):
        iam.attach_role_policy(RoleName=things["iam"][0], PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def test_group_level_calls_of_logs_need_the_colon(user, things):
    """CloudWatch Logs guide, ARN of a log group: without ``:*`` only the tagging calls are allowed."""
    mine, _other = things["logs"]
    resource = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{mine}"
    client = user("logs", {"Action": "logs:*", "Resource": resource})
    client.list_tags_for_resource(resourceArn=resource)
    with refused("AccessDeniedException"):
        client.put_retention_policy(logGroupName=mine, retentionInDays=1)


COSTS = {
    "TimePeriod": {"Start": "2026-01-01", "End": "2026-02-01"},
    "Granularity": "MONTHLY",
    "Metrics": ["UnblendedCost"],
    "GroupBy": [{"Type": "TAG", "Key": "DomainName"}],
}


def test_settings_of_the_account_need_a_right_of_their_own(user):
    """Service Authorization Reference, Lambda (GetAccountSettings), Service Quotas (GetServiceQuota) and Cost Explorer
    (GetCostAndUsage), which has one endpoint for all regions."""
    vpcs = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    with refused("AccessDeniedException", "lambda:GetAccountSettings"):
        user("lambda", {"Action": "lambda:GetFunction*", "Resource": "*"}).get_account_settings()
    with refused("AccessDeniedException", "servicequotas:GetServiceQuota"):
        user("service-quotas", {"Action": "servicequotas:List*", "Resource": "*"}).get_service_quota(**vpcs)
    with refused("AccessDeniedException", "ce:GetCostAndUsage"):
        user("ce", {"Action": "budgets:ViewBudget", "Resource": "*"}).get_cost_and_usage(**COSTS)
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    with refused("AccessDeniedException", "ce:GetCostAndUsage"):
        user("ce", {"Action": "ce:*", "Resource": "*", "Condition": elsewhere}).get_cost_and_usage(**COSTS)
    costs = user("ce", {"Action": "ce:GetCostAndUsage", "Resource": "*"}).get_cost_and_usage(**COSTS)
    assert costs["ResultsByTime"][0]["Groups"] == []
    allowed = user("lambda", {"Action": "lambda:GetAccountSettings", "Resource": "*"})
    assert allowed.get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 1000
    allowed = user("service-quotas", {"Action": "servicequotas:GetServiceQuota", "Resource": "*"})
    assert allowed.get_service_quota(**vpcs)["Quota"]["Value"] == 5


def test_budgets_have_one_right_to_see_and_one_to_change(user):
    """Service Authorization Reference, Budgets: ViewBudget and ModifyBudget, on the budget."""
    limit = {"Amount": "10", "Unit": "USD"}
    budget = {"BudgetLimit": limit, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    arn = f"arn:aws:budgets::{ACCOUNT}:budget/mine"
    writer = user("budgets", {"Action": "budgets:ModifyBudget", "Resource": arn})
    reader = user("budgets", {"Action": "budgets:ViewBudget", "Resource": arn})
    writer.create_budget(AccountId=ACCOUNT, Budget={**budget, "BudgetName": "mine"})
    assert reader.describe_budget(AccountId=ACCOUNT, BudgetName="mine")["Budget"]["BudgetName"] == "mine"
    for refused_call in (
        lambda: writer.create_budget(AccountId=ACCOUNT, Budget={**budget, "BudgetName": "other"}),
        lambda: writer.describe_budget(AccountId=ACCOUNT, BudgetName="mine"),
        lambda: reader.delete_budget(AccountId=ACCOUNT, BudgetName="mine"),
    ):
        with refused("AccessDeniedException"):
            refused_call()


MOUNT = {"Action": "backup-storage:MountCapsule", "Resource": "*"}


def test_vault_with_a_key_needs_rights_on_the_key(root, user):
    """AWS knowledge center, "Access Denied" when creating a vault: grants, data keys and decryption with the key."""
    key = root("kms").create_key()["KeyMetadata"]["Arn"]
    vault = {"BackupVaultName": "encrypted", "EncryptionKeyArn": key}
    backup = {"Action": "backup:*", "Resource": "*"}
    with refused("AccessDeniedException", f"kms:CreateGrant on resource: {key}"):
        user("backup", backup, MOUNT).create_backup_vault(**vault)
    rights = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:RetireGrant"]
    assert user("backup", backup, MOUNT, {"Action": rights, "Resource": key}).create_backup_vault(**vault)


def test_vaults_and_plans_are_tagged_with_permission(user):
    """AWS Backup guide, tags at creation: backup:TagResource, besides the call's own permission."""
    making = {"Action": ["backup:CreateBackupVault", "backup:CreateBackupPlan"], "Resource": "*"}
    client = user("backup", making, MOUNT)
    rule = {"RuleName": "r", "TargetBackupVaultName": "mine"}
    for call, arguments in (
        (client.create_backup_vault, {"BackupVaultName": "tagged", "BackupVaultTags": {"Platform": "mine"}}),
        (
            client.create_backup_plan,
            {"BackupPlan": {"BackupPlanName": "p", "Rules": [rule]}, "BackupPlanTags": {"Platform": "mine"}},
        ),
    ):
        with refused("AccessDeniedException", "backup:TagResource"):
            call(**arguments)


def test_role_of_a_backup_selection_must_be_passed(root, user):
    """Service Authorization Reference, CreateBackupSelection: iam:PassRole."""
    backup = root("backup")
    backup.create_backup_vault(BackupVaultName="selected")
    rule = {"RuleName": "r", "TargetBackupVaultName": "selected"}
    plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "p", "Rules": [rule]})["BackupPlanId"]
    role = f"arn:aws:iam::{ACCOUNT}:role/backup"
    selection = {"SelectionName": "s", "IamRoleArn": role, "Resources": ["*"]}
    with refused("AccessDeniedException", f"iam:PassRole on resource: {role}"):
        user("backup", {"Action": "backup:*", "Resource": "*"}).create_backup_selection(
            BackupPlanId=plan, BackupSelection=selection
        )


def test_streams_are_deleted_with_a_right_on_the_stream_and_made_with_one_on_the_group(root, user):
    """Service Authorization Reference, CloudWatch Logs: DeleteLogStream has log-stream*, CreateLogStream log-group*."""
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:streams:log-stream"
    root("logs").create_log_group(logGroupName="streams")
    client = user("logs", {"Action": "logs:*", "Resource": f"{group}:mine-*"})
    for stream in ("mine-1", "other-1"):
        root("logs").create_log_stream(logGroupName="streams", logStreamName=stream)
    client.delete_log_stream(logGroupName="streams", logStreamName="mine-1")
    with refused("AccessDeniedException", f"{group}:other-1"):
        client.delete_log_stream(logGroupName="streams", logStreamName="other-1")
    with refused("AccessDeniedException"):
        client.create_log_stream(logGroupName="streams", logStreamName="mine-2")


def test_backup_vaults_are_decided_on_by_name_and_plans_by_id(root, user):
    """Service Authorization Reference, AWS Backup: backup-vault:NAME and backup-plan:ID."""
    prefix = f"arn:aws:backup:{REGION}:{ACCOUNT}:"
    own = {"Action": "backup:*", "Resource": f"{prefix}backup-vault:mine"}
    with refused("AccessDeniedException", "backup-storage:MountCapsule"):
        user("backup", own).create_backup_vault(BackupVaultName="mine")
    client = user("backup", own, MOUNT)
    client.create_backup_vault(BackupVaultName="mine")
    assert client.describe_backup_vault(BackupVaultName="mine")["BackupVaultName"] == "mine"
    rule = {"RuleName": "r", "TargetBackupVaultName": "mine"}
    plan = {"BackupPlan": {"BackupPlanName": "p", "Rules": [rule]}}
    for refused_call in (
        lambda: client.create_backup_vault(BackupVaultName="other"),
        lambda: client.create_backup_plan(**plan),
    ):
        with refused("AccessDeniedException"):
            refused_call()
    tagged = {"StringEquals": {"aws:RequestTag/Platform": "mine"}}
    tagging = ["backup:CreateBackupPlan", "backup:TagResource"]
    maker = user("backup", {"Action": tagging, "Resource": "*", "Condition": tagged})
    with refused("AccessDeniedException"):
        maker.create_backup_plan(**plan)
    maker.create_backup_plan(**plan, BackupPlanTags={"Platform": "mine"})
    plans = [root("backup").create_backup_plan(**plan)["BackupPlanId"] for _ in range(2)]
    reader = user("backup", {"Action": "backup:GetBackupPlan", "Resource": f"{prefix}backup-plan:{plans[0]}"})
    assert reader.get_backup_plan(BackupPlanId=plans[0])["BackupPlanId"] == plans[0]
    with refused("AccessDeniedException"):
        reader.get_backup_plan(BackupPlanId=plans[1])


# --- transport


@pytest.mark.parametrize(("arguments", "allowed"), [((), False), (("--assume-tls",), True)])
def test_policies_see_whether_a_request_came_over_tls(arguments, allowed):
    """IAM user guide, aws:SecureTransport. The emulator listens without TLS, so it is told what to take for granted."""
    process = EmulatorProcess("--auth", *arguments)
    try:
        iam, s3 = (boto3_client(process.url, service) for service in ("iam", "s3"))
        iam.create_user(UserName="ada")
        statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
        secure = {**statement, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
        policy = {"Version": "2012-10-17", "Statement": [secure]}
        iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        s3.create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": REGION})
        client = client_with(process, "s3", key["AccessKeyId"], key["SecretAccessKey"])
        if allowed:
            assert client.list_objects_v2(Bucket="mine")["KeyCount"] == 0
        else:
            with refused("AccessDenied"):
                client.list_objects_v2(Bucket="mine")
    finally:
        process.stop()


def test_every_group_of_a_new_network_interface_is_decided_on(user, root):
    """Service Authorization Reference, ec2:CreateNetworkInterface: subnet, interface and security groups."""
    ec2 = root("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    own, other = (
        ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"] for name in ("own", "other")
    )
    everything_else = ["arn:aws:ec2:*:*:subnet/*", "arn:aws:ec2:*:*:network-interface/*"]
    resources = [*everything_else, f"arn:aws:ec2:*:*:security-group/{own}"]
    client = user("ec2", {"Action": "ec2:CreateNetworkInterface", "Resource": resources})
    for groups in ([other], [own, other]):
        with refused("UnauthorizedOperation"):
            client.create_network_interface(SubnetId=subnet, Groups=groups)
    assert client.create_network_interface(SubnetId=subnet, Groups=[own])["NetworkInterface"]["SubnetId"] == subnet


def test_bucket_policy_sees_the_callers_own_key(user, root):
    """Service Authorization Reference, S3: s3:x-amz-server-side-encryption-customer-algorithm of PutObject."""
    s3 = root("s3")
    s3.create_bucket(Bucket="no-own-keys", CreateBucketConfiguration={"LocationConstraint": REGION})
    everything = "arn:aws:s3:::no-own-keys/*"
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": everything,
        "Condition": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
    }
    s3.put_bucket_policy(Bucket="no-own-keys", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    client = user("s3", {"Action": "s3:PutObject", "Resource": everything})
    client.put_object(Bucket="no-own-keys", Key="a", Body=b"x")
    with refused("AccessDenied", "with an explicit deny in a resource-based policy"):
        client.put_object(
            Bucket="no-own-keys", Key="a", Body=b"x", SSECustomerAlgorithm="AES256", SSECustomerKey=32 * "k"
        )


def test_tags_of_backup_plans_are_taken_off_on_the_plan_and_by_key(root, user):
    """Service Authorization Reference: UntagResource is on the plan, and knows aws:TagKeys (API: TagKeyList)."""
    rule = {"RuleName": "daily", "TargetBackupVaultName": "Default"}
    plan = {"BackupPlanName": "untagged", "Rules": [rule]}
    made = root("backup").create_backup_plan(BackupPlan=plan, BackupPlanTags={"Team": "a", "Cost": "1"})
    arn = made["BackupPlanArn"]
    but_for_team = {
        "StringEquals": {"aws:ResourceTag/Team": "a"},
        "ForAllValues:StringNotEquals": {"aws:TagKeys": ["Team"]},
    }
    untag = {"Action": "backup:UntagResource", "Resource": arn, "Condition": but_for_team}
    backup = user("backup", untag)
    with refused("AccessDeniedException", f"backup:UntagResource on resource: {arn}"):
        backup.untag_resource(ResourceArn=arn, TagKeyList=["Team"])
    with refused("AccessDeniedException", "backup:UntagResource"):
        backup.untag_resource(ResourceArn=arn, TagKeyList=["Cost", "Team"])
    backup.untag_resource(ResourceArn=arn, TagKeyList=["Cost"])
    assert root("backup").list_tags(ResourceArn=arn)["Tags"] == {"Team": "a"}
