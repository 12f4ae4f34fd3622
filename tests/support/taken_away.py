# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people delete in the AWS console: each row deletes one thing, and says what the drift report names.

Rows of a batch do not touch each other. Those of ``shared`` and ``team`` are small parts, those of ``whole`` what much
depends on, and those of ``extras`` what a team has that asks for EXTRAS.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.support.hand import (
    ACCESS_LOG,
    ACCOUNT,
    ALIAS,
    DATA,
    FUNCTION,
    GROUP,
    LEAD,
    OF_PLATFORM,
    OF_TEAM,
    PERSON,
    PLATFORM,
    REGION,
    TEAM,
    Hand,
    policy_arn,
)
from tests.support.studio import stop_lab

IMAGE = f"111111111111.dkr.ecr.{REGION}.amazonaws.com/geo:1"
EXTRAS = {
    "studio_backup": True,
    "studio_budget": {"limit_usd": 500, "notify": ["lead@example.com"]},
    "studio_custom_images": [{"name": "geo", "image_uri": IMAGE, "app_types": ["JupyterLab"]}],
    "studio_personal_spaces": [{"name": "own"}],
}
MISSING, CHANGED, LEFT_ALONE = "missing", "changed", "left alone"

# What AWS makes beside what is made here, or people do.
NOT_OURS = {"ec2:network_interface", "sagemaker:app", "efs:mount_target"}


@dataclass(frozen=True)
class Row:
    """One thing: take(hand) deletes it, and returns what the report names and how (MISSING, CHANGED, LEFT_ALONE).

    kinds are what GET /_emulator/resources lists of it; shows(hand) is what AWS shows of a part that is not listed.
    """

    batch: str
    kinds: tuple[str, ...]
    take: Callable[[Hand], tuple[str, str]]
    shows: Callable[[Hand], Any] | None


ROWS: dict[str, Row] = {}


def row(batch, *kinds, shows=None):
    """Add a row to the table, under the name of the function."""

    def add(take):
        ROWS[take.__name__] = Row(batch, kinds, take, shows)
        return take

    return add


# Network and sign-in, which all teams share.


@row("shared", "ec2:flow_log")
def flow_log(hand):
    listed = hand.ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [hand.vpc]}])["FlowLogs"]
    hand.ec2.delete_flow_logs(FlowLogIds=[one["FlowLogId"] for one in listed])
    return "Flow log", MISSING


@row("shared", "ec2:vpc_endpoint")
def interface_endpoint(hand):
    hand.ec2.delete_vpc_endpoints(VpcEndpointIds=[hand.endpoint("sts")["VpcEndpointId"]])
    return f"Endpoints: com.amazonaws.{REGION}.sts", MISSING


@row("shared", "ec2:vpc_endpoint")
def gateway_endpoint(hand):
    hand.ec2.delete_vpc_endpoints(VpcEndpointIds=[hand.endpoint("s3")["VpcEndpointId"]])
    return f"Endpoints: com.amazonaws.{REGION}.s3 (Gateway)", MISSING


@row("shared", "logs:log_group")
def log_group_of_the_function(hand):
    name = f"/aws/lambda/{FUNCTION}"
    hand.logs.delete_log_group(logGroupName=name)
    return f"Log groups: {name}", MISSING


@row("shared", "logs:metric_filter")
def metric_filter(hand):
    found = hand.metric_filter()
    hand.logs.delete_metric_filter(logGroupName=found["logGroupName"], filterName=found["filterName"])
    return f"Metric filters: {found['filterName']}", MISSING


@row("shared", "cloudwatch:alarm")
def alarm(hand):
    name = hand.alarm()
    hand.cloudwatch.delete_alarms(AlarmNames=[name])
    return f"Alarms: {name}", MISSING


@row("shared", "iam:role")
def role_of_the_flow_log(hand):
    hand.delete_role(name := f"{OF_PLATFORM}-flow-logs")
    return f"Flow log role: role {name}", MISSING


@row("shared", "iam:policy")
def policy_of_the_function(hand):
    hand.delete_policy(name := f"{OF_PLATFORM}-presigned-url")
    return f"Roles and policies: policy {name}", MISSING


@row("shared", "dynamodb:table")
def table_of_turns(hand):
    hand.dynamodb.delete_table(TableName=f"{PLATFORM}-turns")
    return "Turns table", MISSING


@row("shared", "apigateway:account")
def role_of_the_gateways_account(hand):
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}
    hand.apigateway.update_account(patchOperations=[patch])
    return "API gateway account", MISSING


@row("shared", "cognito-idp:user_pool_domain")
def domain_of_the_pool(hand):
    prefix = hand.cognito_idp.describe_user_pool(UserPoolId=hand.pool)["UserPool"]["Domain"]
    hand.cognito_idp.delete_user_pool_domain(UserPoolId=hand.pool, Domain=prefix)
    return "Hosted sign in", MISSING


@row("shared", "cognito-idp:user_pool_client")
def app_client(hand):
    hand.cognito_idp.delete_user_pool_client(UserPoolId=hand.pool, ClientId=hand.app_client("portal"))
    return "App clients", MISSING


@row("shared", shows=lambda hand: hand.functions.get_policy(FunctionName=FUNCTION)["Policy"])
def permission_of_the_api(hand):
    hand.functions.remove_permission(FunctionName=FUNCTION, StatementId="rest-api")
    return "API permission", MISSING


@row("shared", shows=lambda hand: methods(hand, "/portal"))
def method_of_the_api(hand):
    hand.apigateway.delete_method(restApiId=hand.api, resourceId=hand.resource("/portal"), httpMethod="GET")
    return "API", CHANGED


def headers(hand):
    """What the gateway's own answers carry."""
    return hand.apigateway.get_gateway_response(restApiId=hand.api, responseType="DEFAULT_4XX").get(
        "responseParameters"
    )


@row("shared", shows=headers)
def answer_of_the_gateway(hand):
    hand.apigateway.delete_gateway_response(restApiId=hand.api, responseType="DEFAULT_4XX")
    return "API", CHANGED


ROUTES_OF_MEMBERS = [f"/domainName/{{domainName}}/{name}" for name in ("getPresignedUrl", "places")]


def authorizers(hand):
    """The authorizers of the API, and what asks for one."""
    names = [one["name"] for one in hand.apigateway.get_authorizers(restApiId=hand.api)["items"]]
    return names, [methods(hand, route) for route in ROUTES_OF_MEMBERS]


def methods(hand, path):
    """How each method of a resource is called, without the ids that API Gateway makes up."""
    items = hand.apigateway.get_resources(restApiId=hand.api, embed=["methods"])["items"]
    found = next(one for one in items if one["path"] == path)
    return {name: one["authorizationType"] for name, one in found.get("resourceMethods", {}).items()}


@row("shared", shows=authorizers)
def authorizer_of_the_api(hand):
    """API Gateway deletes none that a method names, so whoever wants it gone deletes its methods first."""
    for route in ROUTES_OF_MEMBERS:
        hand.apigateway.delete_method(restApiId=hand.api, resourceId=hand.resource(route), httpMethod="GET")
    (found,) = hand.apigateway.get_authorizers(restApiId=hand.api)["items"]
    hand.apigateway.delete_authorizer(restApiId=hand.api, authorizerId=found["id"])
    return "API", CHANGED


# A team's own.


@row("team", "kms:alias")
def alias_of_the_key(hand):
    hand.kms.delete_alias(AliasName=ALIAS)
    return "Key", CHANGED


@row("team", shows=lambda hand: hand.kms.get_key_rotation_status(KeyId=hand.key)["KeyRotationEnabled"])
def rotation_of_the_key(hand):
    hand.kms.disable_key_rotation(KeyId=hand.key)
    return "Key", CHANGED


@row("team", shows=lambda hand: hand.s3.get_bucket_policy(Bucket=DATA)["Policy"])
def policy_of_the_bucket(hand):
    hand.s3.delete_bucket_policy(Bucket=DATA)
    return "Data bucket", CHANGED


@row("team", shows=lambda hand: hand.s3.get_bucket_encryption(Bucket=DATA)["ServerSideEncryptionConfiguration"])
def encryption_of_the_bucket(hand):
    hand.s3.delete_bucket_encryption(Bucket=DATA)
    return "Data bucket", CHANGED


@row("team", shows=lambda hand: hand.s3.get_public_access_block(Bucket=DATA)["PublicAccessBlockConfiguration"])
def public_access_block(hand):
    hand.s3.delete_public_access_block(Bucket=DATA)
    return "Data bucket", CHANGED


@row("team", shows=lambda hand: hand.s3.get_bucket_lifecycle_configuration(Bucket=DATA)["Rules"])
def lifecycle_rules_of_the_bucket(hand):
    hand.s3.delete_bucket_lifecycle(Bucket=DATA)
    return "Data bucket", CHANGED


@row("team", shows=lambda hand: hand.s3.get_bucket_logging(Bucket=DATA).get("LoggingEnabled"))
def access_log_of_the_bucket(hand):
    hand.s3.put_bucket_logging(Bucket=DATA, BucketLoggingStatus={})
    return "Data bucket", CHANGED


@row("team", shows=lambda hand: hand.s3.get_bucket_versioning(Bucket=DATA).get("Status"))
def versioning_of_the_bucket(hand):
    hand.s3.put_bucket_versioning(Bucket=DATA, VersioningConfiguration={"Status": "Suspended"})
    return "Data bucket", CHANGED


@row("team", shows=lambda hand: hand.s3.get_bucket_ownership_controls(Bucket=ACCESS_LOG)["OwnershipControls"])
def ownership_controls_of_the_access_log(hand):
    hand.s3.delete_bucket_ownership_controls(Bucket=ACCESS_LOG)
    return "Access log bucket", CHANGED


@row("team", "iam:role")
def role_of_a_persona(hand):
    hand.delete_role(name := f"{OF_TEAM}-lead")
    return f"Roles and policies: role {name}", MISSING


@row("team", "iam:policy")
def policy_of_the_team(hand):
    hand.delete_policy(name := f"{OF_TEAM}-operations")
    return f"Roles and policies: policy {name}", MISSING


@row("team", shows=lambda hand: attached(hand, f"{OF_TEAM}-space"))
def attachment_of_a_policy(hand):
    role = f"{OF_TEAM}-space"
    hand.iam.detach_role_policy(RoleName=role, PolicyArn=policy_arn(f"{OF_TEAM}-team"))
    return f"Roles and policies: role {role}", CHANGED


@row("team", shows=lambda hand: hand.iam.list_role_policies(RoleName=f"{OF_TEAM}-person-{PERSON}")["PolicyNames"])
def inline_policy(hand):
    role = f"{OF_TEAM}-person-{PERSON}"
    hand.iam.delete_role_policy(RoleName=role, PolicyName="own-role")
    return f"Roles and policies: role {role}", CHANGED


@row("team", "sagemaker:user_profile")
def user_profile(hand):
    profile = {"DomainId": hand.domain, "UserProfileName": LEAD}
    hand.sagemaker.delete_user_profile(**profile)
    until_gone(lambda: hand.sagemaker.describe_user_profile(**profile))
    return f"User profiles: {LEAD}", MISSING


@row("team", "cognito-idp:user")
def user_of_the_pool(hand):
    hand.cognito_idp.admin_delete_user(UserPoolId=hand.pool, Username=LEAD)
    return f"People: {LEAD}", MISSING


@row("team", shows=lambda hand: groups(hand, PERSON))
def membership(hand):
    hand.cognito_idp.admin_remove_user_from_group(UserPoolId=hand.pool, Username=PERSON, GroupName=TEAM)
    return f"People: {PERSON}", CHANGED


@row("team", shows=lambda hand: tags(hand.efs.describe_tags(FileSystemId=hand.file_system)["Tags"]))
def tags_of_the_file_system(hand):
    hand.efs.untag_resource(ResourceId=hand.file_system, TagKeys=["Platform", "DomainName"])
    return f"Home: {hand.file_system}", CHANGED


def attached(hand, role):
    """The names of the managed policies of a role."""
    listed = hand.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return sorted(policy["PolicyName"] for policy in listed)


def groups(hand, person):
    """The groups of a person in the pool."""
    listed = hand.cognito_idp.admin_list_groups_for_user(UserPoolId=hand.pool, Username=person)["Groups"]
    return sorted(group["GroupName"] for group in listed)


def tags(listed):
    """Tags by their keys."""
    return {tag["Key"]: tag["Value"] for tag in listed}


def until_gone(describe):
    """Wait until AWS does not know a thing any more."""
    try:
        while describe():
            time.sleep(0.05)
    except Exception as error:
        if "NotFound" not in str(error):
            raise


def zones(hand):
    """Where a file system can be mounted."""
    listed = hand.efs.describe_mount_targets(FileSystemId=hand.file_system)["MountTargets"]
    return sorted(target["AvailabilityZoneName"] for target in listed)


@row("team", shows=zones)
def mount_target(hand):
    found = hand.efs.describe_mount_targets(FileSystemId=hand.file_system)["MountTargets"][0]["MountTargetId"]
    hand.efs.delete_mount_target(MountTargetId=found)
    until_gone(lambda: hand.efs.describe_mount_targets(MountTargetId=found)["MountTargets"])
    return f"Home (left alone): {hand.file_system}", LEFT_ALONE


# What much depends on.


@row("whole", "apigateway:rest_api", "apigateway:stage", "apigateway:deployment", "apigateway:authorizer")
def rest_api(hand):
    hand.apigateway.delete_rest_api(restApiId=hand.api)
    return "API", MISSING


@row("whole", "lambda:function")
def function(hand):
    hand.functions.delete_function(FunctionName=FUNCTION)
    return "Function", MISSING


@row("whole", "logs:log_group", "logs:metric_filter")
def log_group_of_the_api(hand):
    hand.logs.delete_log_group(logGroupName=f"/aws/apigateway/{PLATFORM}")
    return f"Log groups: /aws/apigateway/{PLATFORM}", MISSING


@row("whole", "ec2:route_table")
def route_table(hand):
    tables = hand.in_vpc(hand.ec2.describe_route_tables, "RouteTables")
    (own,) = [one for one in tables if {"Key": "Platform", "Value": PLATFORM} in one["Tags"]]
    endpoint, table = hand.endpoint("s3")["VpcEndpointId"], own["RouteTableId"]
    hand.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])
    for link in own["Associations"]:
        hand.ec2.disassociate_route_table(AssociationId=link["RouteTableAssociationId"])
    hand.ec2.delete_route_table(RouteTableId=table)
    return f"VPC: route_table {PLATFORM}-isolated", MISSING


@row("whole", "iam:role")
def role_of_the_function(hand):
    hand.delete_role(name := f"{OF_PLATFORM}-presigned-url")
    return f"Roles and policies: role {name}", MISSING


@row("whole", "s3:bucket")
def data_bucket(hand):
    hand.delete_bucket(DATA)
    return "Data bucket", MISSING


@row("whole", "s3:bucket")
def access_log_bucket(hand):
    hand.delete_bucket(ACCESS_LOG)
    return "Access log bucket", MISSING


@row("whole", "ec2:security_group")
def security_group_of_the_team(hand):
    """EC2 deletes none that an app wears, so whoever wants it gone stops the apps first."""
    for app in hand.sagemaker.list_apps(DomainIdEquals=hand.domain)["Apps"]:
        if app["Status"] == "InService":
            stop_lab(hand.account.client, {name: app[name] for name in ("DomainId", "SpaceName", "AppType", "AppName")})
    hand.ec2.delete_security_group(GroupId=hand.group(GROUP))
    return f"Security group: security_group {GROUP}", MISSING


@row("whole", "cognito-idp:group")
def group_of_the_team(hand):
    hand.cognito_idp.delete_group(UserPoolId=hand.pool, GroupName=TEAM)
    return f"Group: {TEAM}", MISSING


@row("whole", "sagemaker:space")
def shared_space(hand):
    space = {"DomainId": hand.domain, "SpaceName": "shared-lab"}
    hand.sagemaker.delete_space(**space)
    until_gone(lambda: hand.sagemaker.describe_space(**space))
    return "Spaces: shared-lab", MISSING


@row("whole", "sagemaker:studio_lifecycle_config")
def lifecycle_configuration(hand):
    """AWS deletes none that a domain names, so whoever wants it gone takes it out there first."""
    settings = hand.sagemaker.describe_domain(DomainId=hand.domain)["DefaultUserSettings"]["JupyterLabAppSettings"]
    name = hand.script()
    kept = {key: value for key, value in settings.items() if key not in ("LifecycleConfigArns", "DefaultResourceSpec")}
    spec = {"InstanceType": settings["DefaultResourceSpec"]["InstanceType"], "LifecycleConfigArn": "None"}
    mine = {"JupyterLabAppSettings": {**kept, "LifecycleConfigArns": [], "DefaultResourceSpec": spec}}
    hand.sagemaker.update_domain(DomainId=hand.domain, DefaultUserSettings=mine, DefaultSpaceSettings=mine)
    until_settled(lambda: hand.sagemaker.describe_domain(DomainId=hand.domain))
    hand.sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)
    return f"Lifecycle configurations: {name}", MISSING


def until_settled(describe):
    """Wait until AWS has done what it is at."""
    while describe()["Status"] not in ("InService", "Failed", "Update_Failed"):
        time.sleep(0.05)


# What a team has that asks for EXTRAS.


@row("extras", "apigateway:stage", "apigateway:deployment")
def stage_of_the_api(hand):
    hand.apigateway.delete_stage(restApiId=hand.api, stageName="prod")
    for one in hand.apigateway.get_deployments(restApiId=hand.api)["items"]:
        hand.apigateway.delete_deployment(restApiId=hand.api, deploymentId=one["id"])
    return "API", CHANGED


@row("extras", "budgets:budget")
def budget(hand):
    hand.budgets.delete_budget(AccountId=ACCOUNT, BudgetName=OF_TEAM)
    return "Budget", MISSING


@row("extras", "backup:backup_selection")
def backup_selection(hand):
    plan = backup_plan_id(hand)
    (selection,) = hand.backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
    hand.backup.delete_backup_selection(BackupPlanId=plan, SelectionId=selection["SelectionId"])
    return "Backup plan", CHANGED


@row("extras", "backup:backup_vault")
def backup_vault(hand):
    hand.backup.delete_backup_vault(BackupVaultName=GROUP)
    return "Backup vault", MISSING


@row("extras", "iam:role")
def role_of_the_backups(hand):
    hand.delete_role(name := f"{OF_TEAM}-backup")
    return f"Backup role: role {name}", MISSING


@row("extras", "sagemaker:image_version")
def version_of_an_image(hand):
    name = {"ImageName": f"{PLATFORM}.{TEAM}.geo"}
    hand.sagemaker.delete_image_version(**name, Version=1)
    until_gone(lambda: hand.sagemaker.describe_image_version(**name, Version=1))
    return f"Images: image {name['ImageName']}", CHANGED


@row("extras", "sagemaker:app_image_config")
def app_image_config(hand):
    name = f"{GROUP}--geo--jupyterlab"
    hand.sagemaker.delete_app_image_config(AppImageConfigName=name)
    return f"Images: app_image_config {name}", MISSING


@row("extras", "sagemaker:space")
def personal_space(hand):
    space = {"DomainId": hand.domain, "SpaceName": f"{PERSON}--own"}
    hand.sagemaker.delete_space(**space)
    until_gone(lambda: hand.sagemaker.describe_space(**space))
    return f"Spaces: {PERSON}--own", MISSING


@row("more extras", "backup:backup_plan", "backup:backup_selection")
def backup_plan(hand):
    plan = backup_plan_id(hand)
    for one in hand.backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]:
        hand.backup.delete_backup_selection(BackupPlanId=plan, SelectionId=one["SelectionId"])
    hand.backup.delete_backup_plan(BackupPlanId=plan)
    return "Backup plan", MISSING


@row("more extras", "sagemaker:image", "sagemaker:image_version")
def image(hand):
    name = {"ImageName": f"{PLATFORM}.{TEAM}.geo"}
    hand.sagemaker.delete_image(**name)
    until_gone(lambda: hand.sagemaker.describe_image(**name))
    return f"Images: image {name['ImageName']}", MISSING


def backup_plan_id(hand):
    """The id of the team's plan of backups."""
    plans = hand.backup.list_backup_plans()["BackupPlansList"]
    return next(one["BackupPlanId"] for one in plans if one["BackupPlanName"] == GROUP)


# What AWS does not let anybody delete, as something needs it: the kind, the call, and what AWS answers.


def refused(code, delete):
    """Tell whether AWS refuses a call with a code."""
    try:
        delete()
    except ClientError as error:
        return error.response["Error"]["Code"] == code
    return False


def refusals(hand):
    """What AWS refuses to delete, by the kind: the code of the refusal, and the call."""
    subnet = hand.in_vpc(hand.ec2.describe_subnets, "Subnets")[0]["SubnetId"]
    profile, lead = {"DomainId": hand.domain, "UserProfileName": PERSON}, f"{OF_TEAM}-lead"
    script, nfs, endpoints = hand.script(), hand.nfs_group(), hand.group(f"{PLATFORM}-endpoints")
    return {
        "ec2:vpc": ("DependencyViolation", lambda: hand.ec2.delete_vpc(VpcId=hand.vpc)),
        "ec2:subnet": ("DependencyViolation", lambda: hand.ec2.delete_subnet(SubnetId=subnet)),
        "ec2:security_group": ("DependencyViolation", lambda: hand.ec2.delete_security_group(GroupId=endpoints)),
        "NFS group": ("DependencyViolation", lambda: hand.ec2.delete_security_group(GroupId=nfs)),
        "efs:file_system": (
            "FileSystemInUse",
            lambda: hand.efs.delete_file_system(FileSystemId=hand.file_system),
        ),
        "s3:bucket": ("BucketNotEmpty", lambda: hand.s3.delete_bucket(Bucket=DATA)),
        "iam:role": ("DeleteConflict", lambda: hand.iam.delete_role(RoleName=lead)),
        "iam:policy": ("DeleteConflict", lambda: hand.iam.delete_policy(PolicyArn=policy_arn(f"{OF_TEAM}-team"))),
        "cognito-idp:user_pool": (
            "InvalidParameterException",
            lambda: hand.cognito_idp.delete_user_pool(UserPoolId=hand.pool),
        ),
        "sagemaker:domain": ("ResourceInUse", lambda: hand.sagemaker.delete_domain(DomainId=hand.domain)),
        "sagemaker:user_profile": ("ResourceInUse", lambda: hand.sagemaker.delete_user_profile(**profile)),
        "sagemaker:studio_lifecycle_config": (
            "ResourceInUse",
            lambda: hand.sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=script),
        ),
    }
