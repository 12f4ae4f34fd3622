# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch Logs: the encryption of log groups with KMS keys, which ministack keeps and cannot change; AWS's words.

Sources: API reference of Amazon CloudWatch Logs (CreateLogGroup, AssociateKmsKey, DisassociateKmsKey); recordings of
AWS (localstack, tests/aws/services/logs/test_logs_groups.snapshot.json, test_logs_streams.snapshot.json,
test_logs_events.snapshot.json, test_logs_metric_filters.snapshot.json).
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.core.responses import error_response_json, json_response

from emulator.shared.modelled import constrained
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, AsyncHandler, Handler, Headers, Structure, Wrapper
from emulator.shared.upstream import cloudwatch_logs as upstream
from emulator.shared.upstream import kms

LONGEST_NAME = 512
NAMES = ("logGroupName", "logStreamName")
# Who lists streams names the group by its name, or by what may be its name or its ARN.
NAME, IDENTIFIER = "logGroupName", "logGroupIdentifier"
TWO_FILTERS = "logGroupNamePrefix and logGroupNamePattern are mutually exclusive."
NAMED = re.compile(r"(The specified log (?:group|stream) (does not exist|already exists)): .+")
# A call of ministack -> what it lists, and what every entry shows.
DEFAULTS = {
    "_describe_log_groups": ("logGroups", "deletionProtectionEnabled"),
    "_describe_metric_filters": ("metricFilters", "applyOnTransformedLogs"),
}


def install() -> None:
    """Add the two calls, refuse a log group with a key that cannot be used, and what breaks the model."""
    wrap(upstream, "handle_request", _with_key_calls)
    wrap(upstream, "_create_log_group", _with_usable_key)
    wrap(upstream, "handle_request", constrained("logs", "InvalidParameterException"))
    wrap(upstream, "handle_request", _with_short_names)
    wrap(upstream, "error_response_json", _in_its_words)
    wrap(upstream, "_describe_log_streams", _of_an_identifier)
    wrap(upstream, "_put_log_events", _in_order)
    for name, default in DEFAULTS.items():
        wrap(upstream, name, _showing(*default))


def _with_key_calls(original: AsyncHandler) -> AsyncHandler:
    calls = {"AssociateKmsKey": associate_kms_key, "DisassociateKmsKey": disassociate_kms_key}

    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        call = calls.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return call(json.loads(body or b"{}")) if call else await original(method, path, headers, body, query)

    return handle_request


def _with_short_names(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        if any(isinstance(name, str) and len(name) > LONGEST_NAME for name in _names(body)):
            message = f"Invalid LogGroup or LogStream, both must have length less than or equal to {LONGEST_NAME}."
            return error_response_json("InvalidParameterException", message, 400)
        return await original(method, path, headers, body, query)

    return handle_request


def _names(body: bytes) -> list[Any]:
    """The names of a group and a stream in a request, none where it cannot be read."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return []
    return [value for name, value in request.items() if name in NAMES] if isinstance(request, dict) else []


def _of_an_identifier(original: Handler) -> Handler:
    """A group by name or by identifier, not by both; a stream shows no token, as none is needed any more."""

    def describe_log_streams(data: Structure) -> Answer:
        if NAME in data and IDENTIFIER in data:
            message = "LogGroup name and LogGroup ARN are mutually exclusive parameters."
            return error_response_json("ValidationException", message, 400)
        name = data.get(NAME) or data.get(IDENTIFIER, "").partition(":log-group:")[2] or data.get(IDENTIFIER)
        answer = original({**data, NAME: name})
        if answer[0] != 200:
            return answer
        content = json.loads(answer[2])
        for stream in content["logStreams"]:
            stream.pop("uploadSequenceToken", None)
        return json_response(content)

    return describe_log_streams


def _in_order(original: Handler) -> Handler:
    def put_log_events(data: Structure) -> Answer:
        times = [event.get("timestamp", 0) for event in data.get("logEvents", [])]
        if times != sorted(times):
            message = "Log events in a single PutLogEvents request must be in chronological order."
            return error_response_json("InvalidParameterException", message, 400)
        return original(data)

    return put_log_events


def _in_its_words(original: Handler) -> Handler:
    """AWS does not repeat the name of what does not exist, or does already."""

    def error(code: str, message: str, *rest: Any, **options: Any) -> Answer:
        if message == TWO_FILTERS:
            message = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        named = NAMED.fullmatch(message)
        text = f"{named[1]}{'.' if named[2] == 'does not exist' else ''}" if named else message
        return original(code, text, *rest, **options)

    return error


def _showing(listing: str, member: str) -> Wrapper:
    """Every entry of a listing shows a switch that is off."""

    def wrapper(original: Handler) -> Handler:
        def describe(data: Structure) -> Answer:
            answer = original(data)
            if answer[0] != 200:
                return answer
            content = json.loads(answer[2])
            return json_response({**content, listing: [{member: False, **entry} for entry in content[listing]]})

        return describe

    return wrapper


def _with_usable_key(original: Handler) -> Handler:
    def create_log_group(data: Structure) -> Answer:
        return (key_refusal(data["kmsKeyId"]) if data.get("kmsKeyId") else None) or original(data)

    return create_log_group


def key_refusal(key_id: str) -> Answer | None:
    """The answer to a key that does not exist or is not enabled, None for one that can be used."""
    key = kms._resolve_key(key_id) if key_id.startswith("arn:") else None
    if key and key.get("KeyState") == "Enabled":
        return None
    return error_response_json(
        "InvalidParameterException", f"The specified KMS key does not exist or is not allowed: '{key_id}'.", 400
    )


def associate_kms_key(data: Structure) -> Answer:
    """AssociateKmsKey: new events of the group are encrypted with the key."""
    return _set_key(data, data["kmsKeyId"])


def disassociate_kms_key(data: Structure) -> Answer:
    """DisassociateKmsKey: new events of the group are encrypted by the service itself."""
    return _set_key(data, None)


def _set_key(data: Structure, key_id: str | None) -> Answer:
    name = data.get("logGroupName")
    group = upstream._log_groups.get(name)
    if group is None:
        return error_response_json("ResourceNotFoundException", "The specified log group does not exist.", 400)
    refusal = key_refusal(key_id) if key_id else None
    if refusal is None:
        group["kmsKeyId"] = key_id
    return refusal or json_response({})
