# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that meet what a call starts or creates: effect, lag and propagation."""

import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError

from emulator.front import lag
from emulator.shared.faults import CREATIONS, TRANSITIONS
from tests.emulator.studio import ACCOUNT, ROLE, refused, settled
from tests.support.http import request

SPACE = {"SpaceName": "lab", "AppType": "JupyterLab", "AppName": "default"}
SERVICES = ["lambda.amazonaws.com", "apigateway.amazonaws.com"]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": SERVICES}},
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}},
        ],
    }
)


@pytest.fixture
def fault(emulator):
    """A function that makes one fault the only one."""

    def post(service, operation, **rest):
        entry = {"service": service, "operation": operation, **rest}
        status, _headers, body = request(f"{emulator.url}/_emulator/faults", "POST", [entry])
        assert status == 200, body

    return post


def test_domain_ends_failed(studio, fault):
    """sm-domain guide: Failed with FailureReason; it counts, can only be deleted, and nothing of it was made."""
    fault("sagemaker", "CreateDomain", effect="fail", reason="ConfigurationError: no.", times=1)
    domain_id = studio.domain()
    found = studio.sagemaker.describe_domain(DomainId=domain_id)
    assert (found["Status"], found["FailureReason"]) == ("Failed", "ConfigurationError: no.")
    assert studio.nfs_groups(domain_id) == {}
    with refused("ResourceInUse"):
        studio.sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")
    studio.sagemaker.delete_domain(DomainId=domain_id)
    studio.gone(domain_id)


def test_domain_update_fails_and_is_retried(studio, fault):
    """sm-domain guide: Update_Failed keeps the old settings; UpdateDomain again."""
    domain_id = studio.domain()
    fault("sagemaker", "UpdateDomain", effect="fail", times=1)
    ended = []
    for _ in range(2):
        studio.sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")
        found = studio.settled(domain_id)
        ended.append((found["Status"], found["TagPropagation"], found.get("FailureReason")))
    assert ended == [("Update_Failed", "DISABLED", "InternalFailure"), ("InService", "ENABLED", None)]


def test_domain_delete_fails_and_is_retried(studio, fault):
    """sm-domain guide: Delete_Failed cannot be updated; DeleteDomain again."""
    domain_id = studio.domain()
    fault("sagemaker", "DeleteDomain", effect="fail", times=1)
    studio.sagemaker.delete_domain(DomainId=domain_id)
    assert studio.settled(domain_id)["Status"] == "Delete_Failed"
    with refused("ResourceInUse"):
        studio.sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")
    studio.sagemaker.delete_domain(DomainId=domain_id)
    studio.gone(domain_id)


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_profile_fails(studio, fault, action):
    """Model: UserProfileStatus."""
    domain_id = studio.domain()
    profile = {"DomainId": domain_id, "UserProfileName": "ada"}
    if action != "create":
        studio.profile(domain_id)
    fault("sagemaker", f"{action.title()}UserProfile", effect="fail")
    getattr(studio.sagemaker, f"{action}_user_profile")(**profile)
    status = {"create": "Failed", "update": "Update_Failed", "delete": "Delete_Failed"}[action]
    assert studio.settled_profile(domain_id)["Status"] == status


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_space_fails(studio, fault, action):
    """Model: SpaceStatus."""
    space = {"DomainId": studio.domain(), "SpaceName": "lab"}
    if action != "create":
        studio.sagemaker.create_space(**space)
        settled(lambda: studio.sagemaker.describe_space(**space))
    fault("sagemaker", f"{action.title()}Space", effect="fail")
    getattr(studio.sagemaker, f"{action}_space")(**space)
    status = {"create": "Failed", "update": "Update_Failed", "delete": "Delete_Failed"}[action]
    assert settled(lambda: studio.sagemaker.describe_space(**space))["Status"] == status


@pytest.fixture
def app(studio):
    domain_id = studio.domain()
    studio.sagemaker.create_space(DomainId=domain_id, SpaceName="lab")
    settled(lambda: studio.sagemaker.describe_space(DomainId=domain_id, SpaceName="lab"))
    return {"DomainId": domain_id, **SPACE}


def test_app_launch_fails(studio, fault, app):
    """gs-studio-delete-domain guide: deleting a Failed app is an error; launching it again works."""
    fault("sagemaker", "CreateApp", effect="fail", times=1)
    arn = studio.sagemaker.create_app(**app)["AppArn"]
    assert settled(lambda: studio.sagemaker.describe_app(**app))["Status"] == "Failed"
    with refused("ValidationException", f"App [{arn}] previously failed and was automatically deleted"):
        studio.sagemaker.delete_app(**app)
    studio.sagemaker.create_app(**app)
    assert settled(lambda: studio.sagemaker.describe_app(**app))["Status"] == "InService"


def test_app_delete_fails(studio, fault, app):
    """Model: AppStatus has no Delete_Failed."""
    studio.sagemaker.create_app(**app)
    settled(lambda: studio.sagemaker.describe_app(**app))
    fault("sagemaker", "DeleteApp", effect="fail")
    studio.sagemaker.delete_app(**app)
    assert settled(lambda: studio.sagemaker.describe_app(**app))["Status"] == "Failed"


def test_endpoint_ends_failed(studio, fault):
    """API reference VpcEndpoint: State failed, LastError; it can be deleted."""
    fault("ec2", "CreateVpcEndpoint", effect="fail", reason="No capacity.")
    made = studio.ec2.create_vpc_endpoint(
        VpcId=studio.vpc,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.eu-central-1.sts",
        SubnetIds=studio.subnets,
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]

    def read():
        return studio.ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]

    assert [read()["State"] for _ in range(2)] == ["pending", "failed"]
    assert read()["LastError"]["Message"] == "No capacity."
    assert studio.ec2.delete_vpc_endpoints(VpcEndpointIds=[made])["Unsuccessful"] == []


def test_mount_target_ends_in_error(studio, fault):
    """API reference MountTargetDescription.LifeCycleState."""
    file_system = studio.efs.create_file_system(CreationToken="x")["FileSystemId"]
    fault("efs", "CreateMountTarget", effect="fail")
    studio.efs.create_mount_target(FileSystemId=file_system, SubnetId=studio.subnets[0])

    def read():
        return studio.efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"][0]["LifeCycleState"]

    assert [read() for _ in range(2)] == ["creating", "error"]


def test_effect_counts_only_calls_that_start_something(studio, fault):
    """With * a Describe or a refused call uses nothing up, and what SageMaker does by itself is left alone."""
    fault("*", "*", effect="fail", after=1, times=1)
    studio.domain("first")
    with refused("ResourceNotFound"):
        studio.sagemaker.delete_domain(DomainId="d-unknown")
    seen = []
    for name in ("second", "third"):
        seen.append(studio.sagemaker.describe_domain(DomainId=studio.domain(name))["Status"])
    assert seen == ["Failed", "InService"]


def test_chance_follows_the_seed(studio, fault):
    """The same seed fails the same creations."""
    domain_id = studio.domain()
    seen = []
    for round_ in range(2):
        fault("sagemaker", "CreateUserProfile", effect="fail", rate=0.5, seed=7, after=1)
        names = [f"user{round_}-{number}" for number in range(12)]
        for name in names:
            studio.profile(domain_id, name)
        found = [studio.sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName=name) for name in names]
        seen.append([profile["Status"] for profile in found])
    assert seen[0] == seen[1]
    assert seen[0][0] == "InService"
    assert set(seen[0]) == {"InService", "Failed"}


def statuses(call, times, **arguments):
    seen = []
    for _ in range(times):
        try:
            seen.append(call(**arguments)["Status"])
        except ClientError as error:
            seen.append(error.response["Error"]["Code"])
    return seen


def test_domain_lags(studio, fault):
    """CloudFormation's handlers for SageMaker: ResourceNotFound after the creation means not there yet."""
    fault("sagemaker", "CreateDomain", lag=2, times=1)
    domain_id = studio.create_domain()["DomainId"]
    seen = statuses(studio.sagemaker.describe_domain, 4, DomainId=domain_id)
    assert seen == ["ResourceNotFound", "ResourceNotFound", "Pending", "InService"]


def test_lists_lag_too(studio, fault):
    """terraform-provider-aws #28535: lists trail as well."""
    fault("sagemaker", "CreateDomain", lag=1)
    studio.create_domain()
    assert [len(studio.sagemaker.list_domains()["Domains"]) for _ in range(2)] == [0, 1]


def test_what_lags_still_exists(studio, fault):
    """A name that reads miss is taken, and its parent cannot be deleted."""
    domain_id = studio.domain()
    fault("sagemaker", "CreateUserProfile", lag=5)
    profile = {"DomainId": domain_id, "UserProfileName": "ada"}
    studio.sagemaker.create_user_profile(**profile)
    with refused("ResourceInUse"):
        studio.sagemaker.create_user_profile(**profile)
    with refused("ResourceInUse"):
        studio.sagemaker.delete_domain(DomainId=domain_id)


def test_app_and_lifecycle_config_lag(studio, fault, app):
    """terraform-provider-aws #28535 for apps."""
    fault("sagemaker", "*", lag=1)
    studio.sagemaker.create_app(**app)
    assert statuses(studio.sagemaker.describe_app, 2, **app) == ["ResourceNotFound", "Pending"]
    name = {"StudioLifecycleConfigName": "x"}
    content = {"StudioLifecycleConfigContent": "eA==", "StudioLifecycleConfigAppType": "JupyterLab"}
    studio.sagemaker.create_studio_lifecycle_config(**name, **content)
    with refused("ResourceNotFound"):
        studio.sagemaker.describe_studio_lifecycle_config(**name)
    assert studio.sagemaker.describe_studio_lifecycle_config(**name)


def error_codes(call, times, **arguments):
    """The error codes of so many calls; None for one that succeeded."""
    seen = []
    for _ in range(times):
        try:
            call(**arguments)
            seen.append(None)
        except ClientError as error:
            seen.append(error.response["Error"]["Code"])
    return seen


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_image_fails(sagemaker, fault, action):
    """Model: ImageStatus."""
    if action != "create":
        sagemaker.create_image(ImageName="lab", RoleArn=ROLE)
        assert [sagemaker.describe_image(ImageName="lab")["ImageStatus"] for _ in range(2)][-1] == "CREATED"
    fault("sagemaker", f"{action.title()}Image", effect="fail", reason="No.")
    request_ = {"ImageName": "lab", **({"RoleArn": ROLE} if action == "create" else {})}
    getattr(sagemaker, f"{action}_image")(**request_)
    found = [sagemaker.describe_image(ImageName="lab") for _ in range(2)][-1]
    assert (found["ImageStatus"], found["FailureReason"]) == (f"{action.upper()}_FAILED", "No.")


def test_every_operation_of_sagemaker_that_can_be_met_is_known(emulator):
    """The faults' tables name what starts a transition and what creates something, all of it and nothing else."""
    from emulator.sagemaker import service, states  # loads ministack, which the fixture has prepared

    kinds = {kind.label for kind in states.KINDS.values()}
    verbs = [action.title() for action in states.PASSING]
    started = {f"{verb}{kind}" for verb in verbs for kind in kinds} - {"UpdateApp", "UpdateImageVersion"}
    assert started == TRANSITIONS["sagemaker"]
    creations = {name for name in service.OPERATIONS if name.startswith("Create")} - {"CreatePresignedDomainUrl"}
    assert creations == CREATIONS["sagemaker"]


def test_every_creation_that_can_lag_is_known():
    """The fault's table and the places that carry it out agree."""
    elsewhere = {(service, name) for service, names in CREATIONS.items() if service != "sagemaker" for name in names}
    assert elsewhere == set(lag.CREATIONS)


def test_network_lags(studio, fault):
    """EC2 error codes, and "Eventual consistency" in the EC2 developer guide; lists and filters miss nothing."""
    ec2 = studio.ec2
    fault("ec2", "*", lag=1)
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    assert len(ec2.describe_vpcs(Filters=filters)["Vpcs"]) == 1
    assert error_codes(ec2.describe_vpcs, 2, VpcIds=[vpc]) == ["InvalidVpcID.NotFound", None]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.2.0.0/24")["Subnet"]["SubnetId"]
    assert error_codes(ec2.describe_subnets, 2, SubnetIds=[subnet]) == ["InvalidSubnetID.NotFound", None]
    group = ec2.create_security_group(VpcId=vpc, GroupName="g", Description="d")["GroupId"]
    assert error_codes(ec2.describe_security_groups, 2, GroupIds=[group]) == ["InvalidGroup.NotFound", None]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    assert error_codes(ec2.describe_route_tables, 2, RouteTableIds=[table]) == ["InvalidRouteTableID.NotFound", None]
    service = "com.amazonaws.eu-central-1.s3"
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service)["VpcEndpoint"]["VpcEndpointId"]
    seen = error_codes(ec2.describe_vpc_endpoints, 2, VpcEndpointIds=[endpoint])
    assert seen == ["InvalidVpcEndpointId.NotFound", None]


def test_role_and_policy_lag(client, fault):
    """API references GetRole and GetPolicy: NoSuchEntity; another account's role of that name is not meant."""
    iam, other = client("iam"), client("iam", account="222222222222")
    other.create_role(RoleName="new", AssumeRolePolicyDocument=TRUST)
    fault("iam", "*", lag=1)
    iam.create_role(RoleName="new", AssumeRolePolicyDocument=TRUST)
    other.get_role(RoleName="new")
    assert error_codes(iam.get_role, 2, RoleName="new") == ["NoSuchEntity", None]
    statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    assert error_codes(iam.get_policy, 2, PolicyArn=arn) == ["NoSuchEntity", None]


def test_file_system_and_function_lag(client, fault):
    """API references DescribeFileSystems and GetFunction."""
    client("iam").create_role(RoleName="f", AssumeRolePolicyDocument=TRUST)
    fault("*", "*", lag=2)
    file_system = client("efs").create_file_system(CreationToken="x")["FileSystemId"]
    seen = error_codes(client("efs").describe_file_systems, 3, FileSystemId=file_system)
    assert seen == ["FileSystemNotFound", "FileSystemNotFound", None]
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("f.py", "def g(event, context): pass")
    role, code = f"arn:aws:iam::{ACCOUNT}:role/f", {"ZipFile": zipped.getvalue()}
    client("lambda").create_function(FunctionName="f", Runtime="python3.12", Handler="f.g", Role=role, Code=code)
    seen = error_codes(client("lambda").get_function, 3, FunctionName="f")
    assert seen == ["ResourceNotFoundException", "ResourceNotFoundException", None]


@pytest.fixture
def hidden_role(client, fault):
    """The ARN of a role that IAM knows and nobody else does."""
    fault("iam", "CreateRole", propagation=60, times=1)
    client("iam").create_role(RoleName="new", AssumeRolePolicyDocument=TRUST)
    return client("iam").get_role(RoleName="new")["Role"]["Arn"]


def test_new_role_is_not_seen_by_sagemaker(studio, hidden_role, monkeypatch):
    """Text of SageMaker's job APIs; IAM guide: changes are not always immediately visible."""
    text = (
        f"Could not assume role {hidden_role}. Please ensure that the role exists and allows principal "
        "'sagemaker.amazonaws.com' to assume the role."
    )
    with refused("ValidationException", text):
        studio.create_domain(user_settings={"ExecutionRole": hidden_role})
    domain_id = studio.domain()
    profile = {"DomainId": domain_id, "UserProfileName": "ada", "UserSettings": {"ExecutionRole": hidden_role}}
    with refused("ValidationException", text):
        studio.sagemaker.create_user_profile(**profile)
    from emulator.iam import propagation  # loads ministack, which the fixture has prepared

    later = time.time() + 61
    monkeypatch.setattr(propagation.time, "time", lambda: later)
    assert studio.sagemaker.create_user_profile(**profile)


def test_new_role_is_not_seen_by_lambda(client, hidden_role):
    """Lambda API reference CreateFunction; the same text as for a role that does not trust Lambda."""
    with refused("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."):
        client("lambda").create_function(
            FunctionName="f", Runtime="python3.12", Handler="f.g", Role=hidden_role, Code={"ZipFile": b"x"}
        )


def test_new_role_is_not_seen_by_flow_logs(studio, client, hidden_role):
    """terraform-provider-aws #29323 (text)."""
    client("logs").create_log_group(logGroupName="flow")
    with refused("InvalidParameter", f"Unable to assume given IAM role: '{hidden_role}'"):
        studio.ec2.create_flow_logs(
            ResourceIds=[studio.vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogGroupName="flow",
            DeliverLogsPermissionArn=hidden_role,
        )


def test_new_role_is_not_seen_by_api_gateway(client, hidden_role, monkeypatch):
    """terraform-provider-aws retries UpdateAccount for this text; the same as for a role without trust."""
    from emulator.iam import propagation  # loads ministack, which the fixture has prepared

    change = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": hidden_role}]
    with refused("BadRequestException") as caught:
        client("apigateway").update_account(patchOperations=change)
    assert "The role ARN does not have required permissions configured." in str(caught.value)
    later = time.time() + 61
    monkeypatch.setattr(propagation.time, "time", lambda: later)
    assert client("apigateway").update_account(patchOperations=change)["cloudwatchRoleArn"] == hidden_role


def test_new_role_is_not_seen_by_sts(client, hidden_role):
    """STS answers AccessDenied for a role that it does not know."""
    with pytest.raises(ClientError) as caught:
        client("sts").assume_role(RoleArn=hidden_role, RoleSessionName="session")
    assert caught.value.response["Error"]["Code"] == "AccessDenied"


def test_new_role_is_not_seen_by_kms(client, hidden_role):
    """KMS developer guide: new principals may not be visible to AWS KMS at once."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    principals = ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": hidden_role})
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Principal": who} for who in principals]})
    with refused("MalformedPolicyDocumentException"):
        client("kms").create_key(Policy=policy)


def test_other_roles_are_seen(studio, hidden_role):
    """Only what the fault struck is hidden."""
    assert studio.create_domain()
