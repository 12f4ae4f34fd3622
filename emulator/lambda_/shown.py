# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Lambda shows a function, and what it says of what it does not find.

Source: recordings of AWS (localstack, tests/aws/services/lambda_/test_lambda_api.snapshot.json):
test_function_lifecycle, test_ops_on_nonexisting_fn, test_ops_on_nonexisting_version, test_function_revisions_basic;
test_lambda.snapshot.json: test_reserved_concurrency.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure, Wrapper
from emulator.shared.upstream import lambda_svc as upstream

UPDATE = ("LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode")
UPDATING = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}
# Left out where they say nothing.
OPTIONAL = (*UPDATE, "KMSKeyArn", "Layers", "StateReason", "StateReasonCode")
REVISION = (
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the "
    "latest Revision Id"
)
GONE = "The resource you requested does not exist."
LATEST = "{arn}:$LATEST"


def install() -> None:
    """Show functions as AWS does."""
    wrap(upstream, "json_response", _as_shown)
    wrap(upstream, "_throttle_response", _briefly)
    for name in ("_update_code", "_update_config"):
        wrap(upstream, name, _staying_active)
    for name in ("_get_function", "_get_function_config"):
        wrap(upstream, name, _naming_the_version)
    for name in ("_get_alias", "_update_alias"):
        wrap(upstream, name, _naming_the_alias)
    event_invoke = f"The function {LATEST} doesn't have an EventInvokeConfig"
    wrap(upstream, "_get_event_invoke_config", _unless_there(event_invoke))
    wrap(upstream, "_put_function_concurrency", _unless_there(f"Function not found: {LATEST}"))
    wrap(upstream, "_get_function_url_config", _unless_there(GONE))


def _as_shown(original: Handler) -> Handler:
    def json_response(data: Any, *rest: Any, **options: Any) -> Answer:
        return original(shown(data), *rest, **options)

    return json_response


def shown(value: Any) -> Any:
    """An answer in which every function is as AWS shows it."""
    if isinstance(value, list):
        return [shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    members = {name: shown(item) for name, item in value.items()}
    return _shown_function(members) if "CodeSha256" in value and "FunctionArn" in value else members


def _shown_function(members: Structure) -> Structure:
    gone = {name for name in OPTIONAL if not members.get(name)}
    if members.get("State") == "Pending":
        gone.update(UPDATE)
    if not (members.get("VpcConfig") or {}).get("VpcId"):
        gone.add("VpcConfig")
    return {name: item for name, item in members.items() if name not in gone}


def _staying_active(original: Handler) -> Handler:
    """A function that works goes on working while it is changed; the reason is AWS's own words for that."""

    def update(name: str, data: Structure) -> Answer:
        config = (upstream._functions.get(name) or {}).get("config") or {}
        before = config.get("State")
        status, headers, body = original(name, data)
        if status == 412:
            return error_response_json("PreconditionFailedException", REVISION, 412)
        if status != 200 or before != "Active":
            return status, headers, body
        changed = {"State": "Active", "StateReason": "", "StateReasonCode": "", **UPDATING}
        if config.get("LastUpdateStatus") == UPDATING["LastUpdateStatus"]:
            config.update(changed)
        return status, headers, json.dumps(shown({**json.loads(body), **changed})).encode()

    return update


def _naming_the_version(original: Handler) -> Handler:
    def get(name: str, qualifier: str | None = None) -> Answer:
        answer = original(name, qualifier)
        if answer[0] != 404 or not qualifier:
            return answer
        return _not_found(f"Function not found: {upstream._func_arn(name)}:{qualifier}")

    return get


def _naming_the_alias(original: Handler) -> Handler:
    def handler(name: str, alias: str, *rest: Any) -> Answer:
        answer = original(name, alias, *rest)
        if answer[0] != 404 or name not in upstream._functions:
            return answer
        return _not_found(f"Cannot find alias arn: {upstream._func_arn(name)}:{alias}")

    return handler


def _unless_there(text: str) -> Wrapper:
    """Say ``text`` of what is not there, whether that is the function or only a part of it."""

    def wrapper(original: Handler) -> Handler:
        def handler(name: str, *rest: Any) -> Answer:
            answer = original(name, *rest)
            return _not_found(text.format(arn=upstream._func_arn(name))) if answer[0] == 404 else answer

        return handler

    return wrapper


def _not_found(message: str) -> Answer:
    return error_response_json("ResourceNotFoundException", message, 404)


def _briefly(original: Function) -> Function:
    def throttle_response(*arguments: Any, **options: Any) -> Any:
        return original(*arguments, **{**options, "msg": "Rate Exceeded."})

    return throttle_response
