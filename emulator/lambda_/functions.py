# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lambda: the role must exist and be assumable, the runtime must be supported.

Sources: Lambda API reference CreateFunction; developer guide, runtime deprecation; botocore model (Runtime).
"""

from __future__ import annotations

import functools
from typing import Any

from ministack.core.responses import error_response_json

from emulator.iam import policies
from emulator.shared.models import service_model
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import lambda_svc as upstream

# Functions can no longer be created with these (developer guide, deprecated runtimes), though the model lists them.
BLOCKED_RUNTIMES = {
    "dotnet6", "dotnet5.0", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "go1.x", "java8",
    "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x",
    "nodejs16.x", "provided", "python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7",
}  # fmt: skip


def install() -> None:
    """Check roles and runtimes when functions are created and reconfigured."""
    wrap(upstream, "_create_function", _checked_creation)
    wrap(upstream, "_update_config", _checked_update)


def _checked_creation(original: Handler) -> Handler:
    def create_function(data: Structure) -> Answer:
        refusal = role_refusal(data.get("Role", "")) or runtime_refusal(data.get("Runtime"))
        return _refused(refusal) if refusal else original(data)

    return create_function


def _checked_update(original: Handler) -> Handler:
    def update_configuration(name: str, data: Structure, *rest: Any, **options: Any) -> Answer:
        role = data.get("Role")
        refusal = (role_refusal(role) if role else None) or runtime_refusal(data.get("Runtime"))
        return _refused(refusal) if refusal else original(name, data, *rest, **options)

    return update_configuration


def _refused(message: str) -> Answer:
    return error_response_json("InvalidParameterValueException", message, 400)


def role_refusal(role_arn: str) -> str | None:
    """AWS's one message for a role that does not exist and for one that does not trust Lambda, or None."""
    if not policies.can_be_assumed(role_arn, "lambda.amazonaws.com"):
        return "The role defined for the function cannot be assumed by Lambda."
    return None


@functools.cache
def _runtimes() -> tuple[str, ...]:
    return tuple(service_model("lambda").shape_for("Runtime").enum)


def runtime_refusal(runtime: str | None) -> str | None:
    """Why Lambda refuses a runtime, or None."""
    if runtime in BLOCKED_RUNTIMES:
        return (
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions."
        )
    if runtime and runtime not in _runtimes():
        return (
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(_runtimes())}] or be a valid ARN"
        )
    return None
