# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Lambda refuses of functions, their code, versions and tags.

Source: recordings of AWS (localstack, tests/aws/services/lambda_/test_lambda_api.snapshot.json):
test_create_lambda_exceptions, test_lambda_code_location_s3_errors, test_tag_limits, test_tag_exceptions,
test_publish_with_wrong_sha256, test_list_functions, test_ops_with_arn_qualifier_mismatch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure, Wrapper
from emulator.shared.upstream import lambda_svc as upstream
from emulator.shared.upstream import s3

MOST_TAGS = 50
ROLE = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
ARCHITECTURES = ("x86_64", "arm64")
TAGGED = re.compile(
    r"arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:(?:function|event-source-mapping|code-signing-config|layer):.+"
)
# As AWS tells it.
TAGGED_PATTERN = (
    r"arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1}:\d{12}:"
    r"(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|"
    r"code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})"
)
QUALIFIED = re.compile(r"arn:[^:]+:lambda:[^:]+:\d+:function:[^:]+:.+")


def install() -> None:
    """Check requests before functions are looked at."""
    wrap(upstream, "_create_function", _checked_creation)
    wrap(upstream, "_update_code", _checked_code)
    wrap(upstream, "_delete_function", _checked_deletion)
    wrap(upstream, "_list_functions", _checked_listing)
    wrap(upstream, "_publish_version", _checked_version)
    wrap(upstream, "_delete_alias", _alias_gone)
    for name in ("_tag_resource", "_untag_resource", "_list_tags"):
        wrap(upstream, name, _of_functions(name == "_tag_resource"))


def invalid(message: str) -> Answer:
    """HTTP 400 InvalidParameterValueException."""
    return error_response_json("InvalidParameterValueException", message, 400)


def constraints(errors: list[str]) -> Answer | None:
    """What breaks the model, all in one sentence; None where nothing does."""
    if not errors:
        return None
    plural = "s" if len(errors) > 1 else ""
    return error_response_json(
        "ValidationException", f"{len(errors)} validation error{plural} detected: {'; '.join(errors)}", 400
    )


def _model_errors(data: Structure) -> Iterator[str]:
    role = data.get("Role")
    if role and not re.fullmatch(ROLE, role):
        yield (
            f"Value '{role}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: "
            f"{ROLE}"
        )
    architectures = data.get("Architectures") or []
    if set(architectures) - set(ARCHITECTURES):
        yield (
            f"Value '[{', '.join(architectures)}]' at 'architectures' failed to satisfy constraint: Member must "
            f"satisfy constraint: [Member must satisfy enum value set: [{', '.join(ARCHITECTURES)}], Member must not "
            "be null]"
        )


def _checked_creation(original: Handler) -> Handler:
    def create_function(data: Structure) -> Answer:
        refused = constraints(list(_model_errors(data)))
        if refused is None and len(data.get("Tags") or {}) > MOST_TAGS:
            refused = invalid("Number of tags exceeds resource tag limit.")
        return refused or _code_refusal(data.get("Code") or {}) or original(data)

    return create_function


def _checked_code(original: Handler) -> Handler:
    def update_code(name: str, data: Structure) -> Answer:
        refused = constraints(list(_model_errors(data)))
        if refused is None and name in upstream._functions:
            refused = _code_refusal(data)
        return refused or original(name, data)

    return update_code


def _code_refusal(code: Structure) -> Answer | None:
    bucket, key = code.get("S3Bucket"), code.get("S3Key")
    if not bucket or not key:
        return None
    if s3._bucket_owner_account(bucket) is None:
        return _unfetched("NoSuchBucket", "The specified bucket does not exist")
    if bucket in s3._buckets and s3._get_object_data(bucket, key) is None:
        return _unfetched("NoSuchKey", "The specified key does not exist.")
    return None


def _unfetched(code: str, message: str) -> Answer:
    return invalid(f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}")


def _checked_deletion(original: Handler) -> Handler:
    def delete_function(name: str, query: Structure, qualifier: str | None = None) -> Answer:
        named = upstream._qualifier_from_path_or_query(qualifier, query)
        if name in upstream._functions and named == "$LATEST":
            return invalid("$LATEST version cannot be deleted without deleting the function.")
        return original(name, query, qualifier)

    return delete_function


def _checked_listing(original: Handler) -> Handler:
    def list_functions(query: Structure) -> Answer:
        given = query.get("FunctionVersion")
        version = given[0] if isinstance(given, list) else given
        if version and version != "ALL":
            error = (
                f"Value '{version}' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value "
                "set: [ALL]"
            )
            return constraints([error]) or original(query)
        return original(query)

    return list_functions


def _checked_version(original: Handler) -> Handler:
    def publish_version(name: str, data: Structure) -> Answer:
        function = upstream._functions.get(name)
        given, current = data.get("CodeSha256"), ((function or {}).get("config") or {}).get("CodeSha256")
        if function and given and given != current:
            return invalid(
                f"CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({current}). Please try again "
                "with the CodeSHA256 in $LATEST."
            )
        return original(name, data)

    return publish_version


def _alias_gone(original: Handler) -> Handler:
    """An alias that is not there is deleted (test_non_existent_alias_deletion)."""

    def delete_alias(name: str, alias: str) -> Answer:
        function = upstream._functions.get(name)
        if function is not None and alias not in function["aliases"]:
            return 204, {}, b""
        return original(name, alias)

    return delete_alias


def _of_functions(adds: bool) -> Wrapper:
    """Tags are of whole functions, and so many at most."""

    def wrapper(original: Handler) -> Handler:
        def handler(arn: str, *rest: Any) -> Answer:
            if not TAGGED.fullmatch(arn):
                error = (
                    f"Value '{arn}' at 'resource' failed to satisfy constraint: Member must satisfy regular expression "
                    f"pattern: {TAGGED_PATTERN}"
                )
                return constraints([error]) or original(arn, *rest)
            if QUALIFIED.fullmatch(arn):
                return invalid(
                    "Tags on function aliases and versions are not supported. Please specify a function ARN."
                )
            function = upstream._functions.get(arn.rpartition(":")[2]) or {}
            if adds and len({**function.get("tags", {}), **rest[0].get("Tags", {})}) > MOST_TAGS:
                return invalid("Number of tags exceeds resource tag limit.")
            return original(arn, *rest)

        return handler

    return wrapper
