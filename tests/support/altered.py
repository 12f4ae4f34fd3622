# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people change in the AWS console: each row changes one thing, and says what the drift report tells of it.

That is (what differs, the value's name, what is there, what should be), the last two each a part of the text. Rows of
a table do not touch each other; those of MORE_ALTERATIONS are about a team of ALL_EXTRAS.
"""

import io
import json
import zipfile

from tests.support.hand import ACCOUNT, DATA, FUNCTION, GROUP, LEAD, OF_TEAM, PERSON, PLATFORM, REGION, TEAM, policy_arn
from tests.support.taken_away import EXTRAS, backup_plan_id, until_settled

ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
MINE = {"Sid": "Mine", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DOCUMENT = {"Version": "2012-10-17", "Statement": [MINE]}
ALTERATIONS, MORE_ALTERATIONS = {}, {}
# Of a space nothing is described but what a team asks for.
SPACE = {"name": "lab", "owner": PERSON, "ebs_gb": 20, "instance_type": "ml.t3.large"}
ALL_EXTRAS = {**EXTRAS, "studio_spaces": [SPACE]}


def row(alter):
    """Add a row to the table, under the name of the function."""
    ALTERATIONS[alter.__name__] = alter
    return alter


def more(alter):
    """Add a row to the table of what teams with extras have."""
    MORE_ALTERATIONS[alter.__name__] = alter
    return alter


@row
def policy_of_the_bucket(hand):
    policy = json.loads(hand.s3.get_bucket_policy(Bucket=DATA)["Policy"])
    policy["Statement"].append({**MINE, "Principal": ROOT, "Resource": f"arn:aws:s3:::{DATA}/*"})
    hand.s3.put_bucket_policy(Bucket=DATA, Policy=json.dumps(policy))
    return "Data bucket", "policy.Statement", '"Sid": "Mine"', ""


@row
def encryption_of_the_bucket(hand):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    hand.s3.put_bucket_encryption(Bucket=DATA, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return "Data bucket", "encryption.sse_algorithm", "AES256", "aws:kms"


@row
def public_access_of_the_bucket(hand):
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False}
    hand.s3.put_public_access_block(
        Bucket=DATA, PublicAccessBlockConfiguration={**block, "RestrictPublicBuckets": True}
    )
    return "Data bucket", "public_access_block.block_public_policy", "false", "true"


@row
def versioning_of_the_bucket(hand):
    hand.s3.put_bucket_versioning(Bucket=DATA, VersioningConfiguration={"Status": "Suspended"})
    return "Data bucket", "versioning", "false", "true"


@row
def tag_of_the_bucket(hand):
    tags = hand.s3.get_bucket_tagging(Bucket=DATA)["TagSet"]
    hand.s3.put_bucket_tagging(Bucket=DATA, Tagging={"TagSet": [*tags, {"Key": "Mine", "Value": "m"}]})
    return "Data bucket", "tags.Mine", "m", ""


@row
def trust_of_a_role(hand):
    trust = {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    hand.iam.update_assume_role_policy(RoleName=f"{OF_TEAM}-space", PolicyDocument=json.dumps(document))
    name = "assume_role_policy_document.Statement"
    return f"Roles and policies: role {OF_TEAM}-space", name, ROOT["AWS"], "sagemaker.amazonaws.com"


@row
def attached_policy(hand):
    role = f"{OF_TEAM}-person-{LEAD}"
    hand.iam.attach_role_policy(RoleName=role, PolicyArn=READ_ONLY)
    return f"Roles and policies: role {role}", "policy_arns", READ_ONLY, ""


@row
def inline_policy(hand):
    role = f"{OF_TEAM}-lead"
    hand.iam.put_role_policy(RoleName=role, PolicyName="mine", PolicyDocument=json.dumps(DOCUMENT))
    return f"Roles and policies: role {role}", "inline_policies", '"Sid": "Mine"', ""


@row
def boundary_of_a_role(hand):
    role = f"{OF_TEAM}-data-scientist"
    hand.iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=READ_ONLY)
    return f"Roles and policies (left alone): role {role}", "permissions_boundary", READ_ONLY, ""


@row
def document_of_a_policy(hand):
    name = f"{OF_TEAM}-jobs"
    hand.iam.create_policy_version(PolicyArn=policy_arn(name), PolicyDocument=json.dumps(DOCUMENT), SetAsDefault=True)
    return f"Roles and policies: policy {name}", "document.Statement", '"Sid": "Mine"', "sagemaker:"


@row
def user_pool(hand):
    """UpdateUserPool resets what is omitted, so this is what a console would send."""
    hand.cognito_idp.update_user_pool(
        UserPoolId=hand.pool,
        DeletionProtection="INACTIVE",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": False},
        UserPoolTags=hand.cognito_idp.describe_user_pool(UserPoolId=hand.pool)["UserPool"]["UserPoolTags"],
    )
    return "User pool", "admin_create_user_config.allow_admin_create_user_only", "false", "true"


@row
def app_client(hand):
    key = {"UserPoolId": hand.pool, "ClientId": hand.app_client("portal")}
    client = hand.cognito_idp.describe_user_pool_client(**key)["UserPoolClient"]
    for name in ("CreationDate", "LastModifiedDate", "ClientSecret"):
        client.pop(name, None)
    hand.cognito_idp.update_user_pool_client(**{**client, "CallbackURLs": ["https://mine.example.com/"]})
    return "App clients", "callback_urls", "https://mine.example.com/", "/portal"


@row
def authorizer_of_the_api(hand):
    patch = {"op": "replace", "path": "/authorizationType", "value": "NONE"}
    resource = hand.resource("/domainName/{domainName}/getPresignedUrl")
    hand.apigateway.update_method(restApiId=hand.api, resourceId=resource, httpMethod="GET", patchOperations=[patch])
    return "API", "routes", "NONE", "COGNITO_USER_POOLS"


@row
def throttling_of_the_stage(hand):
    patch = {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "9999"}
    hand.apigateway.update_stage(restApiId=hand.api, stageName="prod", patchOperations=[patch])
    return "API", "stage.all_methods.throttling_rate_limit", "9999", "20"


@row
def configuration_of_the_function(hand):
    variables = hand.functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    mine = {**variables, "STUDIO_HOSTS": "mine.example.com"}
    hand.functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": mine}, Timeout=3)
    return "Function", "environment.STUDIO_HOSTS", "mine.example.com", "127.0.0.1"


@row
def code_of_the_function(hand):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.py", "def handler(event, context): return {}")
    hand.functions.update_function_code(FunctionName=FUNCTION, ZipFile=archive.getvalue())
    return "Function", "code_sha256", "=", "="


@row
def retention_of_a_log_group(hand):
    name = f"/aws/vpc/{PLATFORM}"
    hand.logs.put_retention_policy(logGroupName=name, retentionInDays=1)
    return f"Flow log group: {name}", "retention_in_days", "1", "365"


@row
def pattern_of_a_metric_filter(hand):
    found = hand.metric_filter()
    members = ("logGroupName", "filterName", "metricTransformations")
    hand.logs.put_metric_filter(**{name: found[name] for name in members}, filterPattern="nothing")
    return f"Metric filters: {found['filterName']}", "filter_pattern", "nothing", "$.status"


@row
def threshold_of_an_alarm(hand):
    found = hand.cloudwatch.describe_alarms(AlarmNamePrefix=PLATFORM)["MetricAlarms"][0]
    members = ("AlarmName", "Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods", "ComparisonOperator")
    kept = {name: found[name] for name in (*members, "AlarmDescription", "TreatMissingData")}
    hand.cloudwatch.put_metric_alarm(**kept, Threshold=99999)
    return f"Alarms: {found['AlarmName']}", "threshold", "99999", ""


@row
def alarm_that_is_muted(hand):
    name = hand.cloudwatch.describe_alarms(AlarmNamePrefix=PLATFORM)["MetricAlarms"][1]["AlarmName"]
    hand.cloudwatch.disable_alarm_actions(AlarmNames=[name])
    return f"Alarms: {name}", "actions_enabled", "false", "true"


@row
def policy_of_an_endpoint(hand):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    hand.ec2.modify_vpc_endpoint(VpcEndpointId=hand.endpoint("sts")["VpcEndpointId"], PolicyDocument=document)
    return f"Endpoints: com.amazonaws.{REGION}.sts", "policy.Statement", '"Action": "*"', ""


@row
def groups_of_an_endpoint(hand):
    group = hand.group(GROUP)
    hand.ec2.modify_vpc_endpoint(VpcEndpointId=hand.endpoint("kms")["VpcEndpointId"], AddSecurityGroupIds=[group])
    return f"Endpoints: com.amazonaws.{REGION}.kms", "security_group_ids", group, ""


@row
def settings_of_the_domain(hand):
    settings = {"DockerSettings": {"EnableDockerAccess": "ENABLED"}}
    hand.sagemaker.update_domain(DomainId=hand.domain, DomainSettingsForUpdate=settings)
    until_settled(lambda: hand.sagemaker.describe_domain(DomainId=hand.domain))
    return "Domain", "domain_settings.docker_settings.enable_docker_access", "ENABLED", "DISABLED"


@row
def default_settings_of_the_domain(hand):
    group = hand.group(f"{PLATFORM}-clients")
    hand.sagemaker.update_domain(DomainId=hand.domain, DefaultUserSettings={"SecurityGroups": [group]})
    until_settled(lambda: hand.sagemaker.describe_domain(DomainId=hand.domain))
    return "Domain", "default_user_settings.security_groups", group, hand.group(GROUP)


@row
def role_of_a_profile(hand):
    role = f"arn:aws:iam::{ACCOUNT}:role/{OF_TEAM}-lead"
    profile = {"DomainId": hand.domain, "UserProfileName": PERSON}
    hand.sagemaker.update_user_profile(**profile, UserSettings={"ExecutionRole": role})
    until_settled(lambda: hand.sagemaker.describe_user_profile(**profile))
    return f"User profiles: {PERSON}", "user_settings.execution_role", role, f"-person-{PERSON}"


@row
def tags_of_a_space(hand):
    arn = hand.sagemaker.describe_space(DomainId=hand.domain, SpaceName="shared-lab")["SpaceArn"]
    hand.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "Mine", "Value": "m"}])
    return "Spaces: shared-lab", "tags.Mine", "m", ""


@row
def rule_that_an_nfs_group_lost(hand):
    """Without it no app mounts the home file system."""
    group = hand.nfs_group()
    (found,) = hand.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    hand.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])
    return f"Home (left alone): {group}", "lets_nfs_through", "false", "true"


@more
def limit_of_the_budget(hand):
    key = {"AccountId": ACCOUNT, "BudgetName": OF_TEAM}
    found = hand.budgets.describe_budget(**key)["Budget"]
    kept = {name: found[name] for name in ("BudgetName", "BudgetType", "TimeUnit", "CostFilters")}
    mine = {**kept, "BudgetLimit": {"Amount": "99999", "Unit": "USD"}}
    hand.budgets.update_budget(AccountId=ACCOUNT, NewBudget=mine)
    return "Budget", "limit", "99999", "500"


@more
def notification_of_the_budget(hand):
    key = {"AccountId": ACCOUNT, "BudgetName": OF_TEAM}
    notification = hand.budgets.describe_notifications_for_budget(**key)["Notifications"][0]
    names = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
    kept = {name: notification[name] for name in names if name in notification}
    hand.budgets.delete_notification(**key, Notification=kept)
    return "Budget", "notifications", "", "lead@example.com"


@more
def schedule_of_the_backups(hand):
    plan = backup_plan_id(hand)
    found = hand.backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]
    rules = [{name: rule[name] for name in rule if name != "RuleId"} for rule in found["Rules"]]
    mine = [{**rule, "ScheduleExpression": "cron(0 3 1 1 ? *)"} for rule in rules]
    hand.backup.update_backup_plan(BackupPlanId=plan, BackupPlan={**found, "Rules": mine})
    return "Backup plan", "rules", "cron(0 3 1 1 ? *)", "cron(0 3 ? * * *)"


@more
def name_of_an_image(hand):
    name = f"{PLATFORM}.{TEAM}.geo"
    hand.sagemaker.update_image(ImageName=name, DisplayName="Mine")
    return f"Images: image {name}", "display_name", "Mine", "geo"


@more
def settings_of_a_space(hand):
    space = {"DomainId": hand.domain, "SpaceName": "lab"}
    mine = {"DefaultResourceSpec": {"InstanceType": "ml.m5.large"}}
    hand.sagemaker.update_space(**space, SpaceSettings={"JupyterLabAppSettings": mine})
    until_settled(lambda: hand.sagemaker.describe_space(**space))
    name = "space_settings.jupyter_lab_app_settings.default_resource_spec.instance_type"
    return "Spaces: lab", name, "ml.m5.large", "ml.t3.large"
