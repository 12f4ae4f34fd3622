# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Lambda refuses of a function's environment: names that it sets itself, and names of another form.

Source: answers of AWS in public reports (cds-snc/notification-terraform #419, aws/aws-cdk #28048,
trek10inc/serverless-secrets #39); developer guide, "Working with Lambda environment variables".
"""

from __future__ import annotations

import re
from typing import Any

from emulator.lambda_.requests import constraints, invalid
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import lambda_svc as upstream

RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}  # fmt: skip
NAME = "[a-zA-Z]([a-zA-Z0-9_])+"


def install() -> None:
    """Check the environment when functions are created and reconfigured."""
    wrap(upstream, "_create_function", _checked_creation)
    wrap(upstream, "_update_config", _checked_update)


def _checked_creation(original: Handler) -> Handler:
    def create_function(data: Structure) -> Answer:
        return refusal(data) or original(data)

    return create_function


def _checked_update(original: Handler) -> Handler:
    def update_configuration(name: str, data: Structure, *rest: Any, **options: Any) -> Answer:
        refused = refusal(data) if name in upstream._functions else None
        return refused or original(name, data, *rest, **options)

    return update_configuration


def refusal(data: Structure) -> Answer | None:
    """The refusal of the environment that a request gives a function, or None."""
    names = list((data.get("Environment") or {}).get("Variables") or {})
    reserved = [name for name in names if name in RESERVED]
    if not all(name in reserved or re.fullmatch(NAME, name) for name in names):
        error = (
            "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
            f"must satisfy regular expression pattern: {NAME}]"
        )
        return constraints([error])
    if reserved:
        return invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. Reserved keys used in "
            f"this request: {', '.join(reserved)}"
        )
    return None
