# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a sign-in's end: the arguments of the tasks that take it down."""

from __future__ import annotations

import typing as t

from .found import Thing, tags_of
from .sign_in import API_LOGS, PRESIGNED_URL, TOKEN_GROUPS, SignIn
from .sign_in_addresses import CLIENTS, FoundSignIn, stage_arn
from .sign_in_monitoring import alarms

Step = t.Dict[str, t.Any]


def removal_plan(sign_in: SignIn, found: FoundSignIn) -> dict[str, Step]:
    """Return the arguments by step of the tasks that take the sign-in down."""
    tags, name = sign_in.platform.tags, sign_in.platform.name
    own_pools = [pool for pool in found.user_pools if tags_of(pool).get("Platform") == name]
    roles = [sign_in.role(PRESIGNED_URL), sign_in.role(TOKEN_GROUPS)]
    gateway = [sign_in.role(API_LOGS)] if sign_in.manage_api_gateway_log_role else []
    own_apis = [api for api in found.rest_apis if tags_of(api).get("Platform") == name]
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
            "log_groups": [
                {"name": sign_in.function_log_group(PRESIGNED_URL)},
                {"name": sign_in.function_log_group(TOKEN_GROUPS)},
                {"name": sign_in.access_log_group},
            ]
        },
        "function_group": {"names": [sign_in.function_security_group], "match_tags": tags},
    }


def _leaving_pool(sign_in: SignIn, pool: Thing) -> Step:
    """What becomes of the pool: one that was taken over stays, without what was made in it and the platform's tags."""
    adopted = "Adopted" in tags_of(pool)
    domain = pool.get("domain") or ""
    own_tags = {*sign_in.all_tags, "Adopted"}
    return {
        "id": pool["id"],
        "name": pool["name"],
        "is_adopted": adopted,
        "domain": domain if not adopted or domain == sign_in.hosted_ui_prefix else "",
        "app_clients": [f"{sign_in.platform.name}-{purpose}" for purpose in CLIENTS] if adopted else [],
        "tags": {key: value for key, value in tags_of(pool).items() if key not in own_tags},
    }
