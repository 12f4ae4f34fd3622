# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a resource: one row per kind, saying in which store of which service it lies and how AWS names it.

The form of every ARN is that of the Service Authorization Reference. Left out are parts that cannot exist without
another resource and that AWS neither tags nor lists on their own (rules of a security group, log streams, objects,
resources and methods of a REST API): `?full=1` shows them inside the resource that they belong to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.shared.shapes import Structure


def _never(_record: Structure) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    service, type: as reported. store: `module._variable` of ministack.services, or of another package where the name
    has more dots. id, name: format strings over the record's members, `key` (the record's key in its store),
    `parent` (for nested records the key of what holds them), `account` and `region`. tags: a member of the record,
    or a store (`module._variable`) keyed by the id or the key. inside: the member of the stored record that holds
    the records of this kind by key; "." if the stored value itself does. hidden: records that an empty account has
    or that AWS made for itself. gone: records that AWS keeps for a while after their deletion.
    """

    service: str
    type: str
    store: str
    id: str
    name: str = "{key}"
    tags: str = "Tags"
    inside: str = ""
    hidden: Callable[[Structure], bool] = _never
    gone: Callable[[Structure], bool] = _never


def _is_default(record: Structure) -> bool:
    return bool(record.get("IsDefault") or record.get("DefaultForAz"))


def _is_default_group(record: Structure) -> bool:
    return record.get("GroupName") == "default"


def _is_main_route_table(record: Structure) -> bool:
    return any(association.get("Main") for association in record.get("Associations", []))


def _is_default_gateway(record: Structure) -> bool:
    return record["InternetGatewayId"] == "igw-00000001"


def _is_of_aws(record: Structure) -> bool:
    return record.get("OwnerId") == "AWS" or record.get("KeyManager") == "AWS"


def _is_deleted(record: Structure) -> bool:
    return str(record.get("State") or record.get("Status")).lower() == "deleted"


def _is_service_linked(record: Structure) -> bool:
    return record.get("Path", "").startswith("/aws-service-role/")


def _is_alias_of_aws(record: Structure) -> bool:
    return record["name"].startswith("alias/aws/")


def _is_pending_deletion(record: Structure) -> bool:
    return record.get("KeyState") in ("PendingDeletion", "PendingReplicaDeletion")


def _is_scheduled_for_deletion(record: Structure) -> bool:
    return bool(record.get("DeletedDate"))


def _is_named_default(record: Structure) -> bool:
    return record.get("Name") == "default"


def _is_deleted_recovery_point(record: Structure) -> bool:
    return bool(record.get("RecoveryPointDeleted"))


def _is_unset(record: Structure) -> bool:
    return not any(record.values())


def _ec2(type_: str, store: str, noun: str | None = None, **rules: Any) -> Kind:
    arn = "arn:aws:ec2:{region}:{account}:" + (noun or type_.replace("_", "-")) + "/{key}"
    return Kind("ec2", type_, f"ec2.{store}", arn, tags="ec2._tags", **rules)


def _iam(type_: str, store: str, arn: str = "{Arn}", **rules: Any) -> Kind:
    return Kind("iam", type_, f"iam.{store}", arn, **rules)


def _pool_part(type_: str, inside: str, id_: str = "{parent}|{key}", **rules: Any) -> Kind:
    return Kind("cognito-idp", type_, "cognito._user_pools", id_, inside=inside, tags="", **rules)


def _rest_api_part(type_: str, store: str, noun: str, **rules: Any) -> Kind:
    arn = "arn:aws:apigateway:{region}::/restapis/{parent}/" + noun + "/{key}"
    return Kind("apigateway", type_, f"apigateway_v1.{store}", arn, inside=".", **{"tags": "", **rules})


def _rest(type_: str, store: str, noun: str, **rules: Any) -> Kind:
    arn = "arn:aws:apigateway:{region}::/" + noun + "/{key}"
    return Kind("apigateway", type_, f"apigateway_v1.{store}", arn, **{"tags": "tags", **rules})


def _event(type_: str, store: str, noun: str) -> Kind:
    arn = "arn:aws:events:{region}:{account}:" + noun + "/{key}"
    return Kind("events", type_, f"eventbridge.{store}", arn, tags="")


KINDS = (
    _ec2("vpc", "_vpcs", hidden=_is_default),
    _ec2("subnet", "_subnets", hidden=_is_default),
    _ec2("security_group", "_security_groups", name="{GroupName}", hidden=_is_default_group),
    _ec2("route_table", "_route_tables", hidden=_is_main_route_table),
    _ec2("network_acl", "_network_acls", hidden=_is_default),
    _ec2("internet_gateway", "_internet_gateways", hidden=_is_default_gateway),
    _ec2("vpc_endpoint", "_vpc_endpoints", gone=_is_deleted),
    _ec2("network_interface", "_network_interfaces"),
    _ec2("flow_log", "_flow_logs", "vpc-flow-log"),
    _ec2("instance", "_instances"),
    _ec2("key_pair", "_key_pairs"),
    _ec2("placement_group", "_placement_groups"),
    _ec2("elastic_ip", "_addresses"),
    _ec2("volume", "_volumes"),
    _ec2("snapshot", "_snapshots"),
    _ec2("nat_gateway", "_nat_gateways", "natgateway", gone=_is_deleted),
    _ec2("vpc_peering_connection", "_vpc_peering"),
    _ec2("dhcp_options", "_dhcp_options"),
    _ec2("egress_only_internet_gateway", "_egress_igws"),
    _ec2("prefix_list", "_prefix_lists", hidden=_is_of_aws),
    _ec2("vpn_gateway", "_vpn_gateways", gone=_is_deleted),
    _ec2("customer_gateway", "_customer_gateways", gone=_is_deleted),
    _ec2("vpn_connection", "_vpn_connections", gone=_is_deleted),
    _ec2("launch_template", "_launch_templates"),
    _ec2("fleet", "_fleets"),
    _ec2("image", "_images"),
    Kind("efs", "file_system", "efs._file_systems", "{FileSystemArn}", name="{Name}"),
    Kind("efs", "mount_target", "efs._mount_targets", "{key}", tags=""),
    Kind("efs", "access_point", "efs._access_points", "{AccessPointArn}", name="{Name}"),
    Kind("cognito-idp", "user_pool", "cognito._user_pools", "{Arn}", name="{Name}", tags="UserPoolTags"),
    _pool_part("user_pool_client", "_clients", "{key}", name="{ClientName}"),
    _pool_part("user", "_users"),
    _pool_part("group", "_groups"),
    _pool_part("resource_server", "_resource_servers", name="{Name}"),
    _pool_part("identity_provider", "_identity_providers"),
    Kind("cognito-idp", "user_pool_domain", "cognito._pool_domain_map", "{key}", tags=""),
    Kind(
        "cognito-identity",
        "identity_pool",
        "cognito._identity_pools",
        "arn:aws:cognito-identity:{region}:{account}:identitypool/{key}",
        name="{IdentityPoolName}",
        tags="IdentityPoolTags",
    ),
    _rest("rest_api", "_rest_apis", "restapis", name="{name}"),
    _rest_api_part("stage", "_stages_v1", "stages", tags="tags"),
    _rest_api_part("deployment", "_deployments_v1", "deployments"),
    _rest_api_part("authorizer", "_authorizers_v1", "authorizers", name="{name}"),
    _rest_api_part("request_validator", "_request_validators", "requestvalidators", name="{name}"),
    _rest("api_key", "_api_keys", "apikeys", name="{name}"),
    _rest("usage_plan", "_usage_plans", "usageplans", name="{name}"),
    _rest("domain_name", "_domain_names", "domainnames"),
    Kind(
        "apigateway",
        "account",
        "apigateway_v1._account_settings",
        "arn:aws:apigateway:{region}::/account",
        name="{cloudwatchRoleArn}",
        tags="",
        hidden=_is_unset,
    ),
    Kind("lambda", "function", "lambda_svc._functions", "{FunctionArn}", inside="config", tags="tags"),
    Kind("lambda", "layer", "lambda_svc._layers", "arn:aws:lambda:{region}:{account}:layer:{key}", tags=""),
    Kind(
        "lambda",
        "event_source_mapping",
        "lambda_svc._esms",
        "arn:aws:lambda:{region}:{account}:event-source-mapping:{key}",
    ),
    Kind(
        "logs",
        "log_group",
        "cloudwatch_logs._log_groups",
        "arn:aws:logs:{region}:{account}:log-group:{key}",
        tags="tags",
    ),
    Kind("logs", "resource_policy", "cloudwatch_logs._resource_policies", "{key}", tags=""),
    Kind(
        "logs",
        "metric_filter",
        "cloudwatch_logs._metric_filters",
        "{logGroupName}:{filterName}",
        name="{filterName}",
        tags="",
    ),
    Kind("logs", "destination", "cloudwatch_logs._destinations", "{arn}", tags="tags"),
    Kind("logs", "delivery", "cloudwatch_logs._deliveries", "{arn}", tags="tags"),
    Kind("logs", "delivery_source", "cloudwatch_logs._delivery_sources", "{arn}", tags="tags"),
    Kind("logs", "delivery_destination", "cloudwatch_logs._delivery_destinations", "{arn}", tags="tags"),
    _iam("role", "_roles", hidden=_is_service_linked),
    _iam("policy", "_policies", name="{PolicyName}"),
    _iam("user", "_users"),
    _iam("group", "_groups"),
    _iam("instance_profile", "_instance_profiles"),
    _iam("access_key", "_access_keys", "{key}", name="{UserName}"),
    _iam("oidc_provider", "_oidc_providers", "{key}"),
    _iam("saml_provider", "_saml_providers", "{key}"),
    _iam("mfa_device", "_mfa_devices", "{key}"),
    _iam("account_alias", "_account_aliases", "{key}"),
    _iam("account_password_policy", "_account_password_policy", "{account}"),
    Kind("kms", "key", "kms._keys", "{Arn}", hidden=_is_of_aws, gone=_is_pending_deletion),
    Kind("kms", "alias", "kms._aliases", "{key}", name="{name}", tags="", hidden=_is_alias_of_aws),
    Kind("s3", "bucket", "s3._buckets", "arn:aws:s3:::{key}", tags="s3._bucket_tags"),
    Kind("s3control", "access_point", "s3._access_points", "arn:aws:s3:{region}:{account}:accesspoint/{key}"),
    Kind(
        "s3control", "multi_region_access_point", "s3._mraps", "arn:aws:s3::{account}:accesspoint/{key}", name="{Name}"
    ),
    Kind(
        "s3control",
        "object_lambda_access_point",
        "s3._object_lambda_access_points",
        "arn:aws:s3-object-lambda:{region}:{account}:accesspoint/{key}",
    ),
    Kind("sns", "platform_application", "sns._platform_applications", "{key}", tags=""),
    Kind("sns", "platform_endpoint", "sns._platform_endpoints", "{key}", tags=""),
    Kind("sns", "topic", "sns._topics", "{key}", name="{name}", tags="tags"),
    Kind("cloudwatch", "alarm", "cloudwatch._alarms", "{AlarmArn}", tags="cloudwatch._resource_tags"),
    Kind(
        "cloudwatch", "composite_alarm", "cloudwatch._composite_alarms", "{AlarmArn}", tags="cloudwatch._resource_tags"
    ),
    Kind("cloudwatch", "dashboard", "cloudwatch._dashboards", "{DashboardArn}", tags="cloudwatch._resource_tags"),
    Kind("budgets", "budget", "budgets._budgets", "arn:aws:budgets::{account}:budget/{key}", tags="budgets._tags"),
    Kind("backup", "backup_vault", "backup._vaults", "{BackupVaultArn}", tags="BackupVaultTags"),
    Kind("backup", "backup_plan", "backup._plans", "{BackupPlanArn}", name="{BackupPlanName}"),
    Kind(
        "backup",
        "recovery_point",
        "backup._jobs",
        "{RecoveryPointArn}",
        name="{ResourceArn}",
        tags="RecoveryPointTags",
        hidden=_is_deleted_recovery_point,
    ),
    Kind("backup", "backup_selection", "backup._selections", "{BackupPlanId}|{key}", name="{SelectionName}", tags=""),
    Kind(
        "events", "event_bus", "eventbridge._event_buses", "{Arn}", tags="eventbridge._tags", hidden=_is_named_default
    ),
    Kind("events", "rule", "eventbridge._rules", "{Arn}", name="{Name}", tags="eventbridge._tags"),
    _event("archive", "_archives", "archive"),
    _event("connection", "_connections", "connection"),
    _event("api_destination", "_api_destinations", "api-destination"),
    _event("endpoint", "_endpoints", "endpoint"),
    _event("replay", "_replays", "replay"),
    Kind("scheduler", "schedule", "scheduler._schedules", "{Arn}", name="{Name}", tags=""),
    Kind(
        "scheduler",
        "schedule_group",
        "scheduler._schedule_groups",
        "{Arn}",
        tags="scheduler._tags",
        hidden=_is_named_default,
    ),
    Kind("wafv2", "web_acl", "waf._web_acls", "{ARN}", name="{Name}", tags="waf._waf_tags"),
    Kind("wafv2", "web_acl_association", "waf._associations", "{key}", tags=""),
    Kind("wafv2", "ip_set", "waf._ip_sets", "{ARN}", name="{Name}", tags="waf._waf_tags"),
    Kind("wafv2", "regex_pattern_set", "waf._regex_pattern_sets", "{ARN}", name="{Name}", tags="waf._waf_tags"),
    Kind("wafv2", "rule_group", "waf._rule_groups", "{ARN}", name="{Name}", tags="waf._waf_tags"),
    Kind("cloudtrail", "trail", "cloudtrail._trails", "{TrailARN}", tags="cloudtrail._trail_tags"),
    Kind("secretsmanager", "secret", "secretsmanager._secrets", "{ARN}", gone=_is_scheduled_for_deletion),
    Kind("ssm", "parameter", "ssm._parameters", "{ARN}", tags="ssm._tags"),
    Kind("sqs", "queue", "sqs._queues", "arn:aws:sqs:{region}:{account}:{name}", name="{name}", tags="tags"),
    Kind("dynamodb", "backup", "dynamodb._backups", "{key}", tags=""),
    Kind("dynamodb", "table", "dynamodb._tables", "{TableArn}", tags="dynamodb._tags"),
)
