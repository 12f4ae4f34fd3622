# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module lambda_function does; plugins/modules documents it."""

from __future__ import annotations

from .._lambda import function_item
from .._options import group, mapping, number, text, texts
from .._run import (
    REMOVAL_TAGS,
    STATE,
    TAGS,
    Call,
    Item,
    connect,
    removal_tags,
    resource_module,
    wait_options,
)

LOGGING = {
    "log_format": text("JSON", "Text"),
    "application_log_level": text("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"),
    "system_log_level": text("DEBUG", "INFO", "WARN"),
    "log_group": text(),
}
ATTRIBUTES = {
    "role": text(),
    "handler": text(),
    "runtime": text(),
    "description": text(),
    "timeout": number(),
    "memory_size": number(),
    "environment": mapping(),
    "architectures": texts("x86_64", "arm64"),
    "vpc_config": group({"subnet_ids": texts(), "security_group_ids": texts()}),
    "tracing_config": group({"mode": text("Active", "PassThrough")}),
    "kms_key_arn": text(no_log=False),
    "logging_config": group(LOGGING),
}
IDENTITY = {"name": text(required=True, aliases=["function_name"]), "source_dir": {"type": "path"}}


def make_item(call: Call) -> Item:
    params = call.params
    return function_item(
        connect(call, "lambda"),
        lambda: connect(call, "lambda", retries=False),
        params["name"],
        {name: params[name] for name in (*ATTRIBUTES, "tags")},
        params["source_dir"],
        state=params["state"],
        timeout=params["wait_timeout"],
        match_tags=removal_tags(call),
    )


MODULE = resource_module(
    make_item,
    argument_spec={**STATE, **TAGS, **REMOVAL_TAGS, **wait_options(300), **IDENTITY, **ATTRIBUTES},
    required_if=[("state", "present", ["role", "handler", "runtime", "source_dir"])],
)
