# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST APIs, data plane: a stage serves its deployment, functions need a permission, tokens are checked as on AWS.

Sources: API Gateway developer guide (deployments, Cognito authorizers, Lambda permissions); Lambda event of REST APIs
as re:Post answers quote it.
"""

from __future__ import annotations

import contextlib
import contextvars
import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import AccountRegionScopedDict, get_region, request_scope

from emulator.shared.patching import replace, require, wrap
from emulator.shared.shapes import Answer, Function, Handler, Headers, Structure
from emulator.shared.upstream import apigateway_v1 as upstream
from emulator.shared.upstream import cognito, lambda_svc

SERVICE_PRINCIPAL = "apigateway.amazonaws.com"
# What a deployment freezes, by the name of ministack's store.
FROZEN_STORES = ("_resources", "_authorizers_v1", "_models", "_request_validators", "_rest_apis")
DATE_CLAIMS = ("exp", "iat")
POOL_KEYS = re.compile(r"/([\w-]+)/\.well-known/jwks\.json$")

# What replaces those stores.
_deployed: list[DeployedStore] = []
# api id -> {deployment id: {store name: content}}
_snapshots = AccountRegionScopedDict()
# While a request is served: {store name: content of that API} of the stage's deployment.
_serving: contextvars.ContextVar[Structure | None] = contextvars.ContextVar("serving", default=None)


class DeployedStore(AccountRegionScopedDict):
    """A store of ministack that shows a deployment's copy while a stage of that deployment answers a request."""

    __slots__ = ("name",)
    name: str

    def get(self, key: str, default: Any = None) -> Any:
        """The API's live content, or what its deployment froze."""
        serving = _serving.get()
        if serving is not None and key == serving["api_id"]:
            return serving["stores"].get(self.name, default)
        return super().get(key, default)  # type: ignore[no-untyped-call]


def install() -> None:
    """Replace the stores by deployed ones, and wrap what authorizes and invokes."""
    for name in FROZEN_STORES:
        store = DeployedStore()  # type: ignore[no-untyped-call]
        store.name = name
        store._data = require(upstream, name)._data
        replace(upstream, name, store)
        _deployed.append(store)
    wrap(upstream, "_create_deployment", _freezing)
    wrap(upstream, "_delete_deployment", _forgetting)
    wrap(upstream, "_delete_rest_api", _forgetting_all)
    wrap(upstream, "_execute_in_scope", _serving_deployment)
    wrap(upstream, "method_authorization_type", _of_deployment)
    replace(upstream, "find_api_scope", scope_of_api)
    wrap(upstream, "_validate_cognito_authorizer", _checking_token_use)
    wrap(upstream, "_fetch_jwks", _with_keys_at_hand)
    wrap(upstream, "_build_lambda_event_v1", _as_rest_api_event)
    replace(upstream, "_stringify_claims", claims_as_strings)
    for name in ("_invoke_lambda_proxy_v1", "_invoke_lambda_custom_v1"):
        wrap(upstream, name, _needing_permission)
    wrap(upstream, "get_state", _saving_snapshots)
    wrap(upstream, "load_persisted_state", _loading_snapshots)
    wrap(upstream, "reset", _resetting_snapshots)


def scope_of_api(api_id: str) -> tuple[str, str] | None:
    """Account and region of a REST API: a caller without credentials reaches any account's API by its id alone."""
    keys = (key for key, _api in upstream._rest_apis.all_items())
    return next(((account, region) for account, region, stored in keys if stored == api_id), None)


# --- deployments -----------------------------------------------------------------------------------------------------


def _freezing(original: Handler) -> Handler:
    def create_deployment(api_id: str, data: Structure) -> Answer:
        before = set(upstream._deployments_v1.get(api_id, {}))
        answer = original(api_id, data)
        for deployment_id in set(upstream._deployments_v1.get(api_id, {})) - before:
            stores = {store.name: copy.deepcopy(store.get(api_id)) for store in _deployed}
            _snapshots.setdefault(api_id, {})[deployment_id] = stores
        return answer

    return create_deployment


def _forgetting(original: Handler) -> Handler:
    def delete_deployment(api_id: str, deployment_id: str) -> Answer:
        answer = original(api_id, deployment_id)
        if answer[0] == 202:
            _snapshots.get(api_id, {}).pop(deployment_id, None)
        return answer

    return delete_deployment


def _forgetting_all(original: Handler) -> Handler:
    def delete_rest_api(api_id: str) -> Answer:
        answer = original(api_id)
        if answer[0] == 202:
            _snapshots.pop(api_id, None)
            upstream._request_validators.pop(api_id, None)  # ministack leaves them
        return answer

    return delete_rest_api


def _saving_snapshots(original: Function) -> Function:
    return lambda: {**original(), "deployment_snapshots": copy.deepcopy(_snapshots)}


def _loading_snapshots(original: Function) -> Function:
    def load_persisted_state(data: Structure) -> None:
        original(data)
        _snapshots.update((data or {}).get("deployment_snapshots", {}))

    return load_persisted_state


def _resetting_snapshots(original: Function) -> Function:
    def reset() -> None:
        _snapshots.clear()
        original()

    return reset


@contextlib.contextmanager
def deployment_of(api_id: str, stage_name: str) -> Iterator[None]:
    """While inside, the stores show the API as it was when the stage's deployment was made."""
    stage = (upstream._stages_v1.get(api_id) or {}).get(stage_name) or {}
    stores = (_snapshots.get(api_id) or {}).get(stage.get("deploymentId"))
    token = _serving.set({"api_id": api_id, "stores": stores} if stores else None)
    try:
        yield
    finally:
        _serving.reset(token)


def _serving_deployment(original: Function) -> Function:
    async def execute(request: Structure, api_id: str, stage_name: str, *rest: Any) -> Any:
        # The endpoint is switched off at once; only what methods do waits for a deployment.
        if (upstream._rest_apis.get(api_id) or {}).get("disableExecuteApiEndpoint"):
            headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "ForbiddenException"}
            return 403, headers, b'{"message":"Forbidden"}'
        with deployment_of(api_id, stage_name):
            stage = (upstream._stages_v1.get(api_id) or {}).get(stage_name)
            _method, path, *_ = rest
            if stage and "//" in path:
                # No resource has an empty path part; ministack leaves such parts out of a request's path.
                request["stage"] = stage
                return upstream._gw_error("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
            return await original(request, api_id, stage_name, *rest)

    return execute


def _of_deployment(original: Function) -> Function:
    def method_authorization_type(api_id: str, stage_name: str, method: str, path: str) -> Any:
        scope = upstream.find_api_scope(api_id)
        if scope is None:
            return None
        with request_scope(*scope), deployment_of(api_id, stage_name):
            return original(api_id, stage_name, method, path)

    return method_authorization_type


# --- tokens ----------------------------------------------------------------------------------------------------------


def _checking_token_use(original: Function) -> Function:
    """Methods with scopes take access tokens, methods without take ID tokens; refresh tokens open nothing."""

    async def validate(
        authorizer: Structure, method: Structure, headers: Headers, query: Structure, stage: Structure
    ) -> tuple[Structure | None, Any]:
        claims, error = await original(authorizer, method, headers, query, stage)
        wanted = "access" if method.get("authorizationScopes") else "id"
        if error is None and claims.get("token_use") != wanted:
            return None, upstream._gw_error("UNAUTHORIZED", "Unauthorized")
        return claims, error

    return validate


def _with_keys_at_hand(original: Function) -> Function:
    """An authorizer has the keys of its pools; ministack asks itself for them, and a crowd waits for that in vain."""

    async def fetch_jwks(url: str) -> Structure:
        pool_id = POOL_KEYS.search(url)
        if pool_id and any(key[-1] == pool_id[1] for key, _pool in cognito._user_pools.all_items()):
            found: Structure = json.loads(cognito.well_known_jwks(pool_id[1])[2])
            return found
        answer: Structure = await original(url)
        return answer

    return fetch_jwks


def claims_as_strings(claims: Structure) -> Structure:
    """Token claims as a REST API hands them to a function: all of them text, lists joined by commas, dates in words."""
    return {name: _claim(name, value) for name, value in (claims or {}).items() if value not in (None, [])}


def _claim(name: str, value: Any) -> str:
    if name in DATE_CLAIMS:
        return datetime.fromtimestamp(int(value), UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value)


# --- functions -------------------------------------------------------------------------------------------------------


def _as_rest_api_event(original: Function) -> Function:
    def build(api_id: str, *arguments: Any, **options: Any) -> Structure:
        event = original(api_id, *arguments, **options)
        # Only HTTP APIs put a version into the event.
        event.pop("version", None)
        event["requestContext"]["domainPrefix"] = api_id
        event["requestContext"]["domainName"] = f"{api_id}.execute-api.{get_region()}.amazonaws.com"
        return event

    return build


def source_arn(account: str, region: str, api_id: str, stage: str, method: str, path: str) -> str:
    """The ARN that API Gateway names when it invokes a function; path parameters stand in it as ``*``."""
    return f"arn:aws:execute-api:{region}:{account}:{api_id}/{stage}/{method}{re.sub(r'{[^}]*}', '*', path)}"


def _needing_permission(original: Function) -> Function:
    """Without a statement in the function's policy, or invoked by anything but POST, AWS answers 500."""

    async def invoke(
        integration: Structure,
        api_id: str,
        stage_name: str,
        stage: Structure,
        resource: Structure,
        request_path: str,
        method: str,
        *rest: Any,
        **options: Any,
    ) -> Any:
        account, region = options["owner_account_id"], options["owner_region"]
        function = upstream._extract_lambda_ref_from_integration_uri(integration.get("uri", ""))
        caller = source_arn(account, region, api_id, stage_name, method, resource["path"])
        allowed = integration.get("credentials") or may_invoke(function, caller, account, region)
        if not allowed or integration.get("httpMethod") != "POST":
            return upstream._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
        return await original(integration, api_id, stage_name, stage, resource, request_path, method, *rest, **options)

    return invoke


def may_invoke(function: str, caller: str, account: str, region: str) -> bool:
    """Whether the policy of ``function`` (an ARN) lets API Gateway invoke it for ``caller`` (an execute-api ARN)."""
    try:
        parsed = parse_arn(function)
    except ArnParseError:
        return False
    _kind, _colon, name = parsed.resource.partition(":")
    name, _colon, _qualifier = name.partition(":")
    with request_scope(parsed.account_id, parsed.region):
        record = lambda_svc._functions.get(name)
        if record is None:
            # The integration error of a function that does not exist comes from the invocation.
            return True
        context = EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action="lambda:InvokeFunction",
            resource_arn=function,
            region=region,
            service_context={"aws:sourcearn": caller, "aws:sourceaccount": account},
        )
        return evaluate_resource_policy(record["policy"], context, service=SERVICE_PRINCIPAL).decision == "Allow"
