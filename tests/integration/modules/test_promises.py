# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module promises: check mode writes nothing and predicts the run, and a second run changes nothing."""

import re
from pathlib import Path

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes
from tests.support.modules import MODULES
from tests.support.parents import FOLDER, TEAM_TAGS, Parents
from tests.support.studio import ROLE

ROOT = Path(__file__).parents[3]
INFO_MODULES = [name for name in MODULES if name.endswith("_info")]
ABSENT = {"state": "absent"}
LOG_ROLE, OTHER_LOG_ROLE = (f"arn:aws:iam::111111111111:role/{name}" for name in ("logs", "other-logs"))
FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:f"
CALLER = "arn:aws:execute-api:eu-central-1:111111111111:a1b2c3d4e5/prod/GET/"
TRIGGER, V2 = "pre_token_generation_config", {"lambda_version": "V2_0"}
PASSWORD = "Correct-Horse-7-Battery"


def account(parents):
    parents.log_role("logs")
    parents.log_role("other-logs")
    return [
        {"cloudwatch_role_arn": LOG_ROLE},
        {"cloudwatch_role_arn": OTHER_LOG_ROLE, "only_when_unset": False},
        {"cloudwatch_role_arn": OTHER_LOG_ROLE, **ABSENT},
    ]


def rest_api(parents):
    route = {"path": "/portal", "integration": {"lambda_function_arn": FUNCTION}}
    parts = {
        "name": "studio",
        "endpoint_configuration": {"types": ["REGIONAL"]},
        "request_validators": [{"name": "parameters", "validate_request_parameters": True}],
        "routes": [route],
        "gateway_responses": [{"response_type": "UNAUTHORIZED", "response_templates": {"application/json": "{}"}}],
        "stage": {"name": "prod", "throttling": {"rate_limit": 20, "burst_limit": 40}},
        "tags": TEAM_TAGS,
    }
    other = [{**route, "path": "/teams/{team}", "request_validator": "parameters"}]
    return [
        parts,
        {**parts, "routes": [*parts["routes"], *other], "description": "Sign-in"},
        {**parts, "routes": other, "gateway_responses": [], "stage": {"name": "prod", "variables": {"a": "b"}}},
        {**parts, "tags": {"Other": "t"}},
        {"name": "studio", **ABSENT},
    ]


def groups(parents):
    key = {"user_pool_id": parents.pool_id}
    first, second = {"name": "team1", "description": "One", "precedence": 5}, {"name": "team2"}
    return [
        {**key, "groups": [first, second]},
        {**key, "groups": [{**first, "precedence": 7}, {"name": "team3"}]},
        {**key, "groups": [first], "purge": True, "purge_prefix": "team2"},
        {**key, "groups": [second], "purge": True},
        {**key, "groups": [second], **ABSENT},
    ]


def user_pool(_parents):
    groups = {"name": "groups", "attribute_data_type": "String", "mutable": True}
    pool = {
        "name": "studio",
        "policies": {"password_policy": {"minimum_length": 12}},
        "admin_create_user_config": {"allow_admin_create_user_only": True},
        "mfa_configuration": "OPTIONAL",
        "software_token_mfa_configuration": {"enabled": True},
        "tags": TEAM_TAGS,
    }
    return [
        pool,
        {**pool, "policies": {"password_policy": {"minimum_length": 14}}, "deletion_protection": "ACTIVE"},
        {**pool, "custom_attributes": [groups], "lambda_config": {TRIGGER: {"lambda_arn": FUNCTION, **V2}}},
        {
            **pool,
            "custom_attributes": [groups, {**groups, "name": "more"}],
            "lambda_config": {TRIGGER: {"lambda_arn": ""}},
        },
        {"name": "studio", "tags": {"Other": "t"}, "mfa_configuration": "OFF"},
        {"name": "studio", "override_deletion_protection": True, **ABSENT},
    ]


def user_pool_client(parents):
    app = {
        "user_pool_id": parents.pool_id,
        "name": "portal",
        "generate_secret": False,
        "callback_urls": ["https://one.example/"],
        "allowed_o_auth_flows": ["code"],
        "allowed_o_auth_scopes": ["openid"],
        "allowed_o_auth_flows_user_pool_client": True,
        "supported_identity_providers": ["COGNITO"],
    }
    changed = {**app, "callback_urls": ["https://two.example/"], "allowed_o_auth_scopes": ["openid", "email"]}
    return [app, changed, {**app, **ABSENT}]


def user_pool_domain(parents):
    domain = {"user_pool_id": parents.pool_id, "domain": "example-studio"}
    return [{**domain, "managed_login_version": 1}, {**domain, "managed_login_version": 2}, {**domain, **ABSENT}]


def users(parents):
    parents.groups("team1", "team2")
    key = {"user_pool_id": parents.pool_id}
    ada = {"name": "ada", "email": "ada@example.com", "password": PASSWORD, "groups": ["team1"]}
    grace = {"name": "grace", "email": "grace@example.com", "groups": ["team1"]}
    return [
        {**key, "users": [ada, grace]},
        {**key, "users": [{**ada, "email": "other@example.com", "attributes": {"name": "Ada"}}]},
        {**key, "users": [{**ada, "groups": ["team2"], "enabled": False}], "purge_groups": True},
        {**key, "users": [{**ada, "groups": []}], "purge_groups": True, "purge_groups_prefix": "team2"},
        {**key, "users": [ada], "exclusive_groups": ["team1"]},
        {**key, "users": [ada, grace], **ABSENT},
    ]


def roles(_parents):
    arn = "arn:aws:iam::111111111111:policy/"

    def allow(action):
        return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    ada = {
        "name": "ada",
        "path": "/team1/",
        "assume_role_policy_document": {"Version": "2012-10-17", "Statement": [trust]},
        "policy_arns": [f"{arn}read", f"{arn}list"],
        "inline_policies": [{"name": "extra", "document": allow("s3:ListAllMyBuckets")}],
    }
    read, listing = {"name": "read", "document": allow("s3:GetObject")}, {"name": "list", "document": allow("s3:List*")}
    grace = {**ada, "name": "grace", "inline_policies": [], "max_session_duration": 7200}
    without = {**ada, "policy_arns": [f"{arn}read"], "permissions_boundary": f"{arn}read", "description": "Ada"}
    return [
        {"policies": [read, listing], "roles": [ada, grace], "purge_path": "/team1/", "tags": TEAM_TAGS},
        {"policies": [{**read, "document": allow(["s3:GetObject", "s3:PutObject"])}], "tags": {"Other": "t"}},
        {"policies": [{**listing, **ABSENT}], "roles": [without], "purge_path": "/team1/"},
        {"roles": [{**without, "permissions_boundary": "", "inline_policies": []}]},
        {"policies": [read], "purge_path": "/team1/", **ABSENT},
    ]


def backup_vault(_parents):
    vault = {"name": "team1", "tags": TEAM_TAGS}
    return [vault, {**vault, "tags": {"Other": "t"}}, {"name": "team1", "force": True, **ABSENT}]


def backup_plan(_parents):
    rule = {"rule_name": "daily", "target_backup_vault_name": "team1", "lifecycle": {"delete_after_days": 35}}
    selection = {"selection_name": "data", "iam_role_arn": ROLE, "resources": ["arn:aws:s3:::data"]}
    plan = {"name": "team1", "rules": [rule], "selections": [selection], "tags": TEAM_TAGS}
    return [
        plan,
        {**plan, "rules": [{**rule, "lifecycle": {"delete_after_days": 7}}], "tags": {"Other": "t"}},
        {**plan, "selections": [{**selection, "resources": ["arn:aws:s3:::other", "arn:aws:s3:::data"]}]},
        {**plan, "selections": []},
        {"name": "team1", **ABSENT},
    ]


def table(_parents):
    table = {"name": "turns", "partition_key": "turn", "tags": TEAM_TAGS}
    return [table, {**table, "tags": {"Other": "t"}}, {"name": "turns", **ABSENT}]


def flow_log(parents):
    log = {
        "resource_id": parents.network["vpc_id"],
        "log_group_name": "/studio/flow-logs",
        "deliver_logs_permission_arn": LOG_ROLE,
    }
    return [{**log, "tags": TEAM_TAGS}, {**log, "tags": {"Other": "t"}}, {**log, **ABSENT}]


def security_group_removal(parents):
    parents.security_groups("clients", "endpoints")
    return [{"names": ["clients", "endpoints"], "match_tags": TEAM_TAGS}]


def security_groups(parents):
    https = {"ports": ["443"], "cidr_ip": "10.0.0.0/16", "rule_desc": "Browsers"}
    clients = {"name": "clients", "description": "Apps", "rules": [https], "rules_egress": []}
    servers = {"name": "servers", "description": "Servers", "rules": [{"ports": ["80-90"], "group_name": "clients"}]}
    closed = {"name": "default", "rules": [], "rules_egress": []}
    options = {"vpc_id": parents.network["vpc_id"], "security_groups": [servers, clients, closed], "tags": TEAM_TAGS}
    changed = [{**clients, "rules": [{**https, "rule_desc": "People"}]}, {**servers, "rules": [], "tags": {"a": "b"}}]
    both = [{**clients, "rules": [https, {"proto": "all", "group_name": "servers"}]}, {**closed, "tags": {"a": "b"}}]
    return [
        options,
        {**options, "security_groups": changed},
        {**options, "security_groups": both, "tags": {"Other": "t"}},
    ]


def ec2_tags(parents):
    ids = [parents.network["vpc_id"], *parents.network["subnet_ids"]]
    options = {"resource_ids": ids, "tags": {"Platform": "p", "Adopted": "true"}}
    return [options, {**options, "tags": {"Platform": "q"}}, {**options, "tags": {"Adopted": "true"}, **ABSENT}]


def vpc(parents):
    subnets = [
        {"cidr_block": f"10.1.{number}.0/24", "availability_zone": f"eu-central-1{zone}", "tags": TEAM_TAGS}
        for number, zone in enumerate("abc")
    ]
    options = {
        "match_tags": TEAM_TAGS,
        "cidr_block": "10.1.0.0/16",
        "enable_dns_support": True,
        "enable_dns_hostnames": True,
        "tags": TEAM_TAGS,
        "subnets": subnets[:2],
        "route_table": {"tags": TEAM_TAGS},
    }
    public = [{**subnet, "map_public_ip_on_launch": True} for subnet in subnets]
    more = {**TEAM_TAGS, "Other": "t"}
    return [
        options,
        {**options, "subnets": public, "enable_dns_hostnames": False, "tags": more},
        {**options, "subnets": subnets[1:], "route_table": {"tags": more}},
    ]


def key(parents):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    options = {"alias": "team1", "description": "Data", "policy": policy, "tags": TEAM_TAGS}
    kms = parents.client("kms")
    return [
        options,
        {**options, "description": "All data", "enable_key_rotation": True, "tags": {"Other": "t"}},
        {**options, "policy": {**policy, "Statement": [{**statement, "Sid": "All"}]}, "purge_tags": False},
        lambda: kms.disable_key(KeyId="alias/team1"),
        {"alias": "team1", "enable_key_rotation": False},
        lambda: kms.schedule_key_deletion(KeyId="alias/team1", PendingWindowInDays=7),
        {"alias": "alias/team1"},
    ]


def key_removal(parents):
    parents.alias("studio/team1")
    other = parents.client("kms").create_key()["KeyMetadata"]["KeyId"]
    return [{"key_ids": [other]}, {"key_ids": [parents.key_arn, other], "alias": "studio/team1"}]


def function(parents):
    parents.role("f", "lambda.amazonaws.com")
    options = {
        "name": "f",
        "role": "arn:aws:iam::111111111111:role/f",
        "runtime": "python3.13",
        "handler": "handler.handle",
        "source_dir": str(ROOT / "roles" / "login" / "files" / "presigned_url"),
        "environment": {"WORD": "one"},
        "tags": TEAM_TAGS,
    }
    other_code = str(ROOT / "plugins" / "module_utils" / "_cognito")
    return [
        options,
        {**options, "environment": {"WORD": "two"}, "timeout": 20, "tags": {"Other": "t"}},
        {**options, "source_dir": other_code, "memory_size": 256},
        {"name": "f", **ABSENT},
    ]


def permission(parents):
    parents.function("f")
    statement = {"function_name": "f", "statement_id": "rest-api", "principal": "apigateway.amazonaws.com"}
    return [
        {**statement, "source_arn": CALLER + "portal"},
        {**statement, "source_arn": CALLER + "other"},
        {"function_name": "f", "statement_id": "rest-api", **ABSENT},
    ]


def log_groups(_parents):
    def kept(days):
        return {"log_groups": [{"name": f"/studio/{name}", "retention_in_days": days} for name in ("one", "two")]}

    return [{**kept(30), "tags": TEAM_TAGS}, {**kept(7), "tags": {"Other": "t"}}, {**kept(7), **ABSENT}]


def log_streams(parents):
    parents.log_stream("/aws/sagemaker/studio", "d-1/lab/JupyterLab/default")
    return [{"log_group_names": ["/aws/sagemaker/studio"], "prefix": "d-1/"}]


def bucket(parents):
    options = {"name": "example-team1-data", "versioning": True, "encryption": {"sse_algorithm": "AES256"}}
    rule = {"id": "old", "noncurrent_version_expiration": {"noncurrent_days": 30}}
    kms = {"sse_algorithm": "aws:kms", "kms_master_key_id": parents.key_arn, "bucket_key_enabled": True}
    block = {"block_public_acls": True, "ignore_public_acls": True}
    return [
        {**options, "lifecycle_rules": [rule], "tags": TEAM_TAGS},
        {**options, "encryption": kms, "public_access_block": block, "lifecycle_rules": [], "tags": {"Other": "t"}},
        {"name": options["name"], "versioning": False},
        {"name": options["name"], **ABSENT},
    ]


def budget(_parents):
    team = {"name": "team1", "limit": 500, "cost_filters": {"TagKeyValue": ["user:DomainName$team1"]}}
    spent = {"threshold": 80, "emails": ["b@example.com", "a@example.com"]}
    expected = {"type": "FORECASTED", "threshold": 100, "emails": ["a@example.com"]}
    return [
        {**team, "notifications": [spent, expected], "tags": TEAM_TAGS},
        {**team, "limit": 750.5, "notifications": [{**spent, "emails": ["a@example.com"]}], "tags": {"Other": "t"}},
        {"name": "team1", "limit": 100, "time_unit": "ANNUALLY", "notifications": []},
        {"name": "team1", **ABSENT},
    ]


def images(parents):
    role = {"role_arn": parents.role("images", "sagemaker.amazonaws.com")}
    uri = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo"
    image = {"name": "team1.geo", "image_uri": f"{uri}:1", "display_name": "Geo", **role}
    settings = {"container_config": {"container_arguments": ["-a", "-b"]}, "file_system_config": {"default_uid": 1000}}
    other = {"container_config": {"container_arguments": ["-b", "-a"]}}
    config = {"name": "team1-geo", "jupyter_lab_app_image_config": settings}
    return [
        {"images": [image, {**image, "name": "team1.old"}], "app_image_configs": [config], "tags": TEAM_TAGS},
        {"images": [{**image, "image_uri": f"{uri}:2", "description": "Maps"}], "tags": {**TEAM_TAGS, "Other": "t"}},
        {"images": [image], "app_image_configs": [{**config, "jupyter_lab_app_image_config": other}]},
        {"images": [image], "app_image_configs": [config], "purge_match_tags": TEAM_TAGS},
        {"purge_match_tags": TEAM_TAGS, **ABSENT},
    ]


def apps(parents):
    parents.space("lab", "ada")
    key = {"domain_id": parents.domain_id}
    lab = {"space_name": "lab", "app_type": "JupyterLab"}
    return [
        {**key, "apps": [lab], "state": "started"},
        {**key, "apps": [lab], "state": "stopped"},
        {**key, "apps": [lab], "state": "started"},
        {**key, "scope": "domain", "state": "stopped"},
    ]


def domain(parents):
    network = parents.network
    idle = {"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 120}
    settings = {
        "execution_role": ROLE,
        "security_groups": network["group_ids"][:1],
        "jupyter_lab_app_settings": {"app_lifecycle_management": {"idle_settings": idle}},
    }
    wide = {"execution_role": ROLE, "security_groups": network["group_ids"]}
    options = {
        "domain_name": "team1",
        "vpc_id": network["vpc_id"],
        "subnet_ids": network["subnet_ids"][:2],
        "default_user_settings": settings,
        "tags": TEAM_TAGS,
    }
    return [
        options,
        {**options, "subnet_ids": network["subnet_ids"], "default_user_settings": wide},
        {"domain_name": "team1", "app_network_access_type": "VpcOnly", "tags": {"Other": "t"}},
        {"domain_name": "team1", "retention_policy": {"home_efs_file_system": "Delete"}, **ABSENT},
    ]


def domain_home(parents):
    key = {"domain_id": parents.domain_id}
    return [
        {**key, "tags": TEAM_TAGS},
        {**key, "tags": {**TEAM_TAGS, "Other": "t"}},
        parents.delete_domain,
        {**key, **ABSENT},
    ]


def spaces(parents):
    parents.profile("ada")
    key = {"domain_id": parents.domain_id}

    def disk(size):
        return {"space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": size}}}

    lab = {"name": "lab", "owner": "ada", "sharing_type": "Shared", "tags": TEAM_TAGS}
    lab["space_settings"] = {"app_type": "JupyterLab", **disk(10)}
    own = {"name": "own", "owner": "ada", "sharing_type": "Private", "space_settings": {"app_type": "CodeEditor"}}
    larger = {**lab, "space_display_name": "Lab", "space_settings": disk(20), "tags": {"Other": "t"}}
    return [
        {**key, "spaces": [lab, own]},
        {**key, "spaces": [larger]},
        {**key, "spaces": [larger], "purge": True},
        {**key, "spaces": [{"name": "lab"}], **ABSENT},
    ]


def user_profiles(parents):
    key = {"domain_id": parents.domain_id}
    lead = {"name": "lead", "user_settings": {"execution_role": ROLE}}
    ada = {"name": "ada", "tags": TEAM_TAGS}
    return [
        {**key, "user_profiles": [ada, lead]},
        {**key, "user_profiles": [{**ada, "tags": {"Other": "t"}}, {**lead, "user_settings": {"security_groups": []}}]},
        {**key, "user_profiles": [ada], "purge": True},
        {**key, "user_profiles": [], "purge_all": True, **ABSENT},
    ]


def lifecycle_config(_parents):
    script = {"name": "proxy", "app_type": "JupyterLab", "content": "echo one\n", "tags": TEAM_TAGS}
    return [
        script,
        {**script, "tags": {"Other": "t"}},
        {**script, "content": "echo two\n", "purge_previous": True},
        {"name": "proxy", **ABSENT},
    ]


def lifecycle_configs(_parents):
    proxy = {"name": "proxy", "app_type": "JupyterLab", "content": "echo one\n"}
    mirror = {"name": "mirror", "app_type": "CodeEditor", "content": "echo two\n"}
    purge = {"create": False, "purge": True, "match_tags": TEAM_TAGS}
    return [
        {"lifecycle_configs": [proxy, mirror], "tags": TEAM_TAGS},
        {"lifecycle_configs": [proxy], "tags": {**TEAM_TAGS, "Other": "t"}},
        {"lifecycle_configs": [proxy], **purge},
        {"lifecycle_configs": [], "purge_all": True, **purge},
    ]


def vpc_endpoints(parents):
    network, table = parents.network, parents.route_table_id
    sts, s3 = (f"com.amazonaws.eu-central-1.{service}" for service in ("sts", "s3"))
    interface = {
        "service_name": sts,
        "subnet_ids": network["subnet_ids"][:1],
        "security_group_ids": network["group_ids"][:1],
        "private_dns_enabled": True,
    }
    gateway = {"service_name": s3, "vpc_endpoint_type": "Gateway", "route_table_ids": [table]}
    options = {"vpc_id": network["vpc_id"], "endpoints": [interface, gateway], "tags": TEAM_TAGS}
    wide = {**interface, "subnet_ids": network["subnet_ids"], "security_group_ids": network["group_ids"]}
    return [
        options,
        {**options, "endpoints": [wide], "tags": {**TEAM_TAGS, "Other": "t"}},
        {**options, "endpoints": [wide], "purge": True, "purge_match_tags": TEAM_TAGS},
        {**options, **ABSENT},
    ]


def alarms(_parents):
    failed = {
        "name": "failed",
        "namespace": "studio",
        "metric_name": "Failed",
        "statistic": "Sum",
        "period": 300,
        "evaluation_periods": 1,
        "threshold": 5,
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "treat_missing_data": "notBreaching",
        "alarm_actions": ["arn:aws:sns:eu-central-1:111111111111:operators"],
    }
    both = [failed, {**failed, "name": "refused", "metric_name": "Refused", "alarm_actions": []}]
    return [
        {"alarms": both, "tags": TEAM_TAGS},
        {"alarms": [{**failed, "threshold": 7, "alarm_actions": []}, both[1]], "tags": TEAM_TAGS},
        {"alarms": [{**failed, "threshold": 7}], "tags": {"Other": "t"}},
        {"alarms": both, **ABSENT},
    ]


def metric_filters(parents):
    parents.log_stream("/api", "one")
    metric = {"metric_namespace": "studio", "metric_name": "Refused", "default_value": 0}
    refused = {"name": "refused", "filter_pattern": '{ $.status = "403" }', "metric_transformations": [metric]}
    failed = {**refused, "name": "refused-often", "filter_pattern": '{ $.status = "5*" }'}
    return [
        {"log_group_name": "/api", "metric_filters": [refused, failed]},
        {"log_group_name": "/api", "metric_filters": [{**refused, "filter_pattern": ""}, failed]},
        {
            "log_group_name": "/api",
            "metric_filters": [{**failed, "metric_transformations": [{**metric, "unit": "Count"}]}],
        },
        {"log_group_name": "/api", "metric_filters": [refused, failed], **ABSENT},
    ]


def web_acl_association(parents):
    stage, office, home = parents.stage(), parents.web_acl("office"), parents.web_acl("home")
    return [
        {"resource_arn": stage, "web_acl_arn": office},
        {"resource_arn": stage, "web_acl_arn": home},
        {"resource_arn": stage, **ABSENT},
    ]


def identity_provider(parents):
    details = {"oidc_issuer": "https://login.example.com", "client_id": "c", "attributes_request_method": "GET"}
    company = {
        "user_pool_id": parents.pool_id,
        "name": "company",
        "provider_type": "OIDC",
        "provider_details": {**details, "authorize_scopes": "openid"},
        "client_secret": PASSWORD,
        "attribute_mapping": {"email": "email"},
    }
    wider = {**company["provider_details"], "authorize_scopes": "openid email"}
    return [
        company,
        {**company, "provider_details": wider, "idp_identifiers": ["example.com"]},
        {**company, "provider_details": wider, "client_secret": PASSWORD + "2"},
        {"user_pool_id": parents.pool_id, "name": "company", **ABSENT},
    ]


def client_secrets(parents):
    client = {"user_pool_id": parents.pool_id, "client_id": parents.app_client("api")}
    two = {**client, "number": 2, "dest": f"{FOLDER.name}/secret"}
    return [two, {**client, "number": 1}, two, {**client, "number": 1, "keep": "oldest"}]


# How each module is led from nothing to something, to something else and to nothing again; each step changes something.
# A function among the steps is what happens meanwhile.
TRANSITIONS = {
    "apigateway_account": account,
    "apigateway_rest_api": rest_api,
    "backup_plan": backup_plan,
    "backup_vault": backup_vault,
    "cloudwatch_alarms": alarms,
    "budgets_budget": budget,
    "cognito_groups": groups,
    "cognito_identity_provider": identity_provider,
    "cognito_user_pool": user_pool,
    "cognito_user_pool_client": user_pool_client,
    "cognito_user_pool_client_secrets": client_secrets,
    "cognito_user_pool_domain": user_pool_domain,
    "cognito_users": users,
    "dynamodb_table": table,
    "ec2_flow_log": flow_log,
    "ec2_security_group_removal": security_group_removal,
    "ec2_security_groups": security_groups,
    "ec2_tags": ec2_tags,
    "ec2_vpc": vpc,
    "iam_roles": roles,
    "kms_key": key,
    "kms_key_removal": key_removal,
    "lambda_function": function,
    "lambda_permission": permission,
    "logs_log_groups": log_groups,
    "logs_log_streams": log_streams,
    "logs_metric_filters": metric_filters,
    "s3_bucket": bucket,
    "sagemaker_apps": apps,
    "sagemaker_domain": domain,
    "sagemaker_domain_home": domain_home,
    "sagemaker_images": images,
    "sagemaker_spaces": spaces,
    "sagemaker_user_profiles": user_profiles,
    "studio_lifecycle_config": lifecycle_config,
    "studio_lifecycle_configs": lifecycle_configs,
    "vpc_endpoints": vpc_endpoints,
    "wafv2_web_acl_association": web_acl_association,
}

REMOVED = {
    "domain_name": "team1",
    "work_prefix": "team1--",
    "backup_vault_name": "team1",
    "security_group_name": "team1",
    "lifecycle_config_prefix": "team1-",
    "match_tags": TEAM_TAGS,
    "policy_arns": ["arn:aws:iam::111111111111:policy/team1"],
    "role_names": ["team1"],
    "role_path": "/team1/",
}
TEAM1 = {
    "name": "team1",
    "platform": {"name": "sagemaker-studio", "region": "eu-central-1", "account_id": "111111111111"},
}
LOOKED_AT = {
    "network": {"platform": TEAM1["platform"]},
    "sign_in": {"platform": TEAM1["platform"]},
    "files": str(ROOT / "roles" / "login" / "files"),
}
PLATFORM_WANTED = {name: LOOKED_AT[name] for name in ("network", "sign_in")}
VPC_AND_SERVICE = {
    "filters": {"tag:Platform": "sagemaker-studio"},
    "endpoint_services": ["com.amazonaws.eu-central-1.sts"],
}
# What a module that only reads looks for, and what makes there something to be found.
QUESTIONS = {
    "apigateway_rest_api_info": lambda parents: parents.rest_api("studio") or {"name": "studio"},
    "cognito_user_pool_info": lambda parents: {"user_pool_id": parents.pool_id, "include_clients": True},
    "ec2_vpc_info": lambda parents: parents.tagged_network() or VPC_AND_SERVICE,
    "ec2_vpc_removal_info": lambda parents: parents.tagged_network() or {"match_tags": TEAM_TAGS},
    "kms_keys_info": lambda parents: parents.alias("team1") or {"tags": TEAM_TAGS, "alias": "team1"},
    "s3_bucket_content_info": lambda parents: parents.bucket("data") or {"names": ["data"]},
    "sagemaker_app_info": lambda parents: parents.app("lab", "ada") or {"domain_id": parents.domain_id},
    "sagemaker_domain_info": lambda parents: parents.domain_id and {},
    "sagemaker_space_info": lambda parents: parents.space("lab", "ada") or {"domain_id": parents.domain_id},
    "sagemaker_user_profile_info": lambda parents: parents.profile("ada") or {"domain_id": parents.domain_id},
    "studio_lifecycle_config_info": lambda parents: parents.lifecycle_config("proxy-0123abcd") and {"name": "proxy"},
    "studio_platform_info": lambda parents: parents.platform(),
    "studio_platform_parts_info": lambda parents: parents.platform() and LOOKED_AT,
    "studio_preflight_info": lambda _parents: PLATFORM_WANTED,
    "studio_removal_info": lambda parents: parents.team_in_use("team1", "team1--a") or REMOVED,
    "studio_teams_info": lambda parents: parents.platform() and {"teams": [{"description": TEAM1}]},
}

# A URL is an action, not a state: check mode makes none, and says so.
ACTIONS = {"presigned_url"}


# These do nothing but remove, or never do.
REMOVALS = {
    "cognito_user_pool_client_secrets",
    "ec2_security_group_removal",
    "ec2_security_groups",
    "ec2_vpc",
    "kms_key",
    "kms_key_removal",
    "logs_log_streams",
}


def removes(options):
    """Whether the options of a step leave nothing."""
    return options.get("state") in ("absent", "stopped") or options.get("purge_all", False)


def test_every_module_has_a_row():
    assert sorted([*TRANSITIONS, *QUESTIONS, *ACTIONS]) == MODULES
    assert sorted(QUESTIONS) == INFO_MODULES


@pytest.mark.parametrize("module", TRANSITIONS)
def test_check_mode_predicts_and_the_second_run_changes_nothing(emulator, client, module):
    steps = TRANSITIONS[module](Parents(client))
    assert module in REMOVALS or (len(steps) > 2 and removes(steps[-1])), "the table lacks a change or a removal"
    for number, options in enumerate(steps):
        if callable(options):
            options()
            continue
        step = f"{module}, step {number}"
        with no_writes(emulator):
            predicted = run_module(module, check=True, **options)
        done = run_module(module, **options)
        assert predicted["changed"] and done["changed"], step
        assert predicted["diff"] == done["diff"], step
        assert predicted.get("actions") == done.get("actions"), step
        with no_writes(emulator):
            assert run_module(module, **options)["changed"] is False, step
            assert run_module(module, check=True, **options)["changed"] is False, step


def unmoving(answer):
    """An answer without the times that AWS writes anew at every look."""
    if isinstance(answer, list):
        return [unmoving(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: unmoving(item) for name, item in answer.items() if not re.match(r"last_\w+_timestamp$", name)}


@pytest.mark.usefixtures("own_operations")
@pytest.mark.parametrize("module", QUESTIONS)
def test_info_module_never_writes(emulator, client, module):
    options = QUESTIONS[module](Parents(client))
    with no_writes(emulator):
        asked, checked = run_module(module, **options), run_module(module, check=True, **options)
    assert asked["changed"] is checked["changed"] is False
    answers = {key: value for key, value in asked.items() if isinstance(value, list)}
    assert answers and all(answers.values()), "found nothing"
    assert unmoving(answers) == unmoving({name: checked[name] for name in answers})


def test_check_mode_makes_no_url(emulator, client, tmp_path):
    parents, dest = Parents(client), tmp_path / "url"
    parents.profile("ada")
    options = {"domain_id": parents.domain_id, "user_profile_name": "ada", "dest": str(dest)}
    with no_writes(emulator):
        predicted = run_module("presigned_url", check=True, **options)
    assert predicted["skipped"] and not predicted["changed"] and not dest.exists()
    assert run_module("presigned_url", **options)["changed"] and dest.exists()
