# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a platform's sign-in: the arguments of every task of the role login, by the task's step."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from .found import Thing
from .policies.document import Document
from .policies.sign_in import (
    function_trust,
    gateway_trust,
    presigned_url_policy,
    private_api_policy,
    token_groups_policy,
)
from .sign_in import (
    API_LOGS,
    MFA,
    PRESIGNED_URL,
    STAGE,
    THREAT_PROTECTION,
    TOKEN_GROUPS,
    SignIn,
)

Step = t.Dict[str, t.Any]
Steps = t.Dict[str, t.Optional[Step]]
ADOPTED = {"Adopted": "true"}
PORTAL, PROGRAMS = CLIENTS = ("portal", "api")
# The gateway's own answers must not be kept by a browser or a proxy either.
SAFE_HEADERS = {
    "gatewayresponse.header.Cache-Control": "'no-store'",
    "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
}
# No query string and no header: neither a code nor a token may reach the log.
ACCESS_LOG_FORMAT = (
    '{"requestId":"$context.requestId","time":"$context.requestTimeEpoch","ip":"$context.identity.sourceIp", '
    '"user":"$context.authorizer.claims.username","method":"$context.httpMethod","path":"$context.path", '
    '"status":"$context.status","latency":"$context.responseLatency","error":"$context.error.message"}'
)


@dataclasses.dataclass(frozen=True)
class FoundSignIn:
    """What modules answered so far about the sign-in; empty where a run has not come so far."""

    user_pool: Thing = dataclasses.field(default_factory=dict)
    user_pool_differences: Thing = dataclasses.field(default_factory=dict)
    rest_api_id: str = ""
    # The ids of the app clients, in the order of CLIENTS, and all app clients that the pool has.
    client_ids: t.Sequence[str] = ()
    user_pool_clients: t.Sequence[Thing] = ()
    function_group_id: str = ""
    # Of a sign-in that is taken down.
    rest_apis: t.Sequence[Thing] = ()
    user_pools: t.Sequence[Thing] = ()


class Addresses:
    """Where the sign-in is found, with stand-ins for ids that are not there yet."""

    def __init__(self, sign_in: SignIn, found: FoundSignIn) -> None:
        self._sign_in = sign_in
        self._found = found
        place = sign_in.platform
        self.user_pool_id = str(found.user_pool.get("id") or f"{place.region}_predicted")
        pools = f"arn:{place.partition}:cognito-idp:{place.region}:{place.account_id}:userpool"
        self.user_pool_arn = f"{pools}/{self.user_pool_id}"
        self.rest_api_id = found.rest_api_id or "predicted"
        self.api_arn = f"arn:{place.partition}:execute-api:{place.region}:{place.account_id}:{self.rest_api_id}"

    @property
    def pool_is_adopted(self) -> bool:
        """Whether somebody else made the pool."""
        return "Adopted" in (self._found.user_pool.get("tags") or {})

    @property
    def pool_domain(self) -> str:
        """The first part of the hosted sign-in's address. A pool that was taken over keeps the one that it has."""
        present = self._found.user_pool.get("domain") if self.pool_is_adopted else None
        return str(present or self._sign_in.hosted_ui_prefix)

    @property
    def hosted_ui_url(self) -> str:
        """The address of the hosted sign-in."""
        form = f"https://{self.pool_domain}.auth.{self._sign_in.platform.region}.amazoncognito.com"
        return self._sign_in.hosted_ui_url or form

    @property
    def api_url(self) -> str:
        """The address of the API, stage included. That of a private API names its VPC endpoint."""
        form = f"https://{{rest_api_id}}.execute-api.{self._sign_in.platform.region}.amazonaws.com/{{stage}}"
        api = f"{self.rest_api_id}-{self.api_endpoint_id}" if self._sign_in.is_private else self.rest_api_id
        return (self._sign_in.api_url or form).replace("{rest_api_id}", api).replace("{stage}", STAGE)

    @property
    def portal_url(self) -> str:
        """The address of the portal."""
        return f"{self.api_url}/portal"

    @property
    def client_ids(self) -> dict[str, str]:
        """The ids of the app clients by their purpose."""
        return dict(zip(CLIENTS, self._found.client_ids or ("predicted",) * len(CLIENTS)))

    @property
    def stage_arn(self) -> str:
        """The ARN of the API's stage."""
        return stage_arn(self._sign_in, self.rest_api_id)

    @property
    def api_endpoint_id(self) -> str:
        """The VPC endpoint through which alone a private API is reached."""
        return self._endpoint_id(f"com.amazonaws.{self._sign_in.platform.region}.execute-api")

    @property
    def presigned_url_endpoint_ids(self) -> list[str]:
        """The VPC endpoints through which alone the URLs of a private sign-in open.

        SageMaker judges the browser's requests by the rights of who made the URL too, so both ways are among them.
        """
        region = self._sign_in.platform.region
        services = (f"com.amazonaws.{region}.sagemaker.api", f"aws.sagemaker.{region}.studio")
        return [self._endpoint_id(service) for service in services]

    def _endpoint_id(self, service: str) -> str:
        return str((self._sign_in.network.get("vpc_endpoints") or {}).get(service) or "vpce-predicted")


def sign_in_plan(sign_in: SignIn, found: FoundSignIn) -> Steps:
    """Return the arguments by step; a step that this sign-in does without is None."""
    at = Addresses(sign_in, found)
    return {
        "token_groups": _token_groups(sign_in),
        "user_pool": _user_pool(sign_in),
        "hosted_ui": {"user_pool_id": at.user_pool_id, "domain": at.pool_domain},
        **_identity_provider(sign_in, at),
        **_gateway_logs(sign_in),
        "api": _api(sign_in, at),
        "app_clients": _app_clients(sign_in, at),
        "foreign_app_clients": _foreign_app_clients(sign_in, found, at),
        "function_role": _function_role(sign_in, at),
        "function_group": _function_group(sign_in),
        "function": _function(sign_in, found, at),
        "api_permission": _permission(
            sign_in, PRESIGNED_URL, "rest-api", "apigateway.amazonaws.com", f"{at.api_arn}/*"
        ),
        **_monitoring(sign_in, at),
        "postman": _postman(sign_in, at),
        "result": {
            "api_url": at.api_url,
            "portal_url": at.portal_url,
            "hosted_ui_url": at.hosted_ui_url,
            "user_pool_id": at.user_pool_id,
            "user_pool_arn": at.user_pool_arn,
            "client_ids": at.client_ids,
            "differences": _differences(found, at),
        },
    }


def stage_arn(sign_in: SignIn, rest_api_id: str) -> str:
    """Return the ARN of the stage of a REST API."""
    place = sign_in.platform
    return f"arn:{place.partition}:apigateway:{place.region}::/restapis/{rest_api_id}/stages/{STAGE}"


def alarms(sign_in: SignIn) -> list[Step]:
    """Return the alarms on what is counted in the access log."""
    return [
        {
            "name": f"{sign_in.platform.name}-sign-in-{counted['name']}",
            "alarm_description": f"{counted['meaning']} by the sign-in of {sign_in.platform.name}",
            "namespace": sign_in.platform.name,
            "metric_name": counted["metric"],
            "statistic": "Sum",
            "period": 300,
            "evaluation_periods": 1,
            "threshold": counted["threshold"],
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "treat_missing_data": "notBreaching",
            "alarm_actions": list(sign_in.alarm_topic_arns),
            "ok_actions": list(sign_in.alarm_topic_arns),
        }
        for counted in _counted(sign_in)
    ]


def _counted(sign_in: SignIn) -> list[Step]:
    """Both are counted in the access log, as API Gateway's own metrics do not tell a refusal from a wrong address."""
    return [
        {
            "name": "refused",
            "metric": "Refused",
            "pattern": '{ $.status = "403" }',
            "threshold": sign_in.refused_alarm_threshold,
            "meaning": "Requests that were refused (403)",
        },
        {
            "name": "failed",
            "metric": "Failed",
            "pattern": '{ $.status = "5*" }',
            "threshold": sign_in.failed_alarm_threshold,
            "meaning": "Requests that failed (5xx)",
        },
    ]


def _roles(sign_in: SignIn, purpose: str, description: str, policy: Document) -> Step:
    """A role of a function, with the policy of the same name."""
    name = sign_in.role(purpose)
    return {
        "policies": [{"name": name, "description": description, "document": policy}],
        "roles": [
            {
                "name": name,
                "description": description,
                "assume_role_policy_document": function_trust(),
                "policy_arns": [sign_in.policy_arn(purpose)],
            }
        ],
        "tags": sign_in.all_tags,
    }


def _log_group(sign_in: SignIn, name: str) -> Step:
    return {"name": name, "retention_in_days": sign_in.log_retention_days, "tags": sign_in.all_tags}


def _permission(sign_in: SignIn, purpose: str, statement_id: str, principal: str, source_arn: str) -> Step:
    return {
        "function_name": sign_in.function(purpose),
        "statement_id": statement_id,
        "action": "lambda:InvokeFunction",
        "principal": principal,
        "source_arn": source_arn,
    }


def _token_groups(sign_in: SignIn) -> Step | None:
    """The function that puts the teams into the tokens of federated people."""
    provider, name = sign_in.identity_provider, sign_in.platform.name
    if not provider:
        return None
    return {
        "log_group": _log_group(sign_in, sign_in.function_log_group(TOKEN_GROUPS)),
        "roles": _roles(
            sign_in, TOKEN_GROUPS, f"Lets the groups' function of {name} write its log", token_groups_policy(sign_in)
        ),
        "function": {
            "name": sign_in.function(TOKEN_GROUPS),
            "description": f"Puts the teams of {name} into the tokens of federated people",
            "role": sign_in.role_arn(TOKEN_GROUPS),
            "runtime": sign_in.function_runtime,
            "environment": {
                "PROVIDER_NAME": provider.name,
                "GROUPS_ATTRIBUTE": "custom:groups",
                "TEAMS": json.dumps(dict(provider.teams)),
            },
            "tags": sign_in.all_tags,
        },
    }


def _user_pool(sign_in: SignIn) -> Step:
    federated = bool(sign_in.identity_provider)
    mfa = MFA.get(sign_in.mfa, "OFF")
    return {
        "name": sign_in.platform.name,
        "user_pool_id": sign_in.user_pool_id or None,
        "match_tags": sign_in.platform.tags,
        "adoption_tags": ADOPTED,
        "user_pool_tier": sign_in.user_pool_tier,
        "admin_create_user_config": {"allow_admin_create_user_only": True},
        # Studio takes profile names in any case, so the pool must not tell Ada from ada.
        "username_configuration": {"case_sensitive": False},
        "policies": {"password_policy": dict(sign_in.password_policy)},
        "mfa_configuration": mfa,
        "software_token_mfa_configuration": {"enabled": True} if mfa != "OFF" else None,
        "user_pool_add_ons": {"advanced_security_mode": THREAT_PROTECTION.get(sign_in.threat_protection, "OFF")},
        "account_recovery_setting": {"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
        "auto_verified_attributes": ["email"],
        "custom_attributes": [{"name": "groups", "attribute_data_type": "String", "mutable": True}]
        if federated
        else None,
        "lambda_config": _triggers(sign_in),
        "deletion_protection": "ACTIVE" if sign_in.deletion_protection else "INACTIVE",
        "tags": sign_in.all_tags,
    }


def _triggers(sign_in: SignIn) -> Step | None:
    """A pool that somebody else made may have a function of its own, which stays where there is no provider."""
    if sign_in.identity_provider:
        trigger = {"lambda_version": "V2_0", "lambda_arn": sign_in.function_arn(TOKEN_GROUPS)}
        return {"pre_token_generation_config": trigger}
    return None if sign_in.user_pool_id else {"pre_token_generation_config": {"lambda_arn": ""}}


def _identity_provider(sign_in: SignIn, at: Addresses) -> Steps:
    provider = sign_in.identity_provider
    if not provider:
        return {"pool_permission": None, "identity_provider": None}
    source, principal = at.user_pool_arn, "cognito-idp.amazonaws.com"
    return {
        "pool_permission": _permission(sign_in, TOKEN_GROUPS, "user-pool", principal, source),
        "identity_provider": {
            "user_pool_id": at.user_pool_id,
            "name": provider.name,
            "provider_type": provider.type,
            "provider_details": dict(provider.details),
            "client_secret": sign_in.identity_provider_secret or None,
            "attribute_mapping": provider.attribute_mapping,
        },
    }


def _gateway_logs(sign_in: SignIn) -> Steps:
    """One setting of API Gateway for all APIs of the account and region."""
    logs_policy = f"arn:{sign_in.platform.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    role = {
        "name": sign_in.role(API_LOGS),
        "description": f"Lets API Gateway write logs in {sign_in.platform.region}",
        "assume_role_policy_document": gateway_trust(),
        "policy_arns": [logs_policy],
    }
    managed = sign_in.access_log and sign_in.manage_api_gateway_log_role
    return {
        "access_log_group": _log_group(sign_in, sign_in.access_log_group) if sign_in.access_log else None,
        "gateway_role": {"roles": [role], "tags": sign_in.all_tags} if managed else None,
        "gateway_account": {"cloudwatch_role_arn": sign_in.role_arn(API_LOGS)} if managed else None,
    }


def _api(sign_in: SignIn, at: Addresses) -> Step:
    name = sign_in.platform.name
    private = {"types": ["PRIVATE"], "vpc_endpoint_ids": [at.api_endpoint_id]}
    responses = {
        "response_parameters": SAFE_HEADERS,
        "response_templates": {"application/json": '{"message": $context.error.messageString}'},
    }
    return {
        "name": name,
        "description": f"Signs members of {name} in to Studio",
        "endpoint_configuration": private if sign_in.is_private else {"types": ["REGIONAL"]},
        "policy": private_api_policy(at.api_endpoint_id) if sign_in.is_private else {},
        "authorizers": [
            {
                "name": "user-pool",
                "type": "COGNITO_USER_POOLS",
                "provider_arns": [at.user_pool_arn],
                "identity_source": "method.request.header.Authorization",
            }
        ],
        "request_validators": [
            {"name": "parameters", "validate_request_body": False, "validate_request_parameters": True}
        ],
        "routes": _routes(sign_in),
        "gateway_responses": [{"response_type": f"DEFAULT_{kind}", **responses} for kind in ("4XX", "5XX")],
        "stage": _stage(sign_in),
        "tags": sign_in.all_tags,
    }


def _routes(sign_in: SignIn) -> list[Step]:
    integration = {
        "type": "AWS_PROXY",
        "lambda_function_arn": sign_in.function_arn(PRESIGNED_URL),
        "timeout_in_millis": 29000,
    }
    # Nobody signed in yet where these are called, so a flood of them must not use up what those who did may call.
    throttling = {
        "burst_limit": sign_in.portal_throttling_burst_limit,
        "rate_limit": sign_in.portal_throttling_rate_limit,
    }
    page = {"method": "GET", "authorization_type": "NONE", "throttling": throttling, "integration": integration}
    return [
        {
            "path": "/domainName/{domainName}/getPresignedUrl",
            "method": "GET",
            "authorizer": "user-pool",
            "authorization_scopes": ["openid"],
            "request_parameters": {"method.request.path.domainName": True},
            "request_validator": "parameters",
            "integration": integration,
        },
        {"path": "/portal", **page},
        {"path": "/", **page},
    ]


def _stage(sign_in: SignIn) -> Step:
    log = {
        "destination_arn": f"{sign_in.logs}:{sign_in.access_log_group}",
        "format": ACCESS_LOG_FORMAT,
    }
    return {
        "name": STAGE,
        **({"access_log_settings": log} if sign_in.access_log else {}),
        "tracing_enabled": sign_in.tracing,
        "throttling": {"burst_limit": sign_in.throttling_burst_limit, "rate_limit": sign_in.throttling_rate_limit},
    }


def _app_clients(sign_in: SignIn, at: Addresses) -> Step:
    """The app clients of the portal, which has no secret, and of programs."""
    provider, portal = sign_in.identity_provider, [at.portal_url]
    clients = [
        {"generate_secret": False, "callback_urls": portal, "logout_urls": portal},
        {"generate_secret": True, "callback_urls": callback_urls(sign_in, at), "logout_urls": []},
    ]
    return {
        "user_pool_id": at.user_pool_id,
        "wanted": [
            {"name": f"{sign_in.platform.name}-{purpose}", **client} for purpose, client in zip(CLIENTS, clients)
        ],
        "supported_identity_providers": [
            *([] if provider.exclusive else ["COGNITO"]),
            *([provider.name] if provider else []),
        ],
        # A provider fills what the client may write, and nothing else.
        "write_attributes": list(provider.attribute_mapping) if provider else [],
    }


def callback_urls(sign_in: SignIn, at: Addresses) -> list[str]:
    """Return where the hosted sign-in may send the browser of a user of the programs' client back to."""
    return list(sign_in.callback_urls) or [at.portal_url]


def _foreign_app_clients(sign_in: SignIn, found: FoundSignIn, at: Addresses) -> Step | None:
    """App clients that were not made here.

    The function takes no token of theirs, so they open nothing; but somebody should know why they are there.
    """
    own = {f"{sign_in.platform.name}-{purpose}" for purpose in CLIENTS}
    names = [client["client_name"] for client in found.user_pool_clients if client["client_name"] not in own]
    if not names:
        return None
    return {
        "warning": (
            f"User pool {at.user_pool_id} of {sign_in.platform.name} has app clients that were not made here: "
            f"{', '.join(names)}. Their tokens open no Studio. Delete them, or find out whose they are."
        )
    }


def _function_role(sign_in: SignIn, at: Addresses) -> Step:
    description = f"Lets the sign-in of {sign_in.platform.name} make presigned URLs"
    policy = presigned_url_policy(sign_in, at.user_pool_arn, at.presigned_url_endpoint_ids)
    return {
        "log_group": _log_group(sign_in, sign_in.function_log_group(PRESIGNED_URL)),
        **_roles(sign_in, PRESIGNED_URL, description, policy),
    }


def _function_group(sign_in: SignIn) -> Step | None:
    if not sign_in.is_private:
        return None
    return {
        "name": sign_in.function_security_group,
        "vpc_id": sign_in.network.get("vpc_id"),
        "tags": {**sign_in.all_tags, "Name": sign_in.function_security_group},
    }


def _function(sign_in: SignIn, found: FoundSignIn, at: Addresses) -> Step:
    name, place = sign_in.platform.name, sign_in.platform
    hosts = sign_in.studio_hosts or (f"*.studio.{place.region}.sagemaker.aws",)
    network = sign_in.network
    groups = [found.function_group_id or "sg-predicted", network.get("client_security_group_id") or "sg-predicted"]
    in_vpc = {"subnet_ids": list(network.get("subnet_ids") or ()), "security_group_ids": groups}
    return {
        "name": sign_in.function(PRESIGNED_URL),
        "description": f"Signs members of {name} in to Studio",
        "role": sign_in.role_arn(PRESIGNED_URL),
        "runtime": sign_in.function_runtime,
        "environment": {
            "PLATFORM_NAME": name,
            "CLIENT_IDS": ",".join(sorted(at.client_ids.values())),
            "PORTAL_CLIENT_ID": at.client_ids[PORTAL],
            "HOSTED_UI_URL": at.hosted_ui_url,
            "STUDIO_HOSTS": ",".join(hosts),
            "URL_LIFETIME_SECONDS": str(sign_in.url_lifetime_seconds),
            "SESSION_SECONDS": str(sign_in.session_seconds),
            "LIVE_GROUP_CHECK": "true" if sign_in.live_group_check else "false",
            "USER_POOL_ID": at.user_pool_id,
            "ORGANISATION_NAME": sign_in.organisation_name,
            "LOGO_TEXT": sign_in.logo_text,
            "HELP_URL": sign_in.help_url,
        },
        "vpc_config": in_vpc if sign_in.is_private else {"subnet_ids": [], "security_group_ids": []},
        "tracing_config": {"mode": "Active" if sign_in.tracing else "PassThrough"},
        "tags": sign_in.all_tags,
    }


def _monitoring(sign_in: SignIn, at: Addresses) -> Steps:
    filters = [
        {
            "name": counted["name"],
            "filter_pattern": counted["pattern"],
            "metric_transformations": [
                {
                    "metric_namespace": sign_in.platform.name,
                    "metric_name": counted["metric"],
                    "metric_value": "1",
                    "default_value": 0,
                }
            ],
        }
        for counted in _counted(sign_in)
    ]
    watched = sign_in.access_log and sign_in.alarms
    web_acl = sign_in.web_acl_arn
    return {
        "metric_filters": {"log_group_name": sign_in.access_log_group, "metric_filters": filters} if watched else None,
        "alarms": {"alarms": alarms(sign_in), "tags": sign_in.all_tags} if watched else None,
        # Without the option, the one that is there is left alone.
        "web_acl": None
        if web_acl is None
        else {
            "resource_arn": at.stage_arn,
            "web_acl_arn": web_acl or None,
            "state": "present" if web_acl else "absent",
        },
    }


def _postman(sign_in: SignIn, at: Addresses) -> Step | None:
    """What the files for Postman say, and where they go."""
    if not sign_in.postman_dir:
        return None
    return {
        "dir": sign_in.postman_dir,
        "platform_name": sign_in.platform.name,
        "region": sign_in.platform.region,
        "rest_api_id": at.rest_api_id,
        "api_url": at.api_url,
        "hosted_ui_url": at.hosted_ui_url,
        "callback_url": callback_urls(sign_in, at)[0],
        "client_id": at.client_ids[PROGRAMS],
        "team": sign_in.postman_team,
    }


def _differences(found: FoundSignIn, at: Addresses) -> list[str]:
    """What an adopted user pool keeps, a sentence for each."""
    kept, pool = found.user_pool_differences, f"user pool {at.user_pool_id}"
    sentences = [
        f"{pool} keeps its own {option.replace('_', ' ')}: {json.dumps(values['present'])}, not "
        f"{json.dumps(values['wanted'])}."
        for option, values in kept.items()
        if values["present"] is not None or option == "username_configuration"
    ]
    if "username_configuration" in kept:
        sentences.append(
            f"{pool} tells names apart by their case, and Studio does not: let no two people differ by case alone."
        )
    if at.pool_is_adopted:
        sentences.append(
            f"{pool} keeps its people, groups and app clients; tokens of other app clients open no Studio."
        )
    return sentences


def removal_plan(sign_in: SignIn, found: FoundSignIn) -> dict[str, Step]:
    """Return the arguments by step of the tasks that take the sign-in down."""
    tags, name = sign_in.platform.tags, sign_in.platform.name
    own_pools = [pool for pool in found.user_pools if (pool.get("tags") or {}).get("Platform") == name]
    roles = [sign_in.role(PRESIGNED_URL), sign_in.role(TOKEN_GROUPS)]
    gateway = [sign_in.role(API_LOGS)] if sign_in.manage_api_gateway_log_role else []
    own_apis = [api for api in found.rest_apis if (api.get("tags") or {}).get("Platform") == name]
    return {
        # Whether or not there are alarms now: there may have been once.
        "alarms": {"alarms": alarms(sign_in)},
        "web_acl": {
            "is_possible": bool(sign_in.web_acl_arn),
            "resource_arns": [stage_arn(sign_in, api["id"]) for api in own_apis],
        },
        # API Gateway does not keep names unique, so an API of the same name may be somebody else's.
        "api": {"name": name, "match_tags": tags},
        "lookups": {
            "user_pool_name": None if sign_in.user_pool_id else name,
            "user_pool_id": sign_in.user_pool_id or None,
        },
        "user_pools": {"leaving": [_leaving_pool(sign_in, pool) for pool in own_pools]},
        # Whether or not there is a provider now: there may have been once.
        "functions": {
            "names": [sign_in.function(PRESIGNED_URL), sign_in.function(TOKEN_GROUPS)],
            "match_tags": tags,
        },
        "gateway_account": {
            "is_ours": sign_in.manage_api_gateway_log_role,
            "cloudwatch_role_arn": sign_in.role_arn(API_LOGS),
        },
        "roles": {
            "roles": [{"name": role} for role in roles + gateway],
            "policies": [{"name": role} for role in roles],
        },
        "log_groups": {
            "names": [
                sign_in.function_log_group(PRESIGNED_URL),
                sign_in.function_log_group(TOKEN_GROUPS),
                sign_in.access_log_group,
            ]
        },
        "function_group": {"names": [sign_in.function_security_group], "match_tags": tags},
    }


def _leaving_pool(sign_in: SignIn, pool: Thing) -> Step:
    """What becomes of the pool: one that was taken over stays, without what was made in it and the platform's tags."""
    adopted = "Adopted" in (pool.get("tags") or {})
    domain = pool.get("domain") or ""
    own_tags = {*sign_in.all_tags, "Adopted"}
    return {
        "id": pool["id"],
        "name": pool["name"],
        "is_adopted": adopted,
        "domain": domain if not adopted or domain == sign_in.hosted_ui_prefix else "",
        "app_clients": [f"{sign_in.platform.name}-{purpose}" for purpose in CLIENTS] if adopted else [],
        "tags": {key: value for key, value in (pool.get("tags") or {}).items() if key not in own_tags},
    }
