# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who hands a role to a service needs iam:PassRole on it, for every operation of the models that takes one.

Sources: IAM user guide, "Granting a user permissions to pass a role", iam:PassedToService; Service Authorization
Reference (dependent actions).
"""

import contextlib
import json
import re

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.iam.passed_roles import NOT_PASSED, PASSED, passes
from emulator.shared.models import service_model
from tests.emulator.aws_answers import ACCOUNT, REGION, refused

# Of boto3 -> in IAM's actions: what the emulator has files for, and what the platform uses of ministack's.
SERVICES = {
    **{name: name for name in ("apigateway", "backup", "budgets", "cloudformation", "cloudwatch", "cognito-idp")},
    **{name: name for name in ("dynamodb", "ec2", "events", "iam", "kms", "lambda", "logs", "s3", "sagemaker")},
    **{name: name for name in ("scheduler", "sns", "sts", "wafv2")},
    **{"efs": "elasticfilesystem", "stepfunctions": "states"},
}
# What a member or a shape that holds a role is called; those of DynamoDB hold a service-linked role.
ROLE = re.compile(r"(?i).*(role|roles|role_?arns?|permissionarn)|iaminstanceprofile(specification)?")
NO_ROLES = re.compile(r"(?i).*AutoScalingRole(Arn)?")
# API Gateway's requests name roles in other words, and in the paths of patches.
UNTOLD = {("apigateway", name) for name in PASSED["apigateway"]}
EXECUTION = f"arn:aws:iam::{ACCOUNT}:role/execution"


def paths(shape, path=(), above=()):
    """The members within a shape of a request that hold a role, as tuples of names; a list's are marked by []."""
    if shape.type_name == "list":
        yield from paths(shape.member, (*path, "[]"), above)
    elif shape.type_name == "map":
        yield from paths(shape.value, (*path, "{}"), above)
    elif shape.type_name == "structure" and shape.name not in above:
        if named(path) == "IamInstanceProfile":
            yield path
            return
        for name, member in shape.members.items():
            yield from paths(member, (*path, name), (*above, shape.name))
    elif holds_role(shape, named(path)):
        yield path


def holds_role(shape, name):
    found = ROLE.fullmatch(name) or ROLE.fullmatch(shape.name)
    return bool(found) and shape.type_name == "string" and not shape.enum and not NO_ROLES.fullmatch(name)


def named(path):
    return next((part for part in reversed(path) if part not in ("[]", "{}")), "")


def with_roles(service):
    """(operation, path of a member that holds a role) of all operations that might pass it."""
    model = service_model(service)
    inputs = {name: model.operation_model(name).input_shape for name in model.operation_names}
    found = [(name, path) for name, shape in inputs.items() if shape for path in paths(shape)]
    return [(name, path) for name, path in found if passes(SERVICES[service], name)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_member_of_the_models_that_holds_a_role_is_known(service):
    namespace = SERVICES[service]
    known = {*PASSED.get(namespace, {}), *(name for where, name in NOT_PASSED if where == namespace)}
    # IAM and STS work on roles; what adds one to an instance profile is told by its operation.
    lacking = {(name, named(path)) for name, path in with_roles(service) if service != "iam"}
    assert sorted((name, member) for name, member in lacking if member not in known) == []


def test_no_row_is_about_nothing():
    rows = {(service, member) for service, members in PASSED.items() for member in members} | {*NOT_PASSED}
    found = {(SERVICES[service], named(path)) for service in SERVICES for _name, path in with_roles(service)}
    assert sorted(rows - found - UNTOLD) == []


def document(path, value):
    """A request in which a value stands at a path."""
    if not path:
        return value
    inner = document(path[1:], value)
    return [inner] if path[0] == "[]" else {"any" if path[0] == "{}" else path[0]: inner}


def pass_role(receiver):
    return {
        "Action": "iam:PassRole",
        "Resource": EXECUTION,
        "Condition": {"StringEquals": {"iam:PassedToService": receiver}},
    }


def answer(client, operation, request):
    """The message of an error, or nothing."""
    try:
        client._make_api_call(operation, request)
    except ClientError as error:
        return error.response["Error"]["Message"]
    return ""


@pytest.fixture
def unchecked(strict, user):
    """A function that makes a user's client which sends what is asked, whatever the model says."""

    def make(service, *statements):
        keys = user(service, *statements)._request_signer._credentials
        return boto3.client(
            service,
            endpoint_url=strict.url,
            region_name=REGION,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    return make


def test_every_operation_of_sagemaker_that_takes_a_role_asks_for_it(unchecked):
    """Service Authorization Reference: jobs, models, pipelines and so on depend on iam:PassRole."""
    own = {"Action": "sagemaker:*", "Resource": "*"}
    rest = {"Action": ["elasticfilesystem:*", "iam:CreateServiceLinkedRole"], "Resource": "*"}
    receivers = PASSED["sagemaker"]
    may_not = unchecked("sagemaker", own, rest, pass_role("lambda.amazonaws.com"))
    may = unchecked("sagemaker", own, rest, pass_role([*receivers.values()]))
    asked = [(name, path) for name, path in with_roles("sagemaker") if named(path) in receivers]
    assert {"CreateTrainingJob", "CreatePipeline", "UpdatePipeline", "CreateModel"} < {name for name, _path in asked}
    for name, path in asked:
        request = document(path, EXECUTION)
        assert f"iam:PassRole on resource: {EXECUTION}" in answer(may_not, name, request), (name, path)
        assert "iam:PassRole" not in answer(may, name, request), (name, path)


TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:*"}]}
LAMBDA = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:f"
REPLICATION = {
    "Role": EXECUTION,
    "Rules": [{"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::other"}}],
}
CALLS = [
    ("apigateway", "UpdateAccount", "apigateway", {"cloudwatchRoleArn": EXECUTION}),
    ("backup", "StartBackupJob", "backup", {"BackupVaultName": "v", "ResourceArn": LAMBDA, "IamRoleArn": EXECUTION}),
    ("cloudformation", "CreateStack", "cloudformation", {"StackName": "s", "RoleARN": EXECUTION, "TemplateBody": "{}"}),
    ("cognito-idp", "CreateGroup", "cognito-idp", {"UserPoolId": "p", "GroupName": "g", "RoleArn": EXECUTION}),
    (
        "ec2",
        "RunInstances",
        "ec2",
        {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "IamInstanceProfile": {"Name": "machines"}},
    ),
    ("events", "PutTargets", "events", {"Rule": "r", "Targets": [{"Id": "1", "Arn": LAMBDA, "RoleArn": EXECUTION}]}),
    ("iam", "AddRoleToInstanceProfile", "ec2", {"InstanceProfileName": "empty", "RoleName": "execution"}),
    (
        "logs",
        "PutSubscriptionFilter",
        "logs",
        {
            "logGroupName": "g",
            "filterName": "f",
            "filterPattern": "",
            "destinationArn": LAMBDA,
            "roleArn": EXECUTION,
        },
    ),
    ("s3", "PutBucketReplication", "s3", {"Bucket": "mine", "ReplicationConfiguration": REPLICATION}),
    (
        "scheduler",
        "CreateSchedule",
        "scheduler",
        {
            "Name": "s",
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": LAMBDA, "RoleArn": EXECUTION},
        },
    ),
    ("stepfunctions", "CreateStateMachine", "states", {"name": "m", "definition": "{}", "roleArn": EXECUTION}),
]


@pytest.fixture(scope="module")
def role(root):
    iam = root("iam")
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="execution", AssumeRolePolicyDocument=json.dumps(TRUST))
    for profile in ("machines", "empty"):
        iam.create_instance_profile(InstanceProfileName=profile)
    iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="execution")


@pytest.mark.parametrize(("service", "operation", "receiver", "request_"), CALLS, ids=[call[1] for call in CALLS])
def test_role_is_passed_to_its_service_alone(role, user, service, operation, receiver, request_):
    if operation == "UpdateAccount":
        patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": request_["cloudwatchRoleArn"]}
        request_ = {"patchOperations": [patch]}
    own = {"NotAction": "iam:PassRole", "Resource": "*"}
    for statements in ([own], [own, pass_role("elsewhere.amazonaws.com")]):
        with refused_to_pass():
            user(service, *statements)._make_api_call(operation, request_)
    assert "iam:PassRole" not in answer(user(service, own, pass_role(f"{receiver}.amazonaws.com")), operation, request_)


@contextlib.contextmanager
def refused_to_pass():
    """A call fails for want of iam:PassRole, and says so."""
    with pytest.raises(ClientError) as error:
        yield
    assert "iam:PassRole" in error.value.response["Error"]["Message"]


def test_names_of_ones_own_choice_pass_nothing(role, user):
    """A tag or a variable may be called as a member is."""
    statement = {"Action": "lambda:*", "Resource": "*"}
    with refused("AccessDeniedException", f"iam:PassRole on resource: {EXECUTION}"):
        user("lambda", statement).update_function_configuration(FunctionName="f", Role=EXECUTION)
    with refused("ResourceNotFoundException"):
        user("lambda", statement).update_function_configuration(
            FunctionName="f", Environment={"Variables": {"Role": EXECUTION}}
        )
